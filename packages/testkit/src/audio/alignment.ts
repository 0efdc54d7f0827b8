import { AssertionError } from "node:assert";

/** A place where audio is not what it should be. Frames count single samples. */
export interface AudioDifference {
  /** "lost": missing from the actual audio. "repeated": heard before. "inserted": not from the expected audio. "changed": other values in the same place. */
  kind: "lost" | "repeated" | "inserted" | "changed";
  expectedFrame: number;
  actualFrame: number;
  frames: number;
}

/** How audio is compared. */
export interface AlignmentOptions {
  /** How far a sample may be off. Default 0. */
  tolerance?: number | undefined;
  /** How far away the continuation is looked for, in samples. Default 48,000. */
  searchFrames?: number | undefined;
  /** Stops after so many differences. Default 20. */
  limit?: number | undefined;
}

/** So many samples in a row must agree to be taken for the continuation. */
const agreement = 24;

/**
 * Compares audio sample by sample and tells what was lost, repeated, inserted or changed. Linear while the two agree; each difference costs
 * a search of `searchFrames`.
 *
 * @example
 * ```ts
 * expect(findLostOrRepeated(expectedSamples(text), sink.played())).toEqual([]);
 * ```
 */
export function findLostOrRepeated(expected: Float32Array, actual: Float32Array, options: AlignmentOptions = {}): AudioDifference[] {
  const { tolerance = 0, searchFrames = 48_000, limit = 20 } = options;
  const differences: AudioDifference[] = [];
  const agrees = createAgreement(expected, actual, tolerance);
  let from = 0;
  let at = 0;
  while (differences.length < limit) {
    while (from < expected.length && at < actual.length && agrees(from, at, 1)) {
      from += 1;
      at += 1;
    }
    if (from >= expected.length && at >= actual.length) break;
    const difference = nextDifference({ expected, actual, from, at, searchFrames, agrees });
    differences.push(difference);
    if (difference.kind !== "repeated" && difference.kind !== "inserted") from += difference.frames;
    if (difference.kind !== "lost") at += difference.frames;
  }
  return differences;
}

/** Ends a test unless the audio is exactly what was expected. */
export function assertSameSamples(expected: Float32Array, actual: Float32Array, options?: AlignmentOptions): void {
  const differences = findLostOrRepeated(expected, actual, options);
  if (differences.length === 0) return;
  const list = differences.map(({ kind, frames, expectedFrame, actualFrame }) => `${frames} ${kind} at sample ${actualFrame} (expected sample ${expectedFrame})`);
  throw new AssertionError({ message: `The audio differs: ${list.join("; ")}. ${actual.length} samples came, ${expected.length} were expected.`, stackStartFn: assertSameSamples });
}

type Agreement = (from: number, at: number, count: number) => boolean;

function createAgreement(expected: Float32Array, actual: Float32Array, tolerance: number): Agreement {
  return (from, at, count) => {
    if (from < 0 || from + count > expected.length || at + count > actual.length) return false;
    for (let index = 0; index < count; index += 1) {
      // Written so that NaN never agrees.
      if (!(Math.abs((expected[from + index] ?? 0) - (actual[at + index] ?? 0)) <= tolerance)) return false;
    }
    return true;
  };
}

interface Search {
  expected: Float32Array;
  actual: Float32Array;
  from: number;
  at: number;
  searchFrames: number;
  agrees: Agreement;
}

/** The nearest place where the two go on together, and so the name of what happened before it. */
function nextDifference({ expected, actual, from, at, searchFrames, agrees }: Search): AudioDifference {
  const place = { expectedFrame: from, actualFrame: at };
  const left = expected.length - from;
  const came = actual.length - at;
  if (came === 0) return { kind: "lost", ...place, frames: left };
  for (let frames = 1; frames <= Math.min(searchFrames, Math.max(left, came, from)); frames += 1) {
    const enough = (count: number): number => Math.max(1, Math.min(agreement, count));
    if (frames <= left && agrees(from + frames, at, enough(left - frames))) return { kind: "lost", ...place, frames };
    if (frames <= from && agrees(from - frames, at, enough(came))) return { kind: "repeated", ...place, frames: repeatedFrames(actual, { from, at, frames, agrees }) };
    if (frames < left && frames < came && agrees(from + frames, at + frames, enough(Math.min(left, came) - frames))) return { kind: "changed", ...place, frames };
    if (frames < came && agrees(from, at + frames, enough(Math.min(left, came - frames)))) return { kind: "inserted", ...place, frames };
  }
  if (left === 0) return { kind: "inserted", ...place, frames: came };
  return { kind: "changed", ...place, frames: Math.min(left, came) };
}

/** Audio may go back further than it repeats: then it jumps on again, and the rest of the way is found as lost or repeated. */
function repeatedFrames(actual: Float32Array, { from, at, frames, agrees }: { from: number; at: number; frames: number; agrees: Agreement }): number {
  let count = 0;
  while (count < frames && at + count < actual.length && agrees(from - frames + count, at + count, 1)) count += 1;
  return count;
}
