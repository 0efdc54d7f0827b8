import type { TextMarkup } from "./text-markup.ts";

/**
 * Text after a stage, with the way back to what was fed.
 *
 * @example
 * ```ts
 * // "&" was fed at offset 10 and is now spoken as "and".
 * const mapped: MappedText = { text: "and", sourceAt: (index) => (index < 3 ? 10 : 11) };
 * ```
 */
export interface MappedText {
  text: string;
  /** Offset in the fed text for an offset in `text`; never decreasing, defined up to and including `text.length`. */
  sourceAt(index: number): number;
  /**
   * Where the unit at `index` begins in the fed text, and where the one before `index` ends. Where they are missing, `sourceAt` stands for both; but one offset
   * cannot be both the end of a word and, behind a marker that was left out, the start of the next, nor lie in the middle of a replacement.
   */
  sourceStartAt?: ((index: number) => number) | undefined;
  /** Where the unit before `index` ends in the fed text; see `sourceStartAt`. */
  sourceEndAt?: ((index: number) => number) | undefined;
  /** Words of `text` whose pronunciation is known, in order. */
  phonemes?: readonly PhonemeSpan[] | undefined;
  /** The elements that it stands in, where it was SSML: `text` is its words, without the tags. */
  markup?: TextMarkup | undefined;
}

/** A stretch of the fed text, in UTF-16 units. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** How a stretch of a text is pronounced. */
export interface PhonemeSpan {
  /** Offsets in the text that it belongs to, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** In the International Phonetic Alphabet, without slashes or brackets. */
  readonly ipa: string;
}

/** A streaming change of text (Markdown, emoji, pronunciations), one for each stream. */
export interface TextStage {
  /** Takes the next text; returns what is certain by now. */
  push(text: MappedText): MappedText;
  /** Returns what was held back; the stage may be used again for text that follows, which is a new one. */
  flush(): MappedText;
  /**
   * Returns what was held back because its writer has paused; the text goes on. A stage that only looks a few letters ahead can do
   * without: then `flush` stands for it.
   */
  settle?: (() => MappedText) | undefined;
}

/** Text that was not changed: it begins at `start` of what was fed. */
export function unchangedText(text: string, start: number): MappedText {
  return { text, sourceAt: (index) => start + index };
}

/** The part of a mapped text that knows the way back. */
export type WayBack = Pick<MappedText, "sourceAt" | "sourceStartAt" | "sourceEndAt">;

/** Where the unit at `index` begins in the fed text. */
export function sourceStartOf(mapped: WayBack, index: number): number {
  return mapped.sourceStartAt === undefined ? mapped.sourceAt(index) : mapped.sourceStartAt(index);
}

/** Where the unit before `index` ends in the fed text. */
export function sourceEndOf(mapped: WayBack, index: number): number {
  return mapped.sourceEndAt === undefined ? mapped.sourceAt(index) : mapped.sourceEndAt(index);
}

/** The stretch of the fed text that a stretch of a mapped text was made from. It ends no sooner than it begins, whatever a stage of the app says. */
export function sourceRangeOf(mapped: WayBack, start: number, end: number): SourceRange {
  if (start >= end) return { start: mapped.sourceAt(start), end: mapped.sourceAt(start) };
  const from = sourceStartOf(mapped, start);
  return { start: from, end: Math.max(from, sourceEndOf(mapped, end)) };
}

const LETTER = /[\p{L}\p{N}\p{M}]/u;

/**
 * Whether an offset between two units is rather the end of what stands before it than the start of what follows: so it is behind a
 * word. Marks begin and end at words, hence the side that is more often asked for.
 */
export function belongsToLeft(left: string, right: string): boolean {
  if (/\s/u.test(left)) return false;
  return /\s/u.test(right) || (LETTER.test(left) && !LETTER.test(right));
}
