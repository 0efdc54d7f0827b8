import type { Mark } from "@parlando/engine";
import type { LedgerEntry } from "./ledger-entry.ts";
import { spokenMs } from "./spoken-length.ts";
import { estimatedPlaces, frameOfTime, hasWordMarks } from "./placed-words.ts";

/** Where what an attempt has made can end, so that another attempt goes on. */
export interface EntryCut {
  /** Frames of the entry that stay. */
  readonly frames: number;
  /** Where in the text of the entry's segment the next attempt begins; its length where nothing is left to say. */
  readonly units: number;
  /** How the place was found. By an estimate, a word may be said twice, but none is left out. */
  readonly basis: "marks" | "estimate";
}

/** What {@link findCut} looks at. */
export interface CutOptions {
  readonly sampleRate: number;
  /** Frames of the entry that the taker has: they stay. */
  readonly handedFrames: number;
  /** How the engine speaks, from segments that it has ended. */
  readonly pace: number | undefined;
}

/** A word of a segment and where it is in the audio. */
interface CutWord {
  readonly start: number;
  readonly end: number;
  readonly startFrame: number;
  /** Undefined while it is not known. */
  readonly endFrame: number | undefined;
}

/** Times of marks are rounded: a word that lacks so little is whole. */
const ROUNDED_MS = 2;
/** Of a pause behind the last whole word, so much stays: a breath between two voices. */
const PAUSE_MS = 120;
/** Where nobody knows when the next word begins, only so much: it may have begun. */
const UNSURE_PAUSE_MS = 50;
/** The last word of a text, whose end no mark tells, is whole when it has so much of the length that it should have. */
const LAST_WORD_SHARE = 0.85;
const READ = /[\p{L}\p{N}\p{Sc}%&@#+=°§\p{Extended_Pictographic}]/u;
/** What may stand behind a word and belongs to it. */
const BEHIND_WORD = /^[\s.,;:!?…)\]}»”’。，、！？；：」』）।॥؟،؛۔"']*/u;

/**
 * The last word boundary in what an entry has made, at or behind what was handed out. Marks of the engine tell it exactly; without them it is
 * estimated, and the word there is said again rather than left out. Where the taker has part of a word already, that word is said again.
 */
export function findCut(entry: LedgerEntry, { sampleRate, handedFrames, pace }: CutOptions): EntryCut {
  const told = hasWordMarks(entry) ? wordsOfMarks(entry, sampleRate) : [];
  // Words that are told out of their order, or where they do not stand, are of some other text.
  const isInOrder = told.every((word, index) => word.start >= (told[index - 1]?.end ?? 0));
  const basis = told.length > 0 && isInOrder && !isMisplaced(entry) ? "marks" : "estimate";
  const words = basis === "marks" ? told : estimatedPlaces(entry, sampleRate, pace);
  const made = entry.frames + Math.round((ROUNDED_MS * sampleRate) / 1000);
  const whole = words.findLastIndex((word) => word.endFrame !== undefined && word.endFrame <= made);
  const last = words[whole];
  const next = words[whole + 1];
  if (last?.endFrame === undefined) return { frames: handedFrames, units: 0, basis };
  const units = next === undefined ? unitsBehind(entry.segment.text, last.end) : next.start;
  const framesOf = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const pauseEnd = next === undefined ? last.endFrame + framesOf(UNSURE_PAUSE_MS) : Math.min(next.startFrame, last.endFrame + framesOf(PAUSE_MS));
  const boundary = units >= entry.segment.text.length ? entry.frames : Math.min(entry.frames, Math.max(last.endFrame, pauseEnd));
  const frames = Math.max(handedFrames, boundary);
  if (basis === "estimate") return { frames, units: (words.findLast((word) => word.startFrame < frames) ?? last).start, basis };
  return { frames, units, basis };
}

function wordsOfMarks(entry: LedgerEntry, sampleRate: number): CutWord[] {
  const { text } = entry.segment;
  const marks = entry.marks.filter((mark) => mark.kind === "word").sort((left, right) => left.timeMs - right.timeMs);
  return marks.map((mark, index) => {
    const next = marks[index + 1];
    // What stands between two words without a mark of its own is said between them.
    const isFollowed = next === undefined || READ.test(text.slice(mark.textEnd, next.textStart));
    const ownEndMs = mark.durationMs === undefined || (isFollowed && next !== undefined) ? undefined : mark.timeMs + mark.durationMs;
    const isLast = next === undefined && unitsBehind(text, mark.textEnd) >= text.length;
    const endMs = ownEndMs ?? next?.timeMs ?? (isLast ? expectedEndMs(marks) : undefined);
    return {
      start: mark.textStart,
      end: mark.textEnd,
      startFrame: frameOfTime(entry, mark.timeMs, sampleRate),
      endFrame: endMs === undefined ? undefined : frameOfTime(entry, endMs, sampleRate),
    };
  });
}

/** When the last of some words should end, by the pace of those before it; undefined where there are too few. */
function expectedEndMs(marks: readonly Mark[]): number | undefined {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || marks.length < 3) return undefined;
  const lengthOf = (words: readonly Mark[]): number => words.reduce((sum, { value }) => sum + spokenMs(value, { mixedCase: true }), 0);
  const pace = (last.timeMs - first.timeMs) / lengthOf(marks.slice(0, -1));
  return last.timeMs + LAST_WORD_SHARE * pace * lengthOf([last]);
}

/** Whether most words of the marks do not stand where they say: offsets of another count. One that is said otherwise than written is no reason. */
function isMisplaced({ marks, segment }: LedgerEntry): boolean {
  const words = marks.filter((mark) => mark.kind === "word");
  const text = segment.text.toLowerCase();
  const isElsewhere = words.filter(({ value, textStart, textEnd }) => {
    const written = text.slice(textStart, textEnd);
    const said = value.toLowerCase();
    return !written.includes(said) && !said.includes(written);
  });
  return isElsewhere.length * 2 > words.length;
}

function unitsBehind(text: string, end: number): number {
  const units = end + (BEHIND_WORD.exec(text.slice(end))?.[0].length ?? 0);
  return READ.test(text.slice(units)) ? units : text.length;
}
