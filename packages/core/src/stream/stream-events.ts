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

/** A segment of which everything was taken out of the pipeline: its last audio is in the chunk that ends at `endFrame`, or in one before. */
export interface DoneSegment {
  index: number;
  /** Where another attempt had to go on in the middle of a segment, each part is told, with its own share of the text. */
  textStart: number;
  textEnd: number;
  /** Up to here the fed text is accounted for: with the white space, and in SSML the tags, around the segment. */
  textThrough: number;
  /** Where its audio ends, in frames of the stream. */
  endFrame: number;
}

/** Something that was asked for could not be done as asked; the stream goes on. */
export interface Warning {
  code: string;
  message: string;
  engine?: string | undefined;
  /** The option that was not taken, by the name that it was given by, where the warning is about one: `rate`. */
  option?: string | undefined;
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
  /** All audio of a segment is being handed out, or was. In order; told before the chunk with the last of it. */
  segmentDone: DoneSegment;
  warning: Warning;
  /** The report so far: after each segment, and at the end, whatever the end is. */
  metrics: StreamReport;
  /** The stream has failed, or text was refused. */
  error: TTSError;
  /** The stream has ended well or was interrupted. */
  done: StreamReport;
  /** `feed()` no longer waits. */
  drain: void;
}
