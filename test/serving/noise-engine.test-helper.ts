// An engine whose audio is noise that follows from the text (half a second for any other text), as fast as it is taken, and stops and breaks where a test wants it to.

import { TTSError, type AudioFormat, type Engine, type EngineEvent } from "@parlando/engine";
import { BYTES_PER_MS, createNoise, readNoise } from "../../bench/lib/noise.mjs";

const format: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };

/** What the engine does in the middle of an utterance. */
export interface NoiseEngineOptions {
  /** After so much audio it waits for `release()`. */
  readonly holdAfterMs?: number | undefined;
  /** After so much audio it fails as a service that went away. */
  readonly failAfterMs?: number | undefined;
  /** Between two blocks of 100 ms, in real time. Default 0. */
  readonly blockWaitMs?: number | undefined;
}

/** An engine, and what tests ask of it. */
export interface NoiseEngine extends Engine {
  readonly active: number;
  readonly begun: number;
  /** Bytes given, of all requests. */
  readonly madeBytes: number;
  /** Requests that were called off, and when the last was, by `performance.now()`. */
  readonly calledOff: { readonly count: number; readonly lastAt: number };
  /** Lets all go on that wait at `holdAfterMs`. */
  release(): void;
}

/** Makes one. */
export function createNoiseEngine({ holdAfterMs, failAfterMs, blockWaitMs = 0 }: NoiseEngineOptions = {}): NoiseEngine {
  const calledOff = { count: 0, lastAt: 0 };
  const waiting = new Set<() => void>();
  let [active, begun, madeBytes] = [0, 0, 0];
  let isReleased = false;

  /** Until it is released, the time has passed, or the request is called off. */
  const wait = (signal: AbortSignal, milliseconds?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(() => go(), milliseconds);
      const go = (): void => {
        clearTimeout(timer);
        waiting.delete(go);
        signal.removeEventListener("abort", go);
        resolve();
      };
      if (milliseconds === undefined) waiting.add(go);
      signal.addEventListener("abort", go);
      if (signal.aborted) go();
    });

  async function* speak(text: string, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const noise = readNoise(text) ?? createNoise(0, 500 * BYTES_PER_MS);
    yield { type: "start", format };
    for (let from = 0; from < noise.bytes && !signal.aborted;) {
      if (failAfterMs !== undefined && from >= failAfterMs * BYTES_PER_MS) throw new TTSError("CONNECTION", "While speaking noise: the engine was killed. This is a test.", { engine: "noise" });
      if (holdAfterMs !== undefined && from >= holdAfterMs * BYTES_PER_MS && !isReleased) await wait(signal);
      if (blockWaitMs > 0) await wait(signal, blockWaitMs);
      if (signal.aborted) return;
      const to = Math.min(noise.bytes, from + 100 * BYTES_PER_MS);
      madeBytes += to - from;
      yield { type: "audio", bytes: noise.read(from, to) };
      from = to;
    }
  }

  return {
    contract: "parlando/1",
    id: "noise",
    capabilities: { input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: { concurrency: 1_000_000 }, prosody: [], runsIn: ["node"], cancelCost: "none", cost: { startMs: 0, perCharacterMs: 0 }, deterministic: true },
    async *synthesize({ text }, signal) {
      active += 1;
      begun += 1;
      const noteAbort = (): void => {
        calledOff.count += 1;
        calledOff.lastAt = performance.now();
      };
      signal.addEventListener("abort", noteAbort, { once: true });
      try {
        yield* speak(text, signal);
      } finally {
        active -= 1;
        signal.removeEventListener("abort", noteAbort);
      }
    },
    voices: async () => [{ id: "one", name: "One", engine: "noise", languages: ["en-US"], gender: "female" }],
    close: async () => undefined,
    calledOff,
    release() {
      isReleased = true;
      for (const go of [...waiting]) go();
    },
    get active() {
      return active;
    },
    get begun() {
      return begun;
    },
    get madeBytes() {
      return madeBytes;
    },
  };
}
