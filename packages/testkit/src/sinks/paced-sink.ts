import { StreamError } from "@parlando/engine";
import { systemClock, type AudioChunk, type Clock, type Sink } from "@parlando/core";
import { createPacedPlayer, type PacedPlayer } from "./paced-player.ts";
import { createPlayedRecord, type PlayedPart } from "./played-record.ts";
import { createWaitingList } from "./waiting-list.ts";

/** How a paced sink plays. */
export interface PacedSinkOptions {
  /** Real time by default. */
  clock?: Clock | undefined;
  /** What the sink asks of core. Absent: it takes what comes. */
  format?: { sampleRate?: number; channels?: number } | undefined;
  /** Played at a time, in milliseconds. Default 20. */
  frameMs?: number | undefined;
  /** 1 is real time; 0.1 plays ten times too slowly. Default 1. */
  speed?: number | undefined;
  /** Audio held, beyond what is being played, before `write` waits. Default 20. */
  bufferMs?: number | undefined;
  /** Audio gathered before playing begins, and again after `clear`. Default 0. */
  prebufferMs?: number | undefined;
  /** Whether what comes and what is played is kept. Default true. */
  record?: boolean | undefined;
  /** Whether there is a playhead. Default true; false: `playedFrames()` is undefined. */
  playhead?: boolean | undefined;
}

/** A sink that plays into memory at the pace of a sound device. */
export interface PacedSink extends Sink {
  /** Stops taking, as a device that hangs: `write` waits and the playhead stands. */
  stall(): void;
  /** Goes on after `stall`. */
  release(): void;
  /** All samples played so far, in order, interleaved. Empty with `record: false`. */
  played(): Float32Array<ArrayBuffer>;
  /** When what was played. Empty with `record: false`. */
  readonly timeline: readonly PlayedPart[];
  /** Chunks in the order in which they were written. Empty with `record: false`. */
  readonly chunks: readonly AudioChunk[];
  /** Audio written that is waiting to be played, in milliseconds. */
  readonly queuedMs: number;
  readonly maxQueuedMs: number;
  /** How often there was nothing to play between the first sample and the end, and for how long. */
  readonly underruns: number;
  readonly underrunMs: number;
  readonly state: "open" | "ended" | "closed";
  readonly paused: boolean;
}

/**
 * Makes a sink that takes 20 ms of audio at a time, in the time of its clock: what a test of backpressure needs, since a sink that takes
 * everything at once holds nothing back. Deadlines do not drift. `close()` rejects what waits with `STREAM_CLOSED`.
 *
 * @example
 * ```ts
 * const sink = createPacedSink({ clock });
 * const stream = createSpeechStream({ engines, clock }, { sink });
 * await clock.runUntil(stream.waitUntilDone());
 * assertSpoken(sink.played(), 24_000, text);
 * ```
 */
export function createPacedSink(options: PacedSinkOptions = {}): PacedSink {
  const { clock = systemClock, frameMs = 20, speed = 1, prebufferMs = 0, bufferMs = 20, record = true, playhead = true } = options;
  const recording = createPlayedRecord();
  const writers = createWaitingList();
  const enders = createWaitingList();
  const chunks: AudioChunk[] = [];
  const holds = { paused: false, stalled: false };
  let writtenMs = 0;
  let maxQueuedMs = 0;
  let state: PacedSink["state"] = "open";

  const player: PacedPlayer = createPacedPlayer({
    clock,
    frameMs,
    speed,
    prebufferMs,
    listener: {
      played: (audio, atMs) => record && recording.add(audio, atMs),
      moved: () => settleWaiting(),
    },
  });

  function settleWaiting(): void {
    writers.settle((writtenUpToMs) => player.queuedMs - (writtenMs - writtenUpToMs) <= Math.max(bufferMs, prebufferMs) + 1e-6);
    if (player.idle) enders.settle(() => true);
  }

  function refuse(action: string): StreamError {
    return new StreamError("STREAM_CLOSED", `While ${action} a paced sink: it is ${state} and takes nothing more. Make a new one.`);
  }

  function hold(change: Partial<typeof holds>): void {
    Object.assign(holds, change);
    if (state !== "closed") player.hold(holds.paused || holds.stalled);
  }

  const sink: PacedSink = {
    ...(options.format && { format: options.format }),
    async write(chunk) {
      if (state !== "open") throw refuse("writing to");
      if (record) chunks.push(chunk);
      const { samples, channels, sampleRate, startFrame } = chunk;
      writtenMs += (samples.length * 1000) / channels / sampleRate;
      const settled = writers.add(writtenMs);
      player.add({ samples, channels, sampleRate, startFrame });
      maxQueuedMs = Math.max(maxQueuedMs, player.queuedMs);
      settleWaiting();
      await settled;
    },
    playedFrames: () => (playhead ? player.playedFrames : undefined),
    pause: async () => hold({ paused: true }),
    resume: async () => hold({ paused: false }),
    async clear() {
      if (state === "closed") return player.playedFrames;
      player.drop();
      writers.settle(() => true);
      enders.settle(() => true);
      return player.playedFrames;
    },
    async end() {
      if (state === "closed") throw refuse("ending");
      state = "ended";
      player.finish();
      const settled = enders.add(writtenMs);
      settleWaiting();
      await settled;
    },
    async close() {
      if (state === "closed") return;
      state = "closed";
      player.close();
      writers.fail(refuse("writing to"));
      enders.fail(refuse("ending"));
    },
    stall: () => hold({ stalled: true }),
    release: () => hold({ stalled: false }),
    played: () => recording.samples(),
    timeline: recording.timeline,
    chunks,
    get queuedMs() {
      return player.queuedMs;
    },
    get maxQueuedMs() {
      return maxQueuedMs;
    },
    get underruns() {
      return player.underruns;
    },
    get underrunMs() {
      return player.underrunMs;
    },
    get state() {
      return state;
    },
    get paused() {
      return holds.paused;
    },
  };
  return sink;
}
