import type { Clock } from "@parlando/core";
import { audioOf, createAudioQueue, framesAtATime, millisecondsOf, type AudioPart, type AudioQueue, type QueuedAudio } from "./audio-queue.ts";

/** What a player needs. */
export interface PacedPlayerOptions {
  clock: Clock;
  frameMs: number;
  speed: number;
  prebufferMs: number;
  /** This was played, from `atMs` on; undefined where nobody wants to know. */
  played: ((audio: QueuedAudio, atMs: number) => void) | undefined;
}

/**
 * Plays a queue block by block in the time of a clock. Nothing happens while nobody looks: what was played meanwhile follows from the
 * time alone, so every function here first brings the player up to the clock ({@link catchUp}).
 */
export interface PacedPlayer {
  readonly options: PacedPlayerOptions;
  readonly queue: AudioQueue;
  block: { readonly part: AudioPart; readonly beganAtMs: number; readonly endsAtMs: number } | undefined;
  /** End of the last block that was played, in frames of the stream. */
  playedTo: number;
  held: boolean;
  finished: boolean;
  closed: boolean;
  gathering: boolean;
  emptySinceMs: number | undefined;
  underruns: number;
  underrunMs: number;
}

/** Times are sums of fractions: what is so near has come. */
const nearMs = 1e-6;

/** Makes a player that waits for audio. */
export function createPacedPlayer(options: PacedPlayerOptions): PacedPlayer {
  return {
    options,
    queue: createAudioQueue(),
    block: undefined,
    playedTo: 0,
    held: false,
    finished: false,
    closed: false,
    gathering: true,
    emptySinceMs: undefined,
    underruns: 0,
    underrunMs: 0,
  };
}

/** Plays what should have been played by now; gives the time. Each block begins when the one before it ends, so there is no drift. */
export function catchUp(player: PacedPlayer): number {
  const nowMs = player.options.clock.now();
  for (let { block } = player; block !== undefined && block.endsAtMs <= nowMs + nearMs; block = player.block) {
    player.block = undefined;
    markPlayed(player, block.part, block.beganAtMs);
    playNext(player, block.endsAtMs);
    if (isIdle(player) && !player.finished) player.emptySinceMs = block.endsAtMs;
  }
  return nowMs;
}

/** Frames of the stream that were heard, the block being played included up to now. */
export function playedFramesOf(player: PacedPlayer): number {
  catchUp(player);
  return player.block === undefined ? player.playedTo : player.block.part.audio.startFrame + frameBeingPlayed(player, player.block);
}

/** Nothing is waiting or being played. */
export function isIdle({ block, queue }: PacedPlayer): boolean {
  return block === undefined && queue.durationMs === 0;
}

/** Adds audio at the end. */
export function addAudio(player: PacedPlayer, audio: QueuedAudio): void {
  const nowMs = catchUp(player);
  player.queue.push({ audio, from: 0, to: audio.frames });
  playNext(player, nowMs);
}

/** Stops in the middle of a block, or goes on there; nothing is lost. */
export function holdPlayer(player: PacedPlayer, held: boolean): void {
  const nowMs = catchUp(player);
  player.held = held;
  player.emptySinceMs = undefined;
  if (held) interruptBlock(player);
  else playNext(player, nowMs);
}

/** No more comes: what is gathered is played, and an empty queue is no underrun. */
export function finishPlayer(player: PacedPlayer): void {
  const nowMs = catchUp(player);
  player.finished = true;
  player.emptySinceMs = undefined;
  playNext(player, nowMs);
}

/** Forgets what was not played. */
export function dropAudio(player: PacedPlayer): void {
  catchUp(player);
  interruptBlock(player);
  player.queue.clear();
  player.gathering = true;
  player.emptySinceMs = undefined;
}

/** Stops for good. */
export function closePlayer(player: PacedPlayer): void {
  catchUp(player);
  interruptBlock(player);
  player.closed = true;
}

/** The time at which no more than `ms` will be waiting, if nothing is added; undefined when that never comes, as while it is held. */
export function timeOfQueue({ block, queue, options }: PacedPlayer, ms: number): number | undefined {
  if (block === undefined) return undefined;
  const { frameMs, speed } = options;
  let tooMuchMs = queue.durationMs - ms;
  let atMs = block.endsAtMs;
  for (const part of queue.parts) {
    const partMs = millisecondsOf(part);
    if (partMs + nearMs < tooMuchMs) {
      tooMuchMs -= partMs;
      atMs += partMs / speed;
      continue;
    }
    // Audio leaves the queue when its block begins, and blocks begin one after the other.
    const { sampleRate } = part.audio;
    const blockMs = (framesAtATime(frameMs, sampleRate) * 1000) / sampleRate;
    return atMs + ((Math.ceil((tooMuchMs - nearMs) / blockMs) - 1) * blockMs) / speed;
  }
  return atMs;
}

/** The time at which all will have been played, if nothing is added; undefined when that never comes. */
export function timeOfEnd({ block, queue, options }: PacedPlayer): number | undefined {
  return block === undefined ? undefined : block.endsAtMs + queue.durationMs / options.speed;
}

function frameBeingPlayed({ options: { clock, speed } }: PacedPlayer, { part, beganAtMs }: NonNullable<PacedPlayer["block"]>): number {
  const elapsedMs = clock.now() - beganAtMs;
  const heard = Math.floor((elapsedMs * speed * part.audio.sampleRate) / 1000 + 1e-6);
  return part.from + Math.max(0, Math.min(part.to - part.from, heard));
}

function playNext(player: PacedPlayer, beganAtMs: number): void {
  const { frameMs, speed, prebufferMs } = player.options;
  const { queue } = player;
  if (player.block !== undefined || player.held || player.closed) return;
  if (player.gathering && queue.durationMs < prebufferMs && !player.finished) return;
  const part = queue.take(frameMs);
  if (part === undefined) return;
  player.gathering = false;
  countUnderrun(player, beganAtMs);
  player.block = { part, beganAtMs, endsAtMs: beganAtMs + millisecondsOf(part) / speed };
}

function interruptBlock(player: PacedPlayer): void {
  const interrupted = player.block;
  if (interrupted === undefined) return;
  const { audio, from, to } = interrupted.part;
  const at = frameBeingPlayed(player, interrupted);
  player.block = undefined;
  markPlayed(player, { audio, from, to: at }, interrupted.beganAtMs);
  player.queue.putBack({ audio, from: at, to });
}

function markPlayed(player: PacedPlayer, part: AudioPart, beganAtMs: number): void {
  if (part.to <= part.from) return;
  player.playedTo = part.audio.startFrame + part.to;
  player.options.played?.(audioOf(part), beganAtMs);
}

function countUnderrun(player: PacedPlayer, beginMs: number): void {
  const { emptySinceMs } = player;
  player.emptySinceMs = undefined;
  if (emptySinceMs === undefined || beginMs <= emptySinceMs) return;
  player.underruns += 1;
  player.underrunMs += beginMs - emptySinceMs;
}
