import type { Mark } from "@parlando/engine";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { frameOfTime, placeWords } from "../ledger/placed-words.ts";

/** A mark with its place in the stream. */
export interface PublishedMark {
  readonly mark: Mark;
  readonly frame: number;
  /** Where a word counts as heard: its middle. */
  readonly heardFrame: number;
}

/** Turns the marks of engines into marks of the stream, once each, when their audio is handed out. */
export class MarkPublisher {
  readonly #ledger: Ledger;
  readonly #sampleRate: number;
  readonly #wantsWords: boolean;

  constructor(options: { ledger: Ledger; sampleRate: number; wantsWords: boolean }) {
    this.#ledger = options.ledger;
    this.#sampleRate = options.sampleRate;
    this.#wantsWords = options.wantsWords;
  }

  /** The marks before `frame` of the stream that were not published yet, in order of time. */
  publishUntil(frame: number): PublishedMark[] {
    const published: PublishedMark[] = [];
    for (const entry of this.#ledger.entries) {
      if (entry.startFrame === undefined || entry.startFrame > frame) break;
      const isOver = entry.complete && entry.startFrame + entry.frames <= frame;
      if (entry.unpublished.length > 0) published.push(...this.#takeDue(entry, frame, isOver));
      if (entry.estimatedWords !== undefined && this.#wantsWords) published.push(...this.#takeEstimated(entry, frame, isOver));
    }
    return published;
  }

  #takeDue(entry: LedgerEntry, frame: number, isOver: boolean): PublishedMark[] {
    const start = entry.startFrame ?? 0;
    const isDue = (mark: Mark): boolean => isOver || start + frameOfTime(entry, mark.timeMs, this.#sampleRate) < frame;
    const due = entry.unpublished.filter(isDue).sort((left, right) => left.timeMs - right.timeMs);
    if (due.length > 0) entry.unpublished = entry.unpublished.filter((mark) => !due.includes(mark));
    return due.map((mark) => this.#place(entry, mark));
  }

  #place(entry: LedgerEntry, mark: Mark): PublishedMark {
    const start = entry.startFrame ?? 0;
    const frame = start + frameOfTime(entry, mark.timeMs, this.#sampleRate);
    const durationMs = mark.durationMs ?? (mark.kind === "word" ? this.#durationOf(entry, mark) : undefined);
    const endFrame = durationMs === undefined ? frame : frame + Math.round((durationMs * this.#sampleRate) / 1000);
    const placed: Mark = {
      ...mark,
      timeMs: (frame * 1000) / this.#sampleRate,
      textStart: entry.segment.sourceAt(mark.textStart),
      textEnd: entry.segment.sourceAt(mark.textEnd),
    };
    if (durationMs !== undefined) placed.durationMs = durationMs;
    return { mark: placed, frame, heardFrame: mark.kind === "word" ? (frame + endFrame) / 2 : frame };
  }

  /** A word without a length ends where the next begins, the last one where its segment ends; undefined while that is not known. */
  #durationOf(entry: LedgerEntry, mark: Mark): number | undefined {
    const next = entry.marks.find((other) => other.kind === "word" && other.timeMs > mark.timeMs);
    if (next !== undefined) return next.timeMs - mark.timeMs;
    if (!entry.complete) return undefined;
    const endMs = ((entry.frames + entry.trimmedFrames) * 1000) / this.#sampleRate;
    return Math.max(0, endMs - mark.timeMs);
  }

  #takeEstimated(entry: LedgerEntry, frame: number, isOver: boolean): PublishedMark[] {
    const start = entry.startFrame ?? 0;
    const words = placeWords(entry, this.#sampleRate).slice(entry.estimatedWords);
    const due = words.filter((word) => isOver || start + word.startFrame < frame);
    entry.estimatedWords = (entry.estimatedWords ?? 0) + due.length;
    return due.map((word) => {
      const wordFrame = Math.min(start + word.startFrame, frame);
      const mark: Mark = {
        kind: "word",
        timeMs: (wordFrame * 1000) / this.#sampleRate,
        durationMs: ((word.endFrame - word.startFrame) * 1000) / this.#sampleRate,
        textStart: word.textStart,
        textEnd: word.textEnd,
        value: word.value,
        source: word.source,
      };
      return { mark, frame: wordFrame, heardFrame: start + (word.startFrame + word.endFrame) / 2 };
    });
  }
}
