/** A word with its punctuation, or the white space between two. */
export interface TextPiece {
  readonly text: string;
  /** Offsets in the whole, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly isWord: boolean;
}

const wordLike: Intl.Segmenter | undefined = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "word" }) : undefined;
/** Written without spaces between words. */
const unspaced: RegExp = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Cuts a text at white space, and where a script has none between its words. Joined, the pieces are the text. */
export function splitWords(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const { 0: found, index } of text.matchAll(/\s+|\S+/gu)) {
    const isWord = found.trim() !== "";
    if (isWord && wordLike !== undefined && unspaced.test(found)) {
      for (const { segment, index: offset } of wordLike.segment(found)) pieces.push(pieceAt(segment, index + offset, true));
    } else pieces.push(pieceAt(found, index, isWord));
  }
  return pieces;
}

function pieceAt(text: string, start: number, isWord: boolean): TextPiece {
  return { text, start, end: start + text.length, isWord };
}
