import type { DecodedWord } from "./decoded-word.ts";

/**
 * How a word becomes samples that can be checked one by one: a short ramp, four samples of synchronisation, the word's number and
 * length in bytes of 1/256 each, noise that follows from the number, a short ramp. Cheap to make; does not survive resampling.
 */
const rampFrames = 24;
const syncLevel = 0.9;
const syncFrames = 4;
/** Two bytes of number, three of length. */
const headerBytes = 5;
const headerFrames = syncFrames + headerBytes;
const noiseLevel = 0.7;

/** The shortest word in exact code, in frames. */
export const shortestExactFrames: number = 2 * rampFrames + headerFrames + 8;

/** Makes the samples of one word. Each is a whole number of 1/32768, so that 16-bit audio carries it unchanged. */
export function renderExact(id: number, frames: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(frames);
  let state = (id + 1) * 0x9e3779b1;
  for (let frame = 0; frame < frames; frame += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const ramp = Math.min(1, frame / rampFrames, (frames - 1 - frame) / rampFrames);
    samples[frame] = Math.round((state / 2_147_483_648) * noiseLevel * ramp * 32_768) / 32_768;
  }
  for (let index = 0; index < syncFrames; index += 1) samples[rampFrames + index] = syncValue(index);
  const bytes = [id & 255, id >>> 8, frames & 255, (frames >>> 8) & 255, (frames >>> 16) & 255];
  bytes.forEach((byte, index) => (samples[rampFrames + syncFrames + index] = (byte - 128) / 256));
  return samples;
}

function syncValue(index: number): number {
  return (index % 2 === 0 ? 1 : -1) * (Math.round(syncLevel * 32_768) / 32_768);
}

/** Finds every word in exact code. A word is complete when each of its samples is there and right to within `tolerance`. */
export function decodeExact(samples: Float32Array, tolerance: number): DecodedWord[] {
  const words: DecodedWord[] = [];
  for (let frame = 0; frame + headerFrames <= samples.length; frame += 1) {
    if (!syncAt(samples, frame, tolerance)) continue;
    const byte = (index: number): number => Math.round((samples[frame + syncFrames + index] ?? 0) * 256) + 128;
    const id = byte(0) + 256 * byte(1);
    const frames = byte(2) + 256 * byte(3) + 65_536 * byte(4);
    const startFrame = frame - rampFrames;
    const complete = frames >= shortestExactFrames && startFrame >= 0 && isWordAt(samples, startFrame, renderExact(id, Math.min(frames, samples.length)), frames, tolerance);
    const endFrame = complete ? startFrame + frames : Math.min(samples.length, frame + headerFrames);
    words.push({ id, complete, startFrame: Math.max(0, startFrame), endFrame });
    frame = complete ? endFrame - 1 : frame + headerFrames - 1;
  }
  return words;
}

function syncAt(samples: Float32Array, frame: number, tolerance: number): boolean {
  for (let index = 0; index < syncFrames; index += 1) {
    if (Math.abs((samples[frame + index] ?? 0) - syncValue(index)) > tolerance) return false;
  }
  return true;
}

function isWordAt(samples: Float32Array, start: number, word: Float32Array, frames: number, tolerance: number): boolean {
  if (word.length !== frames || start + frames > samples.length) return false;
  for (let frame = 0; frame < frames; frame += 1) {
    if (Math.abs((samples[start + frame] ?? 0) - (word[frame] ?? 0)) > tolerance) return false;
  }
  return true;
}
