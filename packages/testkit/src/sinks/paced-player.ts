import type { Clock } from "@parlando/core";
import { createAudioQueue, framesOf, millisecondsOf, splitAudio, type QueuedAudio } from "./audio-queue.ts";

/** What a player tells its sink. */
export interface PlayerListener {
  /** This was played, from `atMs` on. */
  played(audio: QueuedAudio, atMs: number): void;
  /** Audio left the queue, or the last was played. */
  moved(): void;
}

/** Plays a queue block by block in the time of a clock. */
export interface PacedPlayer {
  /** Frames of the stream that were heard, the block being played included up to now. */
  readonly playedFrames: number;
  /** Waiting, without the block being played. */
  readonly queuedMs: number;
  /** Nothing is waiting or being played. */
  readonly idle: boolean;
  readonly underruns: number;
  readonly underrunMs: number;
  add(audio: QueuedAudio): void;
  /** Stops in the middle of a block; nothing is lost. */
  hold(held: boolean): void;
  /** No more comes: what is gathered is played, and an empty queue is no underrun. */
  finish(): void;
  /** Forgets what was not played. */
  drop(): void;
  /** Ends its timer. */
  close(): void;
}

/** What a player needs. */
export interface PacedPlayerOptions {
  clock: Clock;
  frameMs: number;
  speed: number;
  prebufferMs: number;
  listener: PlayerListener;
}

interface Block {
  audio: QueuedAudio;
  beganAtMs: number;
}

/** Makes a player that waits for audio. */
export function createPacedPlayer({ clock, frameMs, speed, prebufferMs, listener }: PacedPlayerOptions): PacedPlayer {
  const queue = createAudioQueue();
  const closing = new AbortController();
  let block: Block | undefined;
  /** A sleep that ends after its block was interrupted means nothing. */
  let generation = 0;
  let playedFrames = 0;
  let held = false;
  let finished = false;
  let gathering = true;
  let emptySinceMs: number | undefined;
  let underruns = 0;
  let underrunMs = 0;

  const framesHeard = ({ audio, beganAtMs }: Block): number =>
    Math.max(0, Math.min(framesOf(audio), Math.floor(((clock.now() - beganAtMs) * speed * audio.sampleRate) / 1000 + 1e-6)));

  function playNext(beginMs: number): void {
    if (block !== undefined || held || closing.signal.aborted) return;
    if (gathering && queue.durationMs < prebufferMs && !finished) return;
    const audio = queue.take(frameMs);
    if (audio === undefined) return;
    gathering = false;
    countUnderrun(beginMs);
    block = { audio, beganAtMs: beginMs };
    const endMs = beginMs + millisecondsOf(audio) / speed;
    const current = (generation += 1);
    void clock.sleep(Math.max(0, endMs - clock.now()), closing.signal).then(() => {
      if (current === generation && !closing.signal.aborted) endBlock(endMs);
    });
    listener.moved();
  }

  function endBlock(endMs: number): void {
    const ended = block;
    if (ended === undefined) return;
    block = undefined;
    markPlayed(ended.audio, ended.beganAtMs);
    // The next block begins when this one should have ended, not when the timer came: so there is no drift.
    playNext(endMs);
    if (block === undefined && !finished) emptySinceMs = endMs;
    listener.moved();
  }

  function markPlayed(audio: QueuedAudio, beganAtMs: number): void {
    if (audio.samples.length === 0) return;
    playedFrames = audio.startFrame + framesOf(audio);
    listener.played(audio, beganAtMs);
  }

  function countUnderrun(beginMs: number): void {
    if (emptySinceMs !== undefined && beginMs > emptySinceMs) {
      underruns += 1;
      underrunMs += beginMs - emptySinceMs;
    }
    emptySinceMs = undefined;
  }

  function interrupt(): void {
    const interrupted = block;
    if (interrupted === undefined) return;
    block = undefined;
    generation += 1;
    const [before, after] = splitAudio(interrupted.audio, framesHeard(interrupted));
    markPlayed(before, interrupted.beganAtMs);
    queue.putBack(after);
  }

  return {
    get playedFrames() {
      return block === undefined ? playedFrames : block.audio.startFrame + framesHeard(block);
    },
    get queuedMs() {
      return queue.durationMs;
    },
    get idle() {
      return block === undefined && queue.durationMs === 0;
    },
    get underruns() {
      return underruns;
    },
    get underrunMs() {
      return underrunMs;
    },
    add(audio) {
      queue.push(audio);
      playNext(clock.now());
    },
    hold(value) {
      held = value;
      emptySinceMs = undefined;
      if (held) interrupt();
      else playNext(clock.now());
    },
    finish() {
      finished = true;
      emptySinceMs = undefined;
      playNext(clock.now());
    },
    drop() {
      interrupt();
      queue.clear();
      gathering = true;
      emptySinceMs = undefined;
      listener.moved();
    },
    close() {
      interrupt();
      closing.abort();
    },
  };
}
