import type { Mark, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { StreamReport } from "./stream-report.ts";

/** A segment when it was sent. */
export interface SentSegment {
  index: number;
  text: string;
  textStart: number;
  textEnd: number;
}

/** Something that was asked for could not be done as asked; the stream goes on. */
export interface Warning {
  code: string;
  message: string;
  engine?: string | undefined;
}

/** Watching only: never awaited, never a taker; a listener that throws becomes a warning. */
export interface StreamEvents {
  /** A chunk was handed to the taker. */
  chunk: AudioChunk;
  /** A mark is known, and its audio was handed out. */
  mark: Mark;
  /** The listener has reached a mark. */
  spoken: Mark;
  /** A segment was sent to the engine. */
  segment: SentSegment;
  warning: Warning;
  /** The report so far: after each segment, and at the end. */
  metrics: StreamReport;
  /** The stream has failed, or text was refused. */
  error: TTSError;
  /** The stream has ended well or was interrupted. */
  done: StreamReport;
  /** `feed()` no longer waits. */
  drain: void;
}
