import { expect } from "vitest";
import { createSegmenter } from "./create-segmenter.ts";

/** Where a sentence ends in a marked text; it stands for nothing in it. */
const BORDER = "¦";

function sentencesOf(text: string, language: string, length: number): string[] {
  const segmenter = createSegmenter({ language });
  const found: string[] = [];
  for (let from = 0; from < text.length; from += length) found.push(...segmenter.push(text.slice(from, from + length)).map((segment) => segment.text));
  return [...found, ...segmenter.flush().map((segment) => segment.text)];
}

/** Expects a text to be cut where `¦` stands in it, whole and in pieces of a few units. */
export function checkMarked(language: string, marked: string): void {
  const expected = marked.split(BORDER).map((sentence) => sentence.trim());
  const text = marked.replaceAll(BORDER, "");
  for (const length of [1, 2, 3, 4, 5, text.length]) expect(sentencesOf(text, language, length), `pieces of ${length}`).toEqual(expected);
}
