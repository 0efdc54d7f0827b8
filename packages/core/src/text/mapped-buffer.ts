import type { MappedText } from "./mapped-text.ts";

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

  /** What was appended and not yet taken. */
  get text(): string {
    return this.#text;
  }

  append(mapped: MappedText): void {
    if (mapped.text.length === 0) return;
    this.#pieces.push({ start: this.#appended, mapped });
    this.#appended += mapped.text.length;
    this.#text += mapped.text;
  }

  /** Takes `units` from the front; what is returned keeps its way back to the fed text. */
  take(units: number): MappedText {
    const start = this.#taken;
    const text = this.#text.slice(0, units);
    const end = start + text.length;
    const pieces = this.#pieces.filter((piece) => piece.start <= end);
    this.#text = this.#text.slice(units);
    this.#taken = end;
    this.#pieces = this.#pieces.filter((piece) => piece.start + piece.mapped.text.length >= end);
    return { text, sourceAt: (index) => sourceOf(pieces, start + Math.max(0, Math.min(index, text.length))) };
  }
}

function sourceOf(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece === undefined ? 0 : piece.mapped.sourceAt(Math.min(offset - piece.start, piece.mapped.text.length));
}
