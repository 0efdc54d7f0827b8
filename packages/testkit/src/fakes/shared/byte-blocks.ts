import { setImmediate as nextTurn } from "node:timers/promises";
import { sleep } from "../../proxy/sleep.ts";
import { createRandom, type Random } from "../../random.ts";
import type { FakeSpeech } from "./fake-speech.ts";

/** How speech is cut into pieces, and when they come. */
export interface ByteBlockOptions {
  /** Audio in one block; whole frames. */
  blockMs: number;
  /** Blocks are cut at any byte instead, of 1 byte up to two blocks. */
  raggedSeed?: number | undefined;
  /** Before the first block. Default 0. */
  firstAudioMs?: number | undefined;
  /** Each block comes this many times its place in the audio after the first. Default 0: at once. */
  realTimeFactor?: number | undefined;
  /** Ends the blocks, also in the middle of a pause. */
  signal: AbortSignal;
}

/** Longest time for which other work waits while blocks are made without a pause. */
const longestTurnMs = 2;

/** Cuts speech into blocks and gives each at its time. Ends early, without an error, when the signal is aborted. */
export async function* byteBlocks(speech: FakeSpeech, options: ByteBlockOptions): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { raggedSeed, firstAudioMs = 0, realTimeFactor = 0, signal } = options;
  const random = raggedSeed === undefined ? undefined : createRandom(raggedSeed);
  const blockBytes = Math.max(1, Math.round((options.blockMs * speech.sampleRate) / 1000)) * speech.bytesPerFrame;
  const bytesPerMs = (speech.sampleRate * speech.bytesPerFrame) / 1000;
  const startedAtMs = performance.now();
  let turnAtMs = startedAtMs;
  for (let at = 0; at < speech.byteLength;) {
    const waitMs = startedAtMs + firstAudioMs + (at / bytesPerMs) * realTimeFactor - performance.now();
    if (waitMs > 0) await sleep(waitMs, signal);
    else if (performance.now() - turnAtMs > longestTurnMs) await nextTurn();
    if (waitMs > 0 || performance.now() - turnAtMs > longestTurnMs) turnAtMs = performance.now();
    if (signal.aborted) return;
    const size = random === undefined ? blockBytes : drawPiece(random, 2 * blockBytes);
    yield speech.read(at, at + size);
    at += size;
  }
}

/** Cuts bytes anywhere, 1-byte pieces included; together they are the whole. */
export function raggedPieces(bytes: Uint8Array, random: Random, largest: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = drawPiece(random, largest);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** As many pieces of about a byte as of about a whole block: sizes are uniform in their logarithm. */
function drawPiece(random: Random, largest: number): number {
  return Math.min(largest, Math.floor(Math.exp(random.next() * Math.log(largest + 1))));
}
