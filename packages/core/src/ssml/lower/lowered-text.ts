import type { Mark } from "@parlando/engine";
import { sourceEnd, sourceStart, type Origin } from "./origin.ts";
import type { SsmlChange } from "./element-plan.ts";

/** A text as an engine takes it. */
export interface LoweredText {
  /** SSML, or plain text for an engine that takes no other. */
  readonly text: string;
  readonly ssml: boolean;
  /** What the engine does not honour, each kind of element and attribute once. */
  readonly changes: readonly SsmlChange[];
  /** Offset in the text that was fed for an offset in `text`; never decreasing. */
  sourceAt(index: number): number;
  /** Where the unit at an offset begins in the text that was fed. */
  sourceStartAt(index: number): number;
  /** Where the unit before an offset ends in the text that was fed. */
  sourceEndAt(index: number): number;
  /** A mark of the engine, whose offsets are in `text`, as one whose offsets are in the text without tags. */
  inWords(mark: Mark): Mark;
  /** A mark of the engine with the place of its tag in `text`, where it is a bookmark: engines may tell its name alone. */
  placed(mark: Mark): Mark;
}

/** A `mark` that was written. */
export interface WrittenMark {
  readonly name: string;
  /** Offsets in the written text. */
  readonly start: number;
  readonly end: number;
}

/** A stretch of the written text: from `start` to where the next begins. */
export interface Part {
  readonly start: number;
  readonly from: Origin;
  /** The stretch of the text without tags that it stands for; nothing for a tag. */
  readonly textStart: number;
  readonly textEnd: number;
}

/** The way back from what was written. */
export function loweredText(written: { text: string; ssml: boolean; changes: readonly SsmlChange[]; parts: readonly Part[]; marks: readonly WrittenMark[] }): LoweredText {
  const { text, ssml, changes, parts, marks } = written;
  const startAt = (index: number): number => {
    const at = Math.max(0, Math.min(index, text.length));
    const part = at === text.length ? undefined : partAt(parts, at);
    return part === undefined ? endAt(at) : sourceStart(part.from, at - part.start);
  };
  const endAt = (index: number): number => {
    const at = Math.max(0, Math.min(index, text.length));
    const part = partAt(parts, Math.max(0, at - 1));
    if (part === undefined) return 0;
    return at === 0 ? sourceStart(part.from, 0) : sourceEnd(part.from, at - part.start);
  };
  return {
    text,
    ssml,
    changes,
    sourceAt: startAt,
    sourceStartAt: startAt,
    sourceEndAt: endAt,
    inWords: (mark) => {
      const textStart = wordStart(parts, mark.textStart);
      return { ...mark, textStart, textEnd: mark.textEnd > mark.textStart ? Math.max(textStart, wordEnd(parts, mark.textEnd)) : textStart };
    },
    placed(mark) {
      if (mark.kind !== "bookmark") return mark;
      const nearest = marks.filter(({ name }) => name === mark.value).sort((one, other) => Math.abs(one.start - mark.textStart) - Math.abs(other.start - mark.textStart))[0];
      return nearest === undefined ? mark : { ...mark, textStart: nearest.start, textEnd: nearest.end };
    },
  };
}

function wordStart(parts: readonly Part[], index: number): number {
  const part = partAt(parts, Math.max(0, index));
  if (part === undefined) return 0;
  return part.from.kind === "text" ? Math.min(part.textEnd, part.textStart + Math.max(0, index) - part.start) : part.textStart;
}

function wordEnd(parts: readonly Part[], index: number): number {
  const part = partAt(parts, Math.max(0, index - 1));
  if (part === undefined) return 0;
  return part.from.kind === "text" ? Math.min(part.textEnd, part.textStart + Math.max(0, index) - part.start) : part.textEnd;
}

/** The last part that begins at or before an offset. */
function partAt(parts: readonly Part[], index: number): Part | undefined {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return parts[low];
}
