/** What a recording of written samples shows. Frames count from the first written sample. */
export interface Comparison {
  /** Stretches of silence between samples. */
  readonly gaps: readonly { readonly at: number; readonly frames: number }[];
  /** Where the recording has something else than what was written next; undefined when it has everything. */
  readonly differsAt: number | undefined;
  /** Written samples found, in order. */
  readonly found: number;
}

/** One step of 16 bits: what a way over floating point may cost. */
const tolerance = 1;

/** Shorter runs of nothing are steps of the signal itself. */
const shortestGap = 8;

/** Walks over a recording from where the first written sample is, and skips silence wherever the next sample does not follow at once. */
export function compare(recorded: Int16Array, written: Int16Array, start: number): Comparison {
  const gaps: { at: number; frames: number }[] = [];
  let position = start;
  for (let index = 0; index < written.length; index += 1) {
    if (same(recorded[position], written[index])) {
      position += 1;
      continue;
    }
    const silent = silenceAt(recorded, position);
    if (silent < shortestGap || !same(recorded[position + silent], written[index])) return { gaps, differsAt: index, found: index };
    gaps.push({ at: index, frames: silent });
    position += silent + 1;
  }
  return { gaps, differsAt: undefined, found: written.length };
}

function same(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && Math.abs(one - other) <= tolerance;
}

function silenceAt(recorded: Int16Array, from: number): number {
  let end = from;
  while (end < recorded.length && recorded[end] === 0) end += 1;
  return end - from;
}
