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

export interface Warning {
  code: string;
  message: string;
  engine?: string | undefined;
}

/** Watching only: never awaited, never a taker; a listener that throws becomes a warning. */
export interface StreamEvents {
  chunk: AudioChunk;
  mark: Mark;
  spoken: Mark;
  segment: SentSegment;
  warning: Warning;
  metrics: StreamReport;
  error: TTSError;
  done: StreamReport;
  drain: void;
}
