import { TTSError } from "@parlando/engine";
import type { HostedModel, ModelHost, SpeechEvent } from "../runtime/model-host.ts";
import type { ModelReport, ModelSpec, SpeechJob, VoiceReference } from "../runtime/model-spec.ts";
import type { SpeechMetrics } from "../runtime/speech-metrics.ts";

/** What a scripted model does instead of speaking well. */
export interface ModelScript {
  /** Waited before each piece, in milliseconds. Default 0. */
  readonly pieceMs?: number;
  readonly fail?: TTSError;
  readonly endedBy?: SpeechMetrics["endedBy"];
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
  /** Changes every piece of sound. */
  readonly alter?: (samples: Float32Array) => Float32Array;
}

/** A host whose models were never trained, and what it was asked. */
export interface ScriptedHost extends ModelHost {
  readonly specs: ModelSpec[];
  readonly jobs: SpeechJob[];
  readonly prepared: VoiceReference[];
  readonly loads: () => number;
  /** Models that were opened and not closed. */
  readonly stillOpen: () => number;
}

const pieceCodes = 25;

/** A host whose models say each code as 20 ms of a tone, which begins and ends softly: as long as the job expects. */
export function createScriptedHost(script: ModelScript = {}): ScriptedHost {
  const specs: ModelSpec[] = [];
  const jobs: SpeechJob[] = [];
  const prepared: VoiceReference[] = [];
  let loads = 0;
  let opened = 0;

  return {
    specs,
    jobs,
    prepared,
    loads: () => loads,
    stillOpen: () => opened,
    open(spec): HostedModel {
      specs.push(spec);
      opened += 1;
      let isClosed = false;
      return {
        async load(signal) {
          signal.throwIfAborted();
          loads += 1;
          return report;
        },
        speak(job, signal) {
          jobs.push(job);
          return speak(job, signal, script);
        },
        async prepare(voice) {
          prepared.push(voice);
        },
        processId: () => undefined,
        async close() {
          if (!isClosed) opened -= 1;
          isClosed = true;
        },
      };
    },
  };
}

async function* speak(job: SpeechJob, signal: AbortSignal, { pieceMs = 0, fail, endedBy = "stop", warnings = [], alter = (samples) => samples }: ModelScript): AsyncGenerator<SpeechEvent> {
  if (fail !== undefined) throw fail;
  yield { type: "queued", ahead: 0, waitMs: 0 };
  for (const told of warnings) yield { type: "warning", ...told };
  const codes = Math.min(job.limits.maximumCodes, job.expectedCodes);
  const sound = alter(tone(codes * 480, job.sampling.seed));
  let chunk = 0;
  for (let code = 0; code < codes; code += pieceCodes) {
    await rest(pieceMs, signal);
    const count = Math.min(pieceCodes, codes - code);
    const samples = sound.slice(code * 480, (code + count) * 480);
    const final = code + count === codes;
    yield { type: "audio", samples, metrics: { chunk, codes: count, totalCodes: code + count, durationMs: count * 20, elapsedMs: chunk + 1, codesPerSecond: 100, firstChunkMs: 1, decodeMs: 0.5, final } };
    chunk += 1;
  }
  yield { type: "done", metrics: { chunks: chunk, codes, audioMs: codes * 20, elapsedMs: 10, queuedMs: 2, prefillMs: 1, firstChunkMs: 3, codesPerSecond: 100, realTimeFactor: 0.1, evaluatedPrefixTokens: 0, evaluatedPromptTokens: 7, endedBy } };
}

/** A different tone for each seed. */
function tone(length: number, seed: number): Float32Array {
  const hertz = 200 + (seed % 100);
  const fade = (index: number): number => Math.min(1, index / 240, (length - 1 - index) / 240);
  return Float32Array.from({ length }, (_, index) => 0.4 * fade(index) * Math.sin((2 * Math.PI * hertz * index) / 24_000));
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  if (signal.aborted) throw new TTSError("ABORTED", "Speaking: it was called off.");
}

const report: ModelReport = {
  backbone: { format: "gguf", layers: 1, kvHeads: 1, headSize: 4, vocabulary: 100, contextTokens: 4096, cacheType: "float32" },
  codec: { sampleRate: 24_000, samplesPerCode: 480, leadSamples: 0, missingSamples: 0, maximumCodes: 6_000 },
  device: "cpu",
  codecDevice: "cpu",
  tried: [],
  memory: { totalBytes: undefined, freeBytes: undefined },
  loadMs: 1,
};
