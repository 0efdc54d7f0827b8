import type { Clock } from "@parlando/core";
import { createAudioQueue, framesOf, millisecondsOf, splitAudio, type AudioQueue, type QueuedAudio } from "./audio-queue.ts";

/** What a player tells its sink. */
export interface PlayerListener {
  /** This was played, from `atMs` on. */
  played(audio: QueuedAudio, atMs: number): void;
  /** Audio left the queue, or the last was played. */
  moved(): void;
}

/** What a player needs. */
export interface PacedPlayerOptions {
  clock: Clock;
  frameMs: number;
  speed: number;
  prebufferMs: number;
  listener: PlayerListener;
}

/** Plays a queue block by block in the time of a clock. */
export interface PacedPlayer {
  readonly options: PacedPlayerOptions;
  readonly queue: AudioQueue;
  readonly closing: AbortController;
  block: { audio: QueuedAudio; beganAtMs: number } | undefined;
  /** A sleep that ends after its block was interrupted means nothing. */
  generation: number;
  /** End of the last block that was played, in frames of the stream. */
  playedTo: number;
  held: boolean;
  finished: boolean;
  gathering: boolean;
  emptySinceMs: number | undefined;
  underruns: number;
  underrunMs: number;
}

/** Makes a player that waits for audio. */
export function createPacedPlayer(options: PacedPlayerOptions): PacedPlayer {
  return {
    options,
    queue: createAudioQueue(),
    closing: new AbortController(),
    block: undefined,
    generation: 0,
    playedTo: 0,
    held: false,
    finished: false,
    gathering: true,
    emptySinceMs: undefined,
    underruns: 0,
    underrunMs: 0,
  };
}

/** Frames of the stream that were heard, the block being played included up to now. */
export function playedFramesOf(player: PacedPlayer): number {
  return player.block === undefined ? player.playedTo : player.block.audio.startFrame + framesHeard(player);
}

/** Nothing is waiting or being played. */
export function isIdle({ block, queue }: PacedPlayer): boolean {
  return block === undefined && queue.durationMs === 0;
}

/** Adds audio at the end. */
export function addAudio(player: PacedPlayer, audio: QueuedAudio): void {
  player.queue.push(audio);
  playNext(player, player.options.clock.now());
}

/** Stops in the middle of a block, or goes on there; nothing is lost. */
export function holdPlayer(player: PacedPlayer, held: boolean): void {
  player.held = held;
  player.emptySinceMs = undefined;
  if (held) interruptBlock(player);
  else playNext(player, player.options.clock.now());
}

/** No more comes: what is gathered is played, and an empty queue is no underrun. */
export function finishPlayer(player: PacedPlayer): void {
  player.finished = true;
  player.emptySinceMs = undefined;
  playNext(player, player.options.clock.now());
}

/** Forgets what was not played. */
export function dropAudio(player: PacedPlayer): void {
  interruptBlock(player);
  player.queue.clear();
  player.gathering = true;
  player.emptySinceMs = undefined;
  player.options.listener.moved();
}

/** Stops for good, and ends its timer. */
export function closePlayer(player: PacedPlayer): void {
  interruptBlock(player);
  player.closing.abort();
}

function framesHeard({ block, options: { clock, speed } }: PacedPlayer): number {
  if (block === undefined) return 0;
  const elapsedMs = clock.now() - block.beganAtMs;
  return Math.max(0, Math.min(framesOf(block.audio), Math.floor((elapsedMs * speed * block.audio.sampleRate) / 1000 + 1e-6)));
}

function playNext(player: PacedPlayer, beginMs: number): void {
  const { clock, frameMs, speed, prebufferMs, listener } = player.options;
  const { queue, closing } = player;
  if (player.block !== undefined || player.held || closing.signal.aborted) return;
  if (player.gathering && queue.durationMs < prebufferMs && !player.finished) return;
  const audio = queue.take(frameMs);
  if (audio === undefined) return;
  player.gathering = false;
  countUnderrun(player, beginMs);
  player.block = { audio, beganAtMs: beginMs };
  player.generation += 1;
  const { generation } = player;
  const endMs = beginMs + millisecondsOf(audio) / speed;
  void clock.sleep(Math.max(0, endMs - clock.now()), closing.signal).then(() => {
    if (generation === player.generation && !closing.signal.aborted) endBlock(player, endMs);
  });
  listener.moved();
}

function endBlock(player: PacedPlayer, endMs: number): void {
  const ended = player.block;
  if (ended === undefined) return;
  player.block = undefined;
  markPlayed(player, ended.audio, ended.beganAtMs);
  // The next block begins when this one should have ended, not when the timer came: so there is no drift.
  playNext(player, endMs);
  if (isIdle(player) && !player.finished) player.emptySinceMs = endMs;
  player.options.listener.moved();
}

function interruptBlock(player: PacedPlayer): void {
  const interrupted = player.block;
  if (interrupted === undefined) return;
  const [before, after] = splitAudio(interrupted.audio, framesHeard(player));
  player.block = undefined;
  player.generation += 1;
  markPlayed(player, before, interrupted.beganAtMs);
  player.queue.putBack(after);
}

function markPlayed(player: PacedPlayer, audio: QueuedAudio, beganAtMs: number): void {
  if (audio.samples.length === 0) return;
  player.playedTo = audio.startFrame + framesOf(audio);
  player.options.listener.played(audio, beganAtMs);
}

function countUnderrun(player: PacedPlayer, beginMs: number): void {
  const { emptySinceMs } = player;
  player.emptySinceMs = undefined;
  if (emptySinceMs === undefined || beginMs <= emptySinceMs) return;
  player.underruns += 1;
  player.underrunMs += beginMs - emptySinceMs;
}
