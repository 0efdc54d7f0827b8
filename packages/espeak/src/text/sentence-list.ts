import { segmenterFor } from "./segmenter.ts";
import type { TextSpan } from "./spoken-text.ts";

/**
 * The sentences of a text, trimmed, in order.
 *
 * @param readable - The request's text with blanks in place of its markup.
 * @param options - Where sentences begin because of markup, and the language (BCP-47).
 */
export function findSentences(readable: string, options: { breaks: readonly number[]; language: string }): TextSpan[] {
  const sentences: TextSpan[] = [];
  const edges = [0, ...options.breaks, readable.length];
  for (const [index, end] of edges.entries()) {
    const start = edges[index - 1];
    if (start === undefined) continue;
    for (const part of sentenceParts(readable.slice(start, end), options.language)) addTrimmed(sentences, part, start);
  }
  return sentences;
}

function sentenceParts(text: string, language: string): { segment: string; index: number }[] {
  const segmenter = segmenterFor(language, "sentence");
  return segmenter === undefined ? [{ segment: text, index: 0 }] : [...segmenter.segment(text)];
}

function addTrimmed(sentences: TextSpan[], part: { segment: string; index: number }, offset: number): void {
  const trimmed = part.segment.trim();
  if (trimmed === "") return;
  const start = offset + part.index + part.segment.indexOf(trimmed);
  sentences.push({ start, end: start + trimmed.length });
}
