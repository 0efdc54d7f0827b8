import type { Capabilities, Engine, SynthesisRequest, Voice } from "@parlando/engine";

/** What a {@link createToneEngine} does and what it was asked. */
export interface ToneEngine extends Engine {
  readonly requests: SynthesisRequest[];
  readonly closed: () => number;
}

const capabilities: Capabilities = {
  input: ["segment"],
  output: "streaming",
  formats: [{ encoding: "pcm-f32le", sampleRate: 16_000, channels: 1 }],
  marks: [],
  ssml: [],
  limits: {},
  prosody: ["rate", "pitch", "volume"],
  runsIn: ["node", "browser"],
  cancelCost: "none",
  cost: { startMs: 1, perCharacterMs: 0.1 },
  deterministic: true,
};

/** An engine for tests of this package: 10 ms of a constant sample for each character, at once. */
export function createToneEngine(options: { id?: string; voices?: readonly Voice[]; level?: number; fail?: Error; beforeAudio?: (signal: AbortSignal) => Promise<void> } = {}): ToneEngine {
  const requests: SynthesisRequest[] = [];
  let closed = 0;
  const id = options.id ?? "tone";
  const voices = options.voices;
  return {
    contract: "parlando/1",
    id,
    capabilities,
    requests,
    closed: () => closed,
    async *synthesize(request, signal) {
      requests.push(request);
      if (options.fail !== undefined) throw options.fail;
      yield { type: "start", format: { encoding: "pcm-f32le", sampleRate: 16_000, channels: 1 } };
      await options.beforeAudio?.(signal);
      signal.throwIfAborted();
      yield { type: "pcm", samples: new Float32Array(request.text.length * 160).fill(options.level ?? 0.5) };
    },
    ...(voices === undefined ? {} : { voices: async () => voices }),
    close: async () => {
      closed++;
    },
  };
}

/** A voice of the tone engine. */
export function toneVoice(id: string, language: string, gender: Voice["gender"] = "unknown"): Voice {
  return { id, name: `Tone ${id}`, engine: "tone", languages: [language], gender };
}
