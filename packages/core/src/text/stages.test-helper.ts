import { MappedBuffer } from "./mapped-buffer.ts";
import { sourceRangeOf, type MappedText, type TextStage } from "./mapped-text.ts";
import { createStageChain } from "./stage-chain.ts";

/** What came out of a chain of stages, with the way back of every unit. */
export interface Staged {
  text: string;
  mapped: MappedText;
  /** Source of each offset from 0 to the length. */
  offsets: number[];
  /** Source of each unit. */
  ranges: { start: number; end: number }[];
  /** The most that was held back by the end of a piece, as the difference between what was pushed and what came out in full. */
  fed: string;
}

/** Feeds the pieces to the stages, then flushes. */
export function stage(stages: (() => TextStage) | readonly (() => TextStage)[], pieces: string | readonly string[]): Staged {
  const chain = createStageChain(typeof stages === "function" ? [stages] : stages);
  const buffer = new MappedBuffer();
  let fed = "";
  for (const piece of typeof pieces === "string" ? [pieces] : pieces) {
    buffer.append(chain.push(piece, fed.length));
    fed += piece;
  }
  buffer.append(chain.flush());
  const mapped = buffer.take(buffer.text.length);
  const { text } = mapped;
  return {
    text,
    mapped,
    offsets: Array.from({ length: text.length + 1 }, (_, index) => mapped.sourceAt(index)),
    ranges: Array.from({ length: text.length }, (_, index) => sourceRangeOf(mapped, index, index + 1)),
    fed,
  };
}

/** What is said for a text. */
export function said(stages: (() => TextStage) | readonly (() => TextStage)[], text: string): string {
  return stage(stages, text).text;
}

/** The part of the fed text that the first `words` in what is said was made from. */
export function sourceOf(staged: Staged, words: string): string {
  const start = staged.text.indexOf(words);
  if (start < 0) return `(${words} is not said)`;
  const range = sourceRangeOf(staged.mapped, start, start + words.length);
  return staged.fed.slice(range.start, range.end);
}

/** Cuts a text at the places that the numbers choose. */
export function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((left, right) => left - right);
  const pieces: string[] = [];
  let start = 0;
  for (const place of [...places, text.length]) {
    if (place > start) pieces.push(text.slice(start, place));
    start = Math.max(start, place);
  }
  return pieces;
}
