import type { Samples } from "./samples.ts";

/** As much as a chunk is long: 0.7 s at 24 kHz. What is longer gets room of its own, so that one long piece does not stay for good. */
const mostFrames = 16_384;

let floats = new Float32Array(2_048);
let integers = new Int16Array(2_048);

/** Room for samples that are copied before anything else is asked for: all streams share it. What it holds is of no meaning. */
export function scratchSamples(frames: number, isInteger: boolean): Samples {
  if (frames > mostFrames) return isInteger ? new Int16Array(frames) : new Float32Array(frames);
  if (isInteger) {
    if (frames > integers.length) integers = new Int16Array(frames);
    return integers.subarray(0, frames);
  }
  if (frames > floats.length) floats = new Float32Array(frames);
  return floats.subarray(0, frames);
}
