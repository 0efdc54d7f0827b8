import { segmenterFor } from "./segmenter.ts";
import type { TextSpan } from "./spoken-text.ts";

/** A word of the request's text. */
export interface WrittenWord extends TextSpan {
  /** False for signs, such as `&` or an emoji: a word only where the engine says it. */
  certain: boolean;
}

/** URLs and e-mail addresses are one word. */
const address = /^\S{1,64}?:\/\/|^[^\s@]{1,64}@[^\s@]+\.[^\s@]/u;
/** A piece of a run without white space: an emoji, or what stands between separators; those between two digits separate nothing. */
const piece = /(?:\p{RI}\p{RI}|\p{Extended_Pictographic}(?:\p{EMod}|\ufe0f|\u200d\p{Extended_Pictographic})*)|(?:[^\p{RI}\p{Extended_Pictographic}—–―…,;:!?()[\]{}<>«»“”„"‹›|/。，、；：！？「」『』（）【】《》।॥۔؟،؛]|(?<=\p{N})[,:/](?=\p{N}))+/gu;
const leading = /^(?:(?![#@%&])\p{P})+/u;
const trailing = /(?:(?![#@%&‰])\p{P})+$/u;
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const letterOrDigit = /[\p{L}\p{N}]/u;

/**
 * The words of a text as they are written, in order. White space and punctuation separate them; scripts without spaces are
 * divided by `Intl.Segmenter`, as a reader of the language would.
 *
 * @param readable - The request's text with blanks in place of its markup.
 * @param spans - The parts of it that are spoken.
 * @param language - BCP-47, for scripts without spaces.
 */
export function findWords(readable: string, spans: readonly TextSpan[], language: string): WrittenWord[] {
  const words: WrittenWord[] = [];
  for (const span of spans) {
    for (const run of readable.slice(span.start, span.end).matchAll(/[^\s\u200b\0]+/gu)) divideRun(words, run[0], span.start + run.index, language);
  }
  return words;
}

function divideRun(words: WrittenWord[], run: string, start: number, language: string): void {
  if (address.test(run)) return addWord(words, run, start);
  for (const match of run.matchAll(piece)) {
    const at = start + match.index;
    if (unspaced.test(match[0])) divideUnspaced(words, match[0], at, language);
    else addWord(words, match[0], at);
  }
}

function addWord(words: WrittenWord[], text: string, start: number): void {
  const before = leading.exec(text)?.[0].length ?? 0;
  const after = before === text.length ? 0 : (trailing.exec(text)?.[0].length ?? 0);
  const end = start + text.length - after;
  if (start + before < end) words.push({ start: start + before, end, certain: letterOrDigit.test(text) });
}

function divideUnspaced(words: WrittenWord[], text: string, start: number, language: string): void {
  const segmenter = segmenterFor(language, "word");
  if (segmenter === undefined) {
    words.push({ start, end: start + text.length, certain: true });
    return;
  }
  for (const part of segmenter.segment(text)) {
    if (part.isWordLike === true) words.push({ start: start + part.index, end: start + part.index + part.segment.length, certain: true });
  }
}
