import { StreamError } from "@parlando/engine";
import { systemClock, type AudioChunk, type Clock, type Sink } from "@parlando/core";
import { createAlarm, type Alarm } from "../clock/alarm.ts";
import { addAudio, catchUp, closePlayer, createPacedPlayer, dropAudio, finishPlayer, holdPlayer, isIdle, playedFramesOf, timeOfEnd, timeOfQueue, type PacedPlayer } from "./paced-player.ts";
import { createPlayedRecord, type PlayedPart } from "./played-record.ts";
import { createWaitingList, type WaitingList } from "./waiting-list.ts";

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
  const { record = true, playhead = true } = options;
  const recording = createPlayedRecord();
  const room = openRoom(options, record ? (audio, atMs) => recording.add(audio, atMs) : undefined);
  const { player } = room;
  const chunks: AudioChunk[] = [];
  const holds = { paused: false, stalled: false };
  let maxQueuedMs = 0;

  function hold(change: Partial<typeof holds>): void {
    Object.assign(holds, change);
    if (room.state !== "closed") holdPlayer(player, holds.paused || holds.stalled);
    settleWaiting(room);
  }

  return {
    ...(options.format && { format: options.format }),
    write(chunk) {
      if (room.state !== "open") return Promise.reject(refusal(room, "writing to"));
      const waiting = takeChunk(room, chunk);
      if (record) chunks.push(chunk);
      maxQueuedMs = Math.max(maxQueuedMs, player.queue.durationMs);
      return waiting;
    },
    playedFrames: () => (playhead ? playedFramesOf(player) : undefined),
    pause: async () => hold({ paused: true }),
    resume: async () => hold({ paused: false }),
    clear: async () => clearRoom(room),
    end: async () => endRoom(room),
    close: async () => closeRoom(room),
    stall: () => hold({ stalled: true }),
    release: () => hold({ stalled: false }),
    played: () => (catchUp(player), recording.samples()),
    get timeline() {
      return catchUp(player), recording.timeline;
    },
    chunks,
    get queuedMs() {
      return catchUp(player), player.queue.durationMs;
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
      return room.state;
    },
    get paused() {
      return holds.paused;
    },
  };
}

/** Who waits for the player. */
interface WaitingRoom {
  player: PacedPlayer;
  /** Each waits until what was written before it, and it, is taken. */
  writers: WaitingList;
  enders: WaitingList;
  /** Rings when the first of them need wait no longer. */
  alarm: Alarm;
  writtenMs: number;
  bufferMs: number;
  state: PacedSink["state"];
}

function openRoom(options: PacedSinkOptions, played: PacedPlayer["options"]["played"]): WaitingRoom {
  const { clock = systemClock, frameMs = 20, speed = 1, prebufferMs = 0, bufferMs = 20 } = options;
  const room: WaitingRoom = {
    player: createPacedPlayer({ clock, frameMs, speed, prebufferMs, played }),
    writers: createWaitingList(),
    enders: createWaitingList(),
    alarm: createAlarm(clock, () => settleWaiting(room)),
    writtenMs: 0,
    bufferMs: Math.max(bufferMs, prebufferMs),
    state: "open",
  };
  return room;
}

/** Audio that may be waiting when what was written up to there counts as taken. */
function allowedMs({ writtenMs, bufferMs }: WaitingRoom, writtenUpToMs: number): number {
  return bufferMs + (writtenMs - writtenUpToMs) + 1e-6;
}

/** Lets those go whose time has come, and sets the alarm for the next of them. */
function settleWaiting(room: WaitingRoom): void {
  const { player, writers, enders, alarm } = room;
  const nowMs = catchUp(player);
  writers.settle((writtenUpToMs) => player.queue.durationMs <= allowedMs(room, writtenUpToMs));
  if (isIdle(player)) enders.settle(() => true);
  const first = writers.first();
  const nextMs = first !== undefined ? timeOfQueue(player, allowedMs(room, first)) : enders.first() === undefined ? undefined : timeOfEnd(player);
  if (nextMs === undefined) alarm.clear();
  else alarm.set(Math.max(0, nextMs - nowMs));
}

function refusal({ state }: WaitingRoom, action: string): StreamError {
  return new StreamError("STREAM_CLOSED", `While ${action} a paced sink: it is ${state} and takes nothing more. Make a new one.`);
}

function takeChunk(room: WaitingRoom, { samples, channels, sampleRate, startFrame }: AudioChunk): Promise<void> {
  room.writtenMs += (samples.length * 1000) / channels / sampleRate;
  // A device copies what it is given: where nothing is recorded, an array is kept no longer than by one.
  addAudio(room.player, { samples: room.player.options.played && samples, frames: samples.length / channels, channels, sampleRate, startFrame });
  if (room.writers.first() === undefined && room.player.queue.durationMs <= allowedMs(room, room.writtenMs)) return Promise.resolve();
  const waiting = room.writers.add(room.writtenMs);
  settleWaiting(room);
  return waiting;
}

function clearRoom({ player, writers, enders, alarm, state }: WaitingRoom): number {
  if (state !== "closed") dropAudio(player);
  alarm.clear();
  writers.settle(() => true);
  enders.settle(() => true);
  return playedFramesOf(player);
}

function endRoom(room: WaitingRoom): Promise<void> {
  if (room.state === "closed") throw refusal(room, "ending");
  room.state = "ended";
  finishPlayer(room.player);
  const waiting = room.enders.add(room.writtenMs);
  settleWaiting(room);
  return waiting;
}

function closeRoom(room: WaitingRoom): void {
  if (room.state === "closed") return;
  room.state = "closed";
  closePlayer(room.player);
  room.alarm.clear();
  room.writers.fail(refusal(room, "writing to"));
  room.enders.fail(refusal(room, "ending"));
}
