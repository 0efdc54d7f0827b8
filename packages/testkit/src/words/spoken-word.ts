/** A word of a text and the number that its audio carries. */
export interface SpokenWord {
  text: string;
  /** First UTF-16 unit in the text. */
  textStart: number;
  /** One past the last UTF-16 unit in the text. */
  textEnd: number;
  /** From 0 to 65535; undefined for punctuation that stands alone, which is spoken as silence. */
  id: number | undefined;
}

/** Longer runs without white space are spoken in pieces of this many units, so that no word becomes minutes of audio. */
const longestWord = 40;

// Scripts without spaces are spoken letter by letter; everything else from white space to white space.
const unspaced = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const wordPattern = new RegExp(`[${unspaced}]|[^\\s${unspaced}]+`, "gu");
const letterOrDigit = /[\p{L}\p{N}]/u;
const encoder = new TextEncoder();

/**
 * The number that stands for a word: n for "w17" and the like (any case, punctuation around it left out), else 16 bits of a
 * hash (FNV-1a) of the word.
 */
export function wordId(word: string): number {
  const bare = word.replaceAll(/[^\p{L}\p{N}\p{M}]/gu, "");
  const numbered = /^w(\d{1,9})$/iu.exec(bare);
  if (numbered) return Number(numbered[1]) & 0xffff;
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(bare.toLowerCase())) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash ^ (hash >>> 16)) & 0xffff;
}

/** Cuts a text into the words that scripted audio speaks. */
export function spokenWords(text: string): SpokenWord[] {
  const words: SpokenWord[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const last = match.index + match[0].length;
    for (let start = match.index; start < last;) {
      const end = pieceEnd(text, start, last);
      const word = text.slice(start, end);
      words.push({ text: word, textStart: start, textEnd: end, id: letterOrDigit.test(word) ? wordId(word) : undefined });
      start = end;
    }
  }
  return words;
}

function pieceEnd(text: string, start: number, last: number): number {
  const end = Math.min(start + longestWord, last);
  const previous = text.charCodeAt(end - 1);
  const cutsPair = end < last && previous >= 0xd800 && previous <= 0xdbff;
  return cutsPair ? end + 1 : end;
}

/** The numbers that {@link decodeWords} gives for the audio of a text, in order. */
export function expectedWords(text: string): number[] {
  return spokenWords(text).flatMap((word) => (word.id === undefined ? [] : [word.id]));
}

/**
 * A text of numbered words in sentences, for tests that want to know which words were spoken: "W0 w1 w2. W3 w4 w5."
 *
 * @example
 * ```ts
 * const text = numberedText({ words: 100, sentenceWords: 8 });
 * ```
 */
export function numberedText(options: { words: number; first?: number | undefined; sentenceWords?: number | undefined }): string {
  const { words, first = 0, sentenceWords = 8 } = options;
  let text = "";
  for (let index = 0; index < words; index += 1) {
    const opens = index % sentenceWords === 0;
    const closes = (index + 1) % sentenceWords === 0 || index + 1 === words;
    text += `${index === 0 ? "" : " "}${opens ? "W" : "w"}${first + index}${closes ? "." : ""}`;
  }
  return text;
}
