import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import { sourceEndOf, sourceRangeOf, sourceStartOf } from "../text/mapped-text.ts";
import { sliceMarkup } from "../text/slice-markup.ts";
import type { TakenText } from "../text/text-queue.ts";

/** What is told of the text before a segment, for engines that keep prosody across requests. */
const PREVIOUS_TEXT_UNITS = 200;

/** A segment whose text still grows. */
export type GrowingSegment = { -readonly [Name in keyof LedgerSegment]: LedgerSegment[Name] };

/** Remembers how far the text was sent: numbers the segments, and tells what each accounts for. */
export class SentText {
  #segments = 0;
  #sourceEnd = 0;
  #previousText = "";

  /** Segments sent so far. */
  get segments(): number {
    return this.#segments;
  }

  /** The last words that were sent. */
  get previousText(): string {
    return this.#previousText;
  }

  /** The text behind all that was sent, as the next segment. */
  describe(taken: TakenText): GrowingSegment {
    const lead = taken.text.length - taken.text.trimStart().length;
    const text = taken.text.trim();
    const { start, end } = sourceRangeOf(taken, lead, lead + text.length);
    return {
      index: this.#segments,
      text,
      textStart: start,
      textEnd: end,
      coverStart: this.#sourceEnd,
      coverEnd: taken.sourceEnd,
      sourceAt: (index) => taken.sourceAt(lead + index),
      sourceStartAt: (index) => sourceStartOf(taken, lead + index),
      sourceEndAt: (index) => sourceEndOf(taken, lead + index),
      phonemes: taken.phonemes?.map((span) => ({ start: span.start - lead, end: span.end - lead, ipa: span.ipa })),
      markup: taken.markup === undefined ? undefined : sliceMarkup(taken.markup, lead, lead + text.length, () => true),
    };
  }

  /** What was described last was sent. */
  sent(taken: TakenText): void {
    this.#segments += 1;
    this.#sourceEnd = taken.sourceEnd;
    this.#previousText = (this.#previousText + taken.text).slice(-PREVIOUS_TEXT_UNITS);
  }
}
