import type { AudioFormat, Mark, MarkKind } from "@parlando/engine";
import { bytesPerMs } from "./elevenlabs-audio-time.ts";
import { MarkReader, type AlignmentTime } from "./elevenlabs-marks.ts";
import type { SpeechMessage } from "./elevenlabs-wire.ts";

/** One text of a turn: what is written between two flushes, or a part of it where it is too long. */
export interface TurnSegment {
  readonly id: string;
  /** In the text of the turn. */
  readonly textStart: number;
  /** Text that was not sent: a word that may still grow, or white space. */
  tail: string;
  /** UTF-16 units that were sent. */
  sentUnits: number;
  /** No more text is added. */
  isComplete: boolean;
  /** The offset that its `flushed` tells; undefined: it tells none. */
  through: number | undefined;
  isFinishSent: boolean;
  isFinal: boolean;
  /** Came before the segments before it were over. */
  readonly held: SpeechMessage[];
  readonly marks: SegmentMarks;
}

/** The marks of one segment, in times and offsets of the turn. */
export interface SegmentMarks {
  feed(text: string): void;
  /** Marks that lie in the audio that has come with this message, and before. */
  take(message: SpeechMessage, startMs: number): Mark[];
  finish(startMs: number): Mark[];
  /** Milliseconds of audio that have come. */
  readonly audioMs: number;
}

/** What the marks of a segment depend on. */
export interface SegmentMarkOptions {
  readonly kinds: readonly MarkKind[];
  readonly time: AlignmentTime;
  readonly format: AudioFormat;
  readonly textStart: number;
}

/** Reads the marks of one segment, and counts its audio. */
export function createSegmentMarks({ kinds, time, format, textStart }: SegmentMarkOptions): SegmentMarks {
  const reader = kinds.length === 0 ? undefined : new MarkReader({ kinds, time });
  const rate = bytesPerMs(format);
  let bytes = 0;
  const place = (marks: readonly Mark[], startMs: number): Mark[] =>
    marks.map((mark) => ({ ...mark, timeMs: mark.timeMs + startMs, textStart: mark.textStart + textStart, textEnd: mark.textEnd + textStart }));
  return {
    feed: (text) => reader?.feed(text),
    take(message, startMs) {
      reader?.read(message, bytes / rate);
      bytes += message.audio?.length ?? 0;
      return place(reader?.take(bytes / rate) ?? [], startMs);
    },
    finish: (startMs) => place(reader?.finish(bytes / rate) ?? [], startMs),
    get audioMs() {
      return bytes / rate;
    },
  };
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A "word" longer than this is sent without waiting for its end. */
const LONGEST_WORD = 100;

/** How much of a text can be sent: whole words with the white space behind them, or all of it where words have none. */
export function sendableUnits(text: string): number {
  if (text.trim() === "") return 0;
  const last = /\S*$/.exec(text)?.[0] ?? "";
  if (last === "" || last.length === text.trimStart().length) return last === "" || last.length > LONGEST_WORD || unspaced.test(last) ? wholeUnits(text) : 0;
  return last.length > LONGEST_WORD || unspaced.test(last) ? wholeUnits(text) : text.length - last.length;
}

/** Without half a character at the end. */
function wholeUnits(text: string): number {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? text.length - 1 : text.length;
}

/** So much goes into one text of the service, up to the end of a sentence. */
const LONG_UNITS = 2000;
/** And this much at most. */
const LONGEST_UNITS = 3000;

/** Where in text that is to be sent a long segment is to be cut, so that the ear does not notice; undefined: not in it. */
export function cutUnits(sentUnits: number, text: string): number | undefined {
  const units = sentUnits + text.length;
  if (units < LONG_UNITS) return undefined;
  const end = [...text.matchAll(/[.!?…。！？]["'”’)]*(?:\s+|$)/gu)].at(-1);
  if (end !== undefined) return end.index + end[0].length;
  return units >= LONGEST_UNITS ? text.length : undefined;
}

/** A long text in pieces that can be waited between; characters stay whole. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + wholeUnits(text.slice(at, at + LONG_UNITS / 2));
    pieces.push(text.slice(at, Math.max(end, at + 1)));
    at = Math.max(end, at + 1);
  }
  return pieces;
}
