import { belongsToLeft, sourceEndOf, sourceStartOf, type MappedText, type PhonemeSpan } from "./mapped-text.ts";
import { sliceMarkup } from "./slice-markup.ts";
import type { MarkupPoint, MarkupRun } from "./text-markup.ts";

interface Piece {
  readonly start: number;
  readonly mapped: MappedText;
}

/** Mapped text that grows at its end and is taken from its front. */
export class MappedBuffer {
  #text = "";
  /** Offset of `#text` in all that was ever appended. */
  #taken = 0;
  #appended = 0;
  #pieces: Piece[] = [];
  /** Offsets in all that was ever appended. */
  #phonemes: PhonemeSpan[] = [];
  /** The same, of text that was SSML. */
  #runs: MarkupRun[] = [];
  #points: MarkupPoint[] = [];
  #hasMarkup = false;

  /** What was appended and not yet taken. */
  get text(): string {
    return this.#text;
  }

  /** Elements without text behind all words that were taken. */
  get points(): readonly MarkupPoint[] {
    return this.#points;
  }

  append(mapped: MappedText): void {
    const start = this.#appended;
    if (mapped.markup !== undefined) {
      this.#hasMarkup = true;
      this.#runs.push(...mapped.markup.runs.map((run) => ({ start: run.start + start, end: run.end + start, element: run.element })));
      this.#points.push(...mapped.markup.points.map(({ at, element }) => ({ at: at + start, element })));
    }
    if (mapped.text.length === 0) return;
    this.#pieces.push({ start, mapped });
    if (mapped.phonemes !== undefined) this.#phonemes.push(...movedBy(mapped.phonemes, start));
    this.#appended += mapped.text.length;
    this.#text += mapped.text;
  }

  /**
   * The first `units`, with their way back to the fed text; they stay. A pronunciation that is cut through is lost. An element without text
   * belongs to the word behind it.
   */
  peek(units: number): MappedText {
    const start = this.#taken;
    const text = this.#text.slice(0, units);
    const end = start + text.length;
    const pieces = this.#pieces.filter((piece) => piece.start < end || (text === "" && piece.start === end));
    const phonemes = this.#phonemes.filter((span) => span.start >= start && span.end <= end);
    const mapped = withWayBack(text, pieces, start);
    if (phonemes.length > 0) mapped.phonemes = movedBy(phonemes, -start);
    if (this.#hasMarkup) mapped.markup = sliceMarkup({ runs: this.#runs, points: this.#points }, start, end, this.#isBeforeWord(start, text));
    return mapped;
  }

  /** Points that stand before the last letter of a text. What stands behind it belongs to the words that follow: it may not have come yet. */
  #isBeforeWord(start: number, text: string): (point: MarkupPoint) => boolean {
    const end = start + text.trimEnd().length;
    return ({ at }) => at < end;
  }

  /** Takes `units` from the front; what is returned keeps its way back to the fed text. */
  take(units: number): MappedText {
    const taken = this.peek(units);
    const end = this.#taken + taken.text.length;
    if (this.#hasMarkup) {
      const isTaken = this.#isBeforeWord(this.#taken, taken.text);
      this.#runs = this.#runs.filter((run) => run.end > end);
      this.#points = this.#points.filter((point) => !isTaken(point));
    }
    this.#text = this.#text.slice(units);
    this.#taken = end;
    // The one that ends here tells where an empty text would come from.
    this.#pieces = this.#pieces.filter((piece) => piece.start + piece.mapped.text.length >= end);
    this.#phonemes = this.#phonemes.filter((span) => span.start >= end);
    return taken;
  }
}

function withWayBack(text: string, pieces: readonly Piece[], start: number): MappedText {
  const clamped = (index: number): number => Math.max(0, Math.min(index, text.length));
  const sourceAt = (index: number): number => {
    const at = clamped(index);
    if (at === 0) return startOf(pieces, start);
    if (at === text.length) return endOf(pieces, start + at);
    return sourceInside(pieces, start + at, () => belongsToLeft(text.charAt(at - 1), text.charAt(at)));
  };
  return {
    text,
    sourceAt,
    sourceStartAt: (index) => (index < text.length ? startOf(pieces, start + clamped(index)) : sourceAt(index)),
    sourceEndAt: (index) => (index > 0 ? endOf(pieces, start + clamped(index)) : sourceAt(index)),
  };
}

/** Where the unit that begins at `offset` comes from. */
function startOf(pieces: readonly Piece[], offset: number): number {
  const piece = pieceAt(pieces, offset);
  return piece === undefined ? 0 : sourceStartOf(piece.mapped, Math.min(offset - piece.start, piece.mapped.text.length));
}

/** Where the unit that ends at `offset` comes from. */
function endOf(pieces: readonly Piece[], offset: number): number {
  const piece = pieceAt(pieces, offset - 1);
  return piece === undefined ? 0 : sourceEndOf(piece.mapped, Math.min(offset - piece.start, piece.mapped.text.length));
}

/** Inside a piece, its own answer; at a joint, that of the one or the other. */
function sourceInside(pieces: readonly Piece[], offset: number, endsWord: () => boolean): number {
  const piece = pieceAt(pieces, offset);
  if (piece === undefined) return 0;
  if (piece.start < offset) return piece.mapped.sourceAt(offset - piece.start);
  const start = startOf(pieces, offset);
  // Two words that a stage has put for one have the same source: then the end of the first is not before the start of the second.
  return endsWord() ? Math.min(start, endOf(pieces, offset)) : start;
}

/** The last piece that begins at or before `offset`. */
function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}

function movedBy(spans: readonly PhonemeSpan[], units: number): PhonemeSpan[] {
  return spans.map((span) => ({ start: span.start + units, end: span.end + units, ipa: span.ipa }));
}
