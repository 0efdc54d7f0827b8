import { TTSError, type AudioFormat, type Capabilities, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { checkOptions, type EspeakOptions, type EspeakVoiceOptions } from "./espeak-options.ts";
import { espeakFormat } from "./espeak-wire.ts";
import { createEspeakHost, type EspeakHost } from "./host/espeak-host.ts";
import type { EspeakTask } from "./host/espeak-task.ts";
import { longestText, prepareJob } from "./speak-job.ts";
import { ssmlElements } from "./text/ssml-text.ts";

const format: AudioFormat = { ...espeakFormat };

/** What eSpeak NG can do; each claim is held by a test. */
const capabilities: Capabilities = {
  input: ["segment"],
  output: "streaming",
  formats: [format],
  marks: ["word", "sentence", "phoneme", "viseme", "bookmark"],
  ssml: ssmlElements,
  limits: { segmentCharacters: longestText, concurrency: 1 },
  prosody: ["rate", "pitch", "volume"],
  runsIn: ["node", "browser"],
  cancelCost: "none",
  // Measured with the worker warm, on a machine of two cores with other work on them: see the README.
  cost: { startMs: 5, perCharacterMs: 0.3 },
  deterministic: true,
  requestOptions: ["variant", "intonation"] satisfies readonly (keyof EspeakVoiceOptions)[],
};

/**
 * Makes the embedded voice: eSpeak NG in a worker, so that nothing here blocks the event loop. Nothing is loaded before the
 * first request or `warmUp()`.
 *
 * Options of the engine, and `engineOptions` of a request, are checked: what is wrong or unknown gives `INVALID_CONFIG`.
 * A voice or language that is not there gives `VOICE_NOT_FOUND` with the names near it. A worker that ends or traps gives
 * `SERVICE`, retryable: the next request starts another. A package or file that is missing gives `ENGINE_UNAVAILABLE`.
 *
 * @example
 * ```ts
 * const engine = createEspeakEngine();
 * const request = { text: "Hello.", ssml: false, voice: "en-us", format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "pcm") play(event.samples);
 * }
 * await engine.close();
 * ```
 */
export function createEspeakEngine(options?: EspeakOptions): EspeakEngine {
  const checked = checkOptions(options);
  const host = createEspeakHost(checked);
  return {
    contract: "parlando/1",
    id: "espeak",
    capabilities,
    synthesize: (request, signal) => synthesize(host, { request, signal, defaults: checked }),
    async voices(signal) {
      if (host.voices() === undefined) await run(host, host.start({ speak: false }), signal);
      return host.voices() ?? [];
    },
    async checkCredentials() {
      return { status: "not-needed", message: "The engine \"espeak\" runs here and needs no credentials." };
    },
    async warmUp(signal) {
      await run(host, host.start({ speak: true }), signal);
    },
    async close() {
      host.close();
    },
  };
}

/** The embedded voice: an engine of which every optional part that it has is known to be there. */
export interface EspeakEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

interface Synthesis {
  request: SynthesisRequest;
  signal: AbortSignal;
  defaults: EspeakVoiceOptions;
}

async function* synthesize(host: EspeakHost, { request, signal, defaults }: Synthesis): AsyncGenerator<EngineEvent, void, void> {
  const { job, warnings } = prepareJob(request, defaults);
  if (signal.aborted) throw calledOff(signal);
  const task = host.speak(job);
  // Before every event: what was made already, but not read yet, is not wanted any more either.
  const checkWanted = (): void => {
    if (signal.aborted) throw calledOff(signal);
    host.checkOpen();
  };
  const abort = (): void => host.cancel(task, calledOff(signal));
  signal.addEventListener("abort", abort, { once: true });
  try {
    // The first answer is waited for, so that a voice that does not exist fails before anything was announced.
    let events = await task.next();
    checkWanted();
    yield { type: "start", format: { ...format } };
    for (events = [...warnings, ...(events ?? [])]; events !== undefined; events = await task.next()) {
      for (const event of events) {
        checkWanted();
        yield event;
      }
    }
    checkWanted();
  } finally {
    signal.removeEventListener("abort", abort);
    host.cancel(task, new TTSError("ABORTED", "Speaking with espeak: its reader stopped reading.", { engine: "espeak" }));
  }
}

/** Waits for a task that gives no events. */
async function run(host: EspeakHost, task: EspeakTask, signal: AbortSignal): Promise<void> {
  const abort = (): void => host.cancel(task, calledOff(signal));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await task.result();
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function calledOff(signal: AbortSignal): TTSError {
  return new TTSError("ABORTED", "Speaking with espeak: it was called off.", { engine: "espeak", cause: signal.reason });
}
