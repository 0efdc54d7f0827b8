/** Pieces are joined up to this length, so that a token stream of hours stays a short list. */
const PIECE_UNITS = 8192;

/** All the text that was fed, in order: what offsets of marks and interruptions point into. */
export class FedText {
  readonly #pieces: string[] = [];
  readonly #starts: number[] = [];
  #length = 0;

  /** In UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    if (text.length === 0) return;
    const last = this.#pieces.length - 1;
    const lastPiece = this.#pieces[last];
    if (lastPiece !== undefined && lastPiece.length + text.length <= PIECE_UNITS) this.#pieces[last] = lastPiece + text;
    else {
      this.#pieces.push(text);
      this.#starts.push(this.#length);
    }
    this.#length += text.length;
  }

  /** The text from `start` up to `end`, both clamped to what was fed. */
  slice(start: number, end: number = this.#length): string {
    const from = Math.max(0, start);
    const to = Math.min(this.#length, end);
    let result = "";
    for (let index = this.#pieceAt(from); index < this.#pieces.length; index += 1) {
      const piece = this.#pieces[index] ?? "";
      const pieceStart = this.#starts[index] ?? 0;
      if (pieceStart >= to) break;
      result += piece.slice(Math.max(0, from - pieceStart), to - pieceStart);
    }
    return result;
  }

  #pieceAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
