import type { Mark } from "@parlando/engine";
import { estimateWords } from "./estimate-words.ts";
import type { LedgerEntry, Placement, ReadWords } from "./ledger-entry.ts";
import { EstimatedWords, estimatedWordList, ToldWords, type PlacedWord, type PlacedWords } from "./placed-word-list.ts";
import { sourceRange } from "./source-range.ts";
import { spokenWords, type SpokenWords } from "./spoken-words.ts";

/** Words behind the last mark of an engine are estimated when the audio has at least this share of the room that they need. */
const LEAST_ROOM = 0.5;
/** Silence that a segment may end with, where its audio was not listened to. */
const PAUSE_AT_END_MS = 300;
/** By so much the guess at the length of a speech grows that turns out to be longer. */
const GUESS_STEP = 1.125;
/** Shorter guesses are not stepped from. */
const SHORTEST_GUESS_SECONDS = 0.25;
/** Words that tell how fast an entry is spoken: fewer may be short or long by chance. */
const LEAST_PACE_WORDS = 2;

/** Frame of the entry for a time in the engine's own count, clamped to the audio that there is. */
export function frameOfTime(entry: LedgerEntry, timeMs: number, sampleRate: number): number {
  const frame = Math.round((timeMs * sampleRate) / 1000) - entry.trimmedFrames;
  return Math.max(0, entry.complete ? Math.min(frame, entry.frames) : frame);
}

/** Whether the audio of a mark was never made: its engine told it, then failed. */
export function isUnmade(entry: LedgerEntry, mark: Mark, sampleRate: number): boolean {
  return entry.broken === true && Math.round((mark.timeMs * sampleRate) / 1000) - entry.trimmedFrames >= entry.frames;
}

/** Whether all of its text was spoken, and the audio of it is there. */
export function isWhole(entry: LedgerEntry): boolean {
  return entry.complete && entry.broken !== true;
}

/** Whether the words of an entry are placed by marks of its engine. */
export function hasWordMarks({ marks }: LedgerEntry): boolean {
  // Mostly there are none, or the first is one; asked many times for every chunk.
  for (const { kind } of marks) if (kind === "word") return true;
  return false;
}

/**
 * The words of an entry in order: by the marks of its engine as far as they go, else spread over the audio by their estimated
 * lengths. Estimates may change until the entry is complete; `pace` is how the engine speaks: length of its speech / its estimated
 * length, from segments it has ended.
 */
export function placeWords(entry: LedgerEntry, sampleRate: number, pace?: number): PlacedWords {
  if (hasWordMarks(entry)) {
    const marks = entry.marks.filter((mark) => mark.kind === "word" && !isUnmade(entry, mark, sampleRate));
    const placed = wordsOfMarks(entry, marks, { sampleRate, pace });
    return new ToldWords(isWhole(entry) ? withMissingEnd(entry, placed, sampleRate) : placed);
  }
  const words = wordsOf(entry);
  const places = estimateWords({ words, ...speechOf(entry, sampleRate, pace), quiet: entry.quiet, sampleRate });
  let { count } = words;
  const isMade = (index: number): boolean => ((places.startFrames[index] ?? 0) + (places.endFrames[index] ?? 0)) / 2 < entry.frames;
  while (entry.broken === true && count > 0 && !isMade(count - 1)) count -= 1;
  return new EstimatedWords(entry.segment, { words, places, count });
}

/** What the places of an entry's words follow from, beside its text and its end: as long as these stay, so do they. Cheap, other than placing them. */
export function placementOf(entry: LedgerEntry, sampleRate: number, pace?: number): Placement {
  if (isWhole(entry) || entry.broken === true || hasWordMarks(entry)) return { startFrame: entry.trimmedFrames, endFrame: entry.frames, detail: entry.marks.length };
  const { startFrame, endFrame } = speechOf(entry, sampleRate, pace);
  return { startFrame, endFrame, detail: entry.quiet?.pauses.length ?? 0 };
}

/** Whether words are placed alike by both. */
export function isSamePlacement(left: Placement, right: Placement): boolean {
  return left.startFrame === right.startFrame && left.endFrame === right.endFrame && left.detail === right.detail;
}

/** A word of an entry's own text and where it is said, as far as that can be guessed. */
export interface EstimatedWord {
  /** Offsets in the text of the segment. */
  readonly start: number;
  readonly end: number;
  /** From the start of the entry. */
  readonly startFrame: number;
  readonly endFrame: number;
}

/** The words of an entry whose engine tells none, in order. */
export function estimatedPlaces(entry: LedgerEntry, sampleRate: number, pace?: number): EstimatedWord[] {
  const words = wordsOf(entry);
  const { startFrames, endFrames } = estimateWords({ words, ...speechOf(entry, sampleRate, pace), quiet: entry.quiet, sampleRate });
  return words.starts.map((start, index) => ({ start, end: words.ends[index] ?? start, startFrame: startFrames[index] ?? 0, endFrame: endFrames[index] ?? 0 }));
}

/** How the engine spoke an entry without marks: length of its speech / its estimated length; undefined where that tells nothing. */
export function paceOf(entry: LedgerEntry, sampleRate: number): number | undefined {
  if (!isWhole(entry) || entry.frames === 0) return undefined;
  const { startFrame, endFrame } = speechOf(entry, sampleRate);
  const { lengthMs } = knownWordsOf(entry);
  return lengthMs === 0 || endFrame <= startFrame ? undefined : ((endFrame - startFrame) * 1000) / sampleRate / lengthMs;
}

/** How an engine speaks by its marks: the time from the first word to the last / the estimated length of what it says until then; undefined where that is too little to tell. */
export function paceOfMarks(entry: LedgerEntry): number | undefined {
  const marks = entry.marks.filter((mark) => mark.kind === "word");
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const words = wordsOf(entry);
  const from = words.firstFrom(first.textStart);
  const end = Math.max(from, words.firstEndingBehind(last.textStart));
  // Up to the last word, so the pause before it counts.
  const lengthMs = words.lengthMs(from, end) + (end > from ? (words.pausesMs[end - 1] ?? 0) : 0);
  return end - from < LEAST_PACE_WORDS || lengthMs === 0 || last.timeMs <= first.timeMs ? undefined : (last.timeMs - first.timeMs) / lengthMs;
}

/** `pace`: of the segments before, where this one does not tell it. */
interface MarkContext {
  readonly sampleRate: number;
  readonly pace: number | undefined;
}

function wordsOfMarks(entry: LedgerEntry, marks: readonly Mark[], context: MarkContext): PlacedWord[] {
  const { sampleRate } = context;
  return marks.map((mark, index) => {
    const next = marks[index + 1];
    const startFrame = frameOfTime(entry, mark.timeMs, sampleRate);
    const ownEnd = mark.durationMs === undefined ? undefined : frameOfTime(entry, mark.timeMs + mark.durationMs, sampleRate);
    const nextStart = next === undefined ? undefined : frameOfTime(entry, next.timeMs, sampleRate);
    const { textStart, textEnd } = sourceRange(entry.segment, mark.textStart, mark.textEnd);
    return {
      startFrame,
      endFrame: Math.max(startFrame, ownEnd ?? nextStart ?? endOfLast(entry, mark, context)),
      textStart,
      textEnd,
      value: mark.value,
      source: mark.source,
      isMark: true,
    };
  });
}

/** Where a word ends behind which no mark has come. While its audio is being made, what is there of it says little: it is at least as long as it should be. */
function endOfLast(entry: LedgerEntry, mark: Mark, { sampleRate, pace }: MarkContext): number {
  if (entry.complete) return entry.frames;
  const words = wordsOf(entry);
  const expectedMs = words.lengthMs(words.firstEndingBehind(mark.textStart), words.firstFrom(mark.textEnd)) * (paceOfMarks(entry) ?? pace ?? 1);
  return Math.max(entry.frames, frameOfTime(entry, mark.timeMs + expectedMs, sampleRate));
}

/** An engine may stop telling words before it stops speaking: the rest is estimated, where the audio has room for it. */
function withMissingEnd(entry: LedgerEntry, placed: readonly PlacedWord[], sampleRate: number): readonly PlacedWord[] {
  const lastMark = entry.marks.findLast((mark) => mark.kind === "word");
  const last = placed.at(-1);
  const first = placed[0];
  if (lastMark === undefined || last === undefined || first === undefined) return placed;
  const words = wordsOf(entry);
  const missing = words.firstFrom(lastMark.textEnd);
  if (missing === words.count) return placed;
  const pauseFrames = entry.quiet === undefined ? (PAUSE_AT_END_MS * sampleRate) / 1000 : 0;
  const endFrame = Math.max(last.startFrame, speechOf(entry, sampleRate).endFrame - pauseFrames);
  // Without a length of its own, the last word shares what is left.
  const isShared = lastMark.durationMs === undefined;
  const firstWord = isShared ? Math.min(missing, words.firstEndingBehind(lastMark.textStart)) : missing;
  const startFrame = isShared ? last.startFrame : last.endFrame;
  const toldMs = words.lengthMs(0, words.firstEndingBehind(lastMark.textStart));
  const framesPerMs = toldMs === 0 ? 0 : (last.startFrame - first.startFrame) / toldMs;
  if (endFrame - startFrame < Math.max(1, LEAST_ROOM * framesPerMs * words.lengthMs(firstWord))) return placed;
  const places = estimateWords({ words, firstWord, startFrame, endFrame, quiet: entry.quiet, sampleRate });
  const ends = estimatedWordList(entry.segment, { words, places, firstWord, count: words.count - firstWord });
  const known = missing - firstWord;
  const lastEnd = known === 0 ? last.endFrame : (ends[known - 1]?.endFrame ?? last.endFrame);
  return [...placed.slice(0, -1), { ...last, endFrame: lastEnd }, ...ends.slice(known)];
}

/** The frames that hold speech, silence at both ends left out. While more audio comes, their end is a guess. */
function speechOf(entry: LedgerEntry, sampleRate: number, pace?: number): { startFrame: number; endFrame: number } {
  const { quiet, frames } = entry;
  const startFrame = Math.min(quiet?.soundStart ?? 0, frames);
  const soundEnd = quiet?.soundStart === undefined ? frames : Math.min(quiet.soundEnd, frames);
  if (isWhole(entry)) return { startFrame, endFrame: Math.max(startFrame, soundEnd) };
  const guessedFrames = Math.round((knownWordsOf(entry).lengthMs * (pace ?? 1) * sampleRate) / 1000);
  const heardFrames = soundEnd - startFrame;
  if (guessedFrames >= heardFrames || entry.complete) return { startFrame, endFrame: startFrame + Math.max(guessedFrames, heardFrames) };
  return { startFrame, endFrame: startFrame + outgrown(Math.max(guessedFrames, Math.round(sampleRate * SHORTEST_GUESS_SECONDS)), heardFrames) };
}

/** A voice that is slower than was guessed goes on speaking: the guess grows in steps, so that its words need not be placed anew with every block. */
function outgrown(guessedFrames: number, heardFrames: number): number {
  const steps = Math.max(0, Math.ceil(Math.log(heardFrames / guessedFrames) / Math.log(GUESS_STEP)));
  return Math.max(heardFrames, Math.round(guessedFrames * GUESS_STEP ** steps));
}

/** How long the text of an entry is when spoken at a common pace, in milliseconds. */
export function commonLengthMs(entry: LedgerEntry): number {
  return knownWordsOf(entry).lengthMs;
}

function wordsOf(entry: LedgerEntry): SpokenWords {
  return knownWordsOf(entry).words;
}

/** Words are read again only when the text has grown. */
function knownWordsOf(entry: LedgerEntry): ReadWords {
  const { segment } = entry;
  const known = entry.readWords;
  return known?.segment === segment && known.units === segment.text.length ? known : readWords(entry);
}

function readWords(entry: LedgerEntry): ReadWords {
  const { segment } = entry;
  const { text } = segment;
  const words = spokenWords(text, { markup: entry.markup, language: entry.language });
  const read = { segment, units: text.length, words, lengthMs: words.lengthMs() };
  entry.readWords = read;
  return read;
}
