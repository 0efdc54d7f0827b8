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
/** More than the longest cluster of letters that is written in earnest. */
const CLUSTER_REACH = 64;

let clusters: Intl.Segmenter | undefined;

/**
 * How many units may be forwarded to an engine that takes text as it comes: whole words, or whole clusters where words have no spaces,
 * with the white space behind them. Never over the end of a sentence, known or possible: it would have to be flushed first.
 */
export function forwardableUnits({ text, cuts, ended }: UnflushedText): number {
  const end = cuts.find(endsSegment);
  if (end !== undefined) return end.at;
  if (ended) return text.length;
  const known = cuts.at(-1)?.at ?? 0;
  let units = known + (matchAt(/[ \t]*/uy, text, known) ?? 0);
  for (;;) {
    const word = matchAt(PLAIN_WORD, text, units);
    if (word === undefined || units + word > LONGEST_SENTENCE_UNITS) break;
    units += word;
  }
  const unspaced = matchAt(UNSPACED, text, units);
  if (unspaced === undefined || units + unspaced > LONGEST_SENTENCE_UNITS) return units;
  // A letter of another script behind it shows that the last cluster is whole.
  return units + unspaced < text.length ? units + unspaced : Math.max(units, lastClusterStart(text, units + unspaced));
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

/** The last cluster may still grow. */
function lastClusterStart(text: string, end: number): number {
  clusters ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const from = Math.max(0, end - CLUSTER_REACH);
  let start = from;
  for (const { index } of clusters.segment(text.slice(from, end))) start = from + index;
  return start;
}
