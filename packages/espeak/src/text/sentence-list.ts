import { segmenterFor } from "./segmenter.ts";
import type { TextSpan } from "./spoken-text.ts";

/**
 * The sentences of a text, trimmed, in order.
 *
 * @param source - The request's text.
 * @param spans - The parts of it that are spoken; markup between them belongs to no sentence's edge.
 * @param options - Where sentences begin because of markup, and the language (BCP-47).
 */
export function findSentences(source: string, spans: readonly TextSpan[], options: { breaks: readonly number[]; language: string }): TextSpan[] {
  const masked = mask(source, spans);
  const sentences: TextSpan[] = [];
  const edges = [0, ...options.breaks, source.length];
  for (const [index, end] of edges.entries()) {
    const start = edges[index - 1];
    if (start === undefined) continue;
    for (const part of sentenceParts(masked.slice(start, end), options.language)) addTrimmed(sentences, part, start);
  }
  return sentences;
}

function mask(source: string, spans: readonly TextSpan[]): string {
  let masked = "";
  for (const span of spans) masked += " ".repeat(span.start - masked.length) + source.slice(span.start, span.end);
  return masked + " ".repeat(source.length - masked.length);
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
