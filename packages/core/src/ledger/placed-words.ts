import type { Mark } from "@parlando/engine";
import type { LedgerEntry, PlacedWord } from "./ledger-entry.ts";

/** Frame of the entry for a time in the engine's own count, clamped to the audio that there is. */
export function frameOfTime(entry: LedgerEntry, timeMs: number, sampleRate: number): number {
  const frame = Math.round((timeMs * sampleRate) / 1000) - entry.trimmedFrames;
  return Math.max(0, entry.complete ? Math.min(frame, entry.frames) : frame);
}

/** Whether the words of an entry are placed by marks of its engine. */
export function hasWordMarks(entry: LedgerEntry): boolean {
  return entry.marks.some((mark) => mark.kind === "word");
}

/** The words of an entry in order: by its marks where it has any, else spread over its length by their letters. */
export function placeWords(entry: LedgerEntry, sampleRate: number): PlacedWord[] {
  const marks = entry.marks.filter((mark) => mark.kind === "word");
  return marks.length > 0 ? wordsOfMarks(entry, marks, sampleRate) : estimatedWords(entry, sampleRate);
}

function wordsOfMarks(entry: LedgerEntry, marks: readonly Mark[], sampleRate: number): PlacedWord[] {
  return marks.map((mark, index) => {
    const next = marks[index + 1];
    const startFrame = frameOfTime(entry, mark.timeMs, sampleRate);
    const ownEnd = mark.durationMs === undefined ? undefined : frameOfTime(entry, mark.timeMs + mark.durationMs, sampleRate);
    const nextStart = next === undefined ? undefined : frameOfTime(entry, next.timeMs, sampleRate);
    return {
      startFrame,
      endFrame: Math.max(startFrame, ownEnd ?? nextStart ?? Math.max(entry.frames, startFrame)),
      textStart: entry.segment.sourceAt(mark.textStart),
      textEnd: entry.segment.sourceAt(mark.textEnd),
      value: mark.value,
      source: mark.source,
    };
  });
}

/** Spreads the words over the length of the entry, which is itself a guess until the entry is complete. */
function estimatedWords(entry: LedgerEntry, sampleRate: number): PlacedWord[] {
  const { text } = entry.segment;
  const guessedFrames = Math.round((text.length * entry.msPerCharacter * sampleRate) / 1000);
  const frames = entry.complete ? entry.frames : Math.max(entry.frames, guessedFrames);
  const framesPerUnit = text.length === 0 ? 0 : frames / text.length;
  return [...text.matchAll(/\S+/gu)].map((match) => {
    const start = match.index;
    const end = start + match[0].length;
    return {
      startFrame: Math.round(start * framesPerUnit),
      endFrame: Math.round(end * framesPerUnit),
      textStart: entry.segment.sourceAt(start),
      textEnd: entry.segment.sourceAt(end),
      value: match[0],
      source: "estimated",
    };
  });
}
