/** A word of a caption with the punctuation and the white space behind it. */
export interface CaptionPiece {
  /** In one line, white space collapsed, at most one space at its end. */
  readonly text: string;
  /** Columns that it takes, without the space at its end. */
  readonly width: number;
  readonly startMs: number;
  readonly endMs: number;
  /** What ends with it. */
  readonly ends: "sentence" | "clause" | "word";
}

/** A caption with its time. */
export interface Cue {
  readonly pieces: readonly CaptionPiece[];
  readonly startMs: number;
  readonly endMs: number;
}

const CLAUSE_END = /[,;:—–،؛、，；：…][\p{Pe}\p{Pf}"'”’»]*\s*$/u;
/** East Asian wide and fullwidth characters, and emoji. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /[\p{M}\p{Cf}]/u;

/** Makes a piece of raw text: control characters and line ends become spaces, half a surrogate pair U+FFFD. */
export function createPiece(raw: string, time: { startMs: number; endMs: number }, isLast: boolean): CaptionPiece {
  const text = raw
    .replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD")
    .replaceAll(/[\s\p{Cc}]+/gu, " ");
  const ends = isLast ? "sentence" : CLAUSE_END.test(text) ? "clause" : "word";
  return { text, width: widthOf(text.trim()), ...time, ends };
}

/** Columns of a text: two for a wide character, none for a mark. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += WITHOUT_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}

/** Columns of pieces side by side. */
export function widthOfLine(pieces: readonly CaptionPiece[]): number {
  return pieces.reduce((sum, piece, index) => sum + piece.width + (index + 1 < pieces.length && piece.text.endsWith(" ") ? 1 : 0), 0);
}
