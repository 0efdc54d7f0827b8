import { toFloat, type Samples } from "./samples.ts";

const nothing = new Float32Array(0);

/** Puts arrays one after the other. A single array that has samples is returned as it is, not copied. Of mixed kinds it makes floating point. */
export function joinSamples(parts: readonly Float32Array[]): Float32Array;
/** As above, of either kind. */
export function joinSamples(parts: readonly Samples[]): Samples;
/** The work of both. */
export function joinSamples(parts: readonly Samples[]): Samples {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const filled = parts.filter((part) => part.length > 0);
  const first = filled[0];
  if (first === undefined) return parts[0] ?? nothing;
  if (filled.length === 1) return first;
  const frames = filled.reduce((sum, part) => sum + part.length, 0);
  const joined = filled.every((part) => part instanceof Int16Array) ? new Int16Array(frames) : new Float32Array(frames);
  let offset = 0;
  for (const part of filled) {
    joined.set(joined instanceof Int16Array ? part : toFloat(part), offset);
    offset += part.length;
  }
  return joined;
}
