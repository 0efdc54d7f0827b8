import type { PhonemeSpan } from "../text/mapped-text.ts";
import type { TextMarkup } from "../text/text-markup.ts";

/** A segment as it was sent. Offsets are in the fed text. */
export interface LedgerSegment {
  readonly index: number;
  /** Where a segment was begun by one attempt and gone on with by another: 0 (or undefined) what the first has spoken, 1 what the second has, and so on. */
  readonly part?: number | undefined;
  /** What the engine got. */
  readonly text: string;
  readonly textStart: number;
  readonly textEnd: number;
  /** The fed text that this segment accounts for, with the white space around it. */
  readonly coverStart: number;
  readonly coverEnd: number;
  /** Offset in the fed text for an offset in `text`. */
  sourceAt(index: number): number;
  /** Where the unit at an offset in `text` begins in the fed text, and where the one before it ends: see `MappedText`. */
  readonly sourceStartAt?: ((index: number) => number) | undefined;
  readonly sourceEndAt?: ((index: number) => number) | undefined;
  /** Words of `text` whose pronunciation is known. */
  readonly phonemes?: readonly PhonemeSpan[] | undefined;
  /** The elements that `text` stands in, where it was SSML and is without its tags. */
  readonly markup?: TextMarkup | undefined;
}
