import type { Clock } from "@parlando/core";
import type { BusyClock } from "../chunks/busy-clock.ts";
import type { ChunkPlanner } from "../chunks/chunk-planner.ts";
import type { SpeechAssembler } from "../codec/speech-assembler.ts";
import type { CodecGeometry } from "../codec/codec.ts";
import type { SpeedRecorder } from "./loaded-model.ts";
import { createPlayhead, type Playhead } from "./playhead.ts";
import type { ChunkMetrics } from "./speech-metrics.ts";
import type { SpeechRecord } from "./speech-record.ts";

/** Turns the codes of one speech into pieces of sound, while more codes come. */
export interface SoundPump {
  /** Codes that came so far. */
  readonly generated: number;
  add(code: number): void;
  /** No code comes any more. */
  end(): void;
  /** The reader took so many samples. */
  taken(samples: number): void;
  /** Whether so much sound lies unread that the model should rest. */
  isFull(): boolean;
  /** When the listener runs dry: undefined before the first sound. */
  deadlineMs(nowMs: number): number | undefined;
  /** What is left to do for the next piece. */
  workMs(codeMs: number): number;
  /** Resolves when all of the sound was handed over; rejects when the decoder failed. Never settles when closed before. */
  readonly drained: Promise<void>;
  /** Sound that is being made is dropped when it comes. Twice is no harm. */
  close(): void;
}

/** What a pump is made of. */
export interface SoundPumpOptions {
  readonly assembler: SpeechAssembler;
  readonly planner: ChunkPlanner;
  readonly geometry: CodecGeometry;
  readonly speed: SpeedRecorder;
  /** Told when the decoder is at work. */
  readonly decoding: BusyClock;
  readonly record: SpeechRecord;
  readonly clock: Clock;
  readonly expectedCodes: number;
  readonly highWaterMs: number;
  readonly onAudio: (samples: Float32Array, metrics: ChunkMetrics) => void;
  readonly onTooSlow: (tooSlow: NonNullable<ChunkPlanner["tooSlow"]>) => void;
  /** A piece of sound is out. */
  readonly onPiece: () => void;
}

/** Codes in a piece at the end of speech, where the planner has nothing to wait for: a second of sound. */
const lastPieceCodes = 50;
/** The next piece, as long as there was none. */
const firstPieceCodes = 4;

/** Makes the pump of one speech. Only one piece is in the decoder at a time; codes go on meanwhile. */
export function createSoundPump(options: SoundPumpOptions): SoundPump {
  const { assembler, planner, geometry, speed, clock } = options;
  const progress: Progress = { generated: 0, handed: 0, ended: false, taking: 0, lastPiece: firstPieceCodes };
  const playhead = createPlayhead();
  const plan = createPlan(options, { progress, playhead });
  const controller = new AbortController();
  const { promise: drained, resolve, reject } = deferred();
  let closed = false;

  function pump(): void {
    if (closed || progress.taking > 0) return;
    if (progress.ended && progress.handed === progress.generated) return resolve();
    const count = plan();
    if (count <= 0) return;
    progress.taking = count;
    void take(count);
  }

  async function take(count: number): Promise<void> {
    try {
      const window = assembler.windowFor(count);
      const fromMs = clock.now();
      const samples = await decode(options, { count, fromMs, signal: controller.signal });
      if (closed) return assembler.close();
      const decodeMs = clock.now() - fromMs;
      speed.window(window, decodeMs);
      hand(options, { progress, playhead }, { samples, count, nowMs: fromMs + decodeMs, decodeMs });
    } catch (error) {
      return closed ? assembler.close() : reject(error);
    }
    pump();
  }

  return {
    get generated() {
      return progress.generated;
    },
    add: (code) => {
      assembler.add(code);
      progress.generated += 1;
      pump();
    },
    end: () => {
      progress.ended = true;
      assembler.end();
      pump();
    },
    taken: (samples) => playhead.taken((samples * 1_000) / geometry.sampleRate),
    isFull: () => playhead.unreadMs() >= options.highWaterMs + (planner.tooSlow?.bufferMs ?? 0),
    deadlineMs: (nowMs) => deadlineOf(playhead.dryAtMs(nowMs), progress, geometry),
    workMs: (codeMs) => workOf(options, progress, codeMs),
    drained,
    close: () => {
      if (closed) return;
      closed = true;
      controller.abort();
      if (progress.taking === 0) assembler.close();
    },
  };
}

/** How far a speech is; in codes. */
interface Progress {
  generated: number;
  handed: number;
  ended: boolean;
  /** In the decoder. */
  taking: number;
  lastPiece: number;
}

/** Where a speech is, and where its listener is. */
interface Standing {
  readonly progress: Progress;
  readonly playhead: Playhead;
}

async function decode({ assembler, decoding, clock }: SoundPumpOptions, { count, fromMs, signal }: { count: number; fromMs: number; signal: AbortSignal }): Promise<Float32Array> {
  decoding.begin(fromMs);
  try {
    return await assembler.take(count, signal);
  } finally {
    decoding.end(clock.now());
  }
}

function hand({ geometry, record, onAudio, onPiece }: SoundPumpOptions, { progress, playhead }: Standing, { samples, count, nowMs, decodeMs }: { samples: Float32Array; count: number; nowMs: number; decodeMs: number }): void {
  const durationMs = (samples.length * 1_000) / geometry.sampleRate;
  progress.taking = 0;
  progress.handed += count;
  progress.lastPiece = count;
  playhead.sent(nowMs, durationMs);
  const { generated, handed, ended } = progress;
  onAudio(samples, record.chunk(nowMs, { codes: count, generated, decodeMs, durationMs, final: ended && handed === generated }));
  onPiece();
}

/** Gives what asks the planner: how many codes to decode now. */
function createPlan({ assembler, planner, speed, record, clock, expectedCodes, onTooSlow }: SoundPumpOptions, { progress, playhead }: Standing): () => number {
  let warned = false;
  return () => {
    const { generated, handed, ended } = progress;
    const nowMs = clock.now();
    const dryAtMs = playhead.dryAtMs(nowMs);
    const aheadMs = dryAtMs === undefined ? undefined : dryAtMs - nowMs;
    const wanted = planner.next({ nowMs: nowMs - (record.beganAtMs() ?? nowMs), generated, handed, ended, aheadMs, expectedCodes }, speed.speed());
    if (planner.tooSlow !== undefined && !warned) {
      warned = true;
      onTooSlow(planner.tooSlow);
    }
    const ready = assembler.ready();
    // At the end nothing more comes to wait for.
    return wanted <= 0 && ended ? Math.min(ready, lastPieceCodes) : Math.min(wanted, ready);
  };
}

/** What is in the decoder is as good as there. */
function deadlineOf(dryAtMs: number | undefined, { taking }: Progress, { samplesPerCode, sampleRate }: CodecGeometry): number | undefined {
  return dryAtMs === undefined ? undefined : dryAtMs + (taking * samplesPerCode * 1_000) / sampleRate;
}

/** The next piece is taken to be like the last. */
function workOf({ assembler, speed }: SoundPumpOptions, { ended, lastPiece }: Progress, codeMs: number): number {
  const { startMs, perCodeMs } = speed.speed().decode;
  const missing = ended ? 0 : Math.max(0, assembler.neededFor(lastPiece) - assembler.added);
  return missing * codeMs + startMs + perCodeMs * assembler.windowFor(lastPiece);
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } {
  let resolve: () => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
