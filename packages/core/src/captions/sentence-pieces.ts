import type { Mark } from "@parlando/engine";
import { createPiece, type CaptionPiece } from "./caption-piece.ts";

/** A word whose length nobody knows, and that nothing follows. */
const USUAL_WORD_MS = 400;
/** Words of scripts that are written without spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/** What {@link sentencePieces} is told. */
export interface SpokenSentence {
  /** Its words, as far as they were spoken. */
  readonly words: readonly Mark[];
  /** Its text; without it, the words stand alone. */
  readonly sentence: Mark | undefined;
  /** The word behind it. */
  readonly next: Mark | undefined;
  /** It was not spoken to its end: its text ends with its last word. */
  readonly isBroken: boolean;
}

/** The pieces of a sentence: its text, parted before each of its words, with the time of that word. */
export function sentencePieces({ words, sentence, next, isBroken }: SpokenSentence): CaptionPiece[] {
  const texts = sentence === undefined ? words.map(valueWithSpace) : textsBetween(words, sentence, isBroken);
  const last = words.length - 1;
  return words.map((word, index) => createPiece(texts[index] ?? "", timeOf(word, words[index + 1] ?? next), sentence !== undefined && index === last)).filter((piece) => piece.text.trim() !== "");
}

function valueWithSpace({ value }: Mark): string {
  return UNSPACED.test(value) ? value : `${value} `;
}

function textsBetween(words: readonly Mark[], sentence: Mark, isBroken: boolean): string[] {
  const places = placesIn(words, sentence);
  const end = isBroken ? endOfWord(sentence.value, (places.at(-1) ?? 0) + (words.at(-1)?.value.length ?? 0)) : sentence.value.length;
  // Quotes before the first word belong to it.
  return words.map((_, index) => `${sentence.value.slice(index === 0 ? 0 : places[index], places[index + 1] ?? end)}${index + 1 === words.length ? " " : ""}`);
}

/** Behind the punctuation that hangs on a word. */
function endOfWord(text: string, end: number): number {
  const next = /[\s\p{L}\p{N}]/u.exec(text.slice(end))?.index;
  return next === undefined ? text.length : end + next;
}

/** Where each word begins in the text of the sentence; never decreasing. */
function placesIn(words: readonly Mark[], { value, textStart, textEnd }: Mark): number[] {
  // Of a document with tags, the text is shorter than its place: there the words are looked for.
  const isExact = value.length === textEnd - textStart;
  let reached = 0;
  return words.map((word) => {
    const found = isExact ? word.textStart - textStart : value.indexOf(word.value, reached);
    const place = found < 0 ? reached : Math.max(reached, openingBefore(value, found, reached));
    reached = isExact ? place : Math.min(value.length, found < 0 ? reached : found + word.value.length);
    return place;
  });
}

/** An opening quote or bracket goes with the word behind it. */
function openingBefore(text: string, place: number, least: number): number {
  let start = place;
  while (start > least && /[\p{Ps}\p{Pi}"'¿¡]/u.test(text.charAt(start - 1)) && (start - 1 === 0 || /[\s\p{Ps}\p{Pi}"'—]/u.test(text.charAt(start - 2)))) start -= 1;
  return start;
}

function timeOf(word: Mark, next: Mark | undefined): { startMs: number; endMs: number } {
  const startMs = Math.max(0, word.timeMs);
  const ownMs = word.durationMs ?? (next === undefined ? USUAL_WORD_MS : next.timeMs - word.timeMs);
  return { startMs, endMs: startMs + Math.max(0, ownMs) };
}
