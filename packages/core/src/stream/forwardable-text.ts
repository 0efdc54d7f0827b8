import { clusterStart } from "../segments/cluster-start.ts";
import { fitLimits, fitsLimits, type SegmentLimits } from "../segments/fit-limits.ts";
import { LONGEST_SEGMENT_UNITS } from "../segments/longest-segment.ts";
import type { Cut } from "../segments/segment.ts";

/** Text that is not yet flushed, and what is known of it. */
export interface UnflushedText {
  readonly text: string;
  /** Where it may be cut: what the segmenter is certain of. */
  readonly cuts: readonly Cut[];
  /** No more of it comes. */
  readonly ended: boolean;
}

/** A sentence longer than this is cut behind a clause, and one that reaches {@link LONGEST_SEGMENT_UNITS} behind any word. */
const LONGEST_SENTENCE_UNITS = 400;

/** A word of which no later text can make the end of a sentence: the segmenter need not be waited for. */
const PLAIN_WORD = /[ \t]*[\p{L}\p{M}\p{N}'’-]+,?[ \t]+/uy;
/** A stretch of a script that is written without spaces. */
const UNSPACED = /[ \t]*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+/uy;

/**
 * How many units may be forwarded to an engine that takes text as it comes: whole words, or whole clusters where words have no spaces,
 * with the white space behind them. Never over the end of a sentence, known or possible: it would have to be flushed first. Past the
 * half of what the engine takes in one piece, only what ends in a known cut: see {@link fittingUnits}.
 */
export function forwardableUnits({ text, cuts, ended }: UnflushedText, limits: SegmentLimits = {}): number {
  const end = cuts.find(endsSegment);
  if (end !== undefined) return end.at;
  return ended ? text.length : unitsFrom(text, cuts.at(-1)?.at ?? 0, limits);
}

/**
 * Where text is flushed that is to be flushed after `units`, a cut or its end: there, or where an engine that takes less in one piece
 * forces it: behind the last cut that fits, or behind all that may have been forwarded before that cut was known. `cuts` are all cuts,
 * also those before what was forwarded. Depends on the text alone, not on how it came.
 */
export function fittingUnits({ text, cuts }: Pick<UnflushedText, "text" | "cuts">, units: number, limits: SegmentLimits): number {
  const fitting = fitLimits(text, units, cuts, limits);
  const isForcedCut = fitting < units && cuts.some((cut) => cut.at === fitting);
  return isForcedCut ? unitsFrom(text, fitting, limits) : fitting;
}

/** Up to where text may be forwarded behind a cut of which no other is known yet: plain words and clusters, up to the half of what fits. */
function unitsFrom(text: string, cut: number, limits: SegmentLimits): number {
  const half = halfOf(limits);
  const fits = (end: number): boolean => fitsLimits(text.slice(0, end), half);
  let units = cut + (matchAt(/[ \t]*/uy, text, cut) ?? 0);
  for (;;) {
    const word = matchAt(PLAIN_WORD, text, units);
    if (word === undefined || units + word > LONGEST_SENTENCE_UNITS || !fits(units + word)) break;
    units += word;
  }
  const unspaced = matchAt(UNSPACED, text, units);
  if (unspaced === undefined) return units;
  const end = units + unspaced;
  const most = fitLimits(text, end, [], half);
  if (most > LONGEST_SENTENCE_UNITS) return units;
  // A letter of another script behind it shows that the last cluster is whole.
  if (most === end && end < text.length) return end;
  // The last cluster may still grow.
  return Math.max(units, clusterStart(text, most === end ? end - 1 : most));
}

function halfOf({ segmentCharacters, segmentBytes }: SegmentLimits): SegmentLimits {
  return { segmentCharacters: segmentCharacters && Math.ceil(segmentCharacters / 2), segmentBytes: segmentBytes && Math.ceil(segmentBytes / 2) };
}

/** Where the text is flushed when only sentences are flushed; 0 while none is over. Depends on the text alone, not on how it came. */
export function sentenceUnits({ text, cuts, ended }: UnflushedText): number {
  const end = cuts.find(endsSegment)?.at;
  if (ended && (end === undefined || end >= text.trimEnd().length)) return text.length;
  return end ?? 0;
}

/** Whether a segment ends here however the text goes on. */
function endsSegment({ at, kind }: Cut): boolean {
  return kind === "sentence" || at >= LONGEST_SEGMENT_UNITS || (kind === "clause" && at >= LONGEST_SENTENCE_UNITS);
}

function matchAt(pattern: RegExp, text: string, index: number): number | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length;
}
