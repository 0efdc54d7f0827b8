import type { AudioChunk } from "../audio/audio-chunk.ts";

/** Where audio goes. The only taker of a stream besides a callback, an iterator or `readable`. */
export interface Sink {
  /** Format wanted; core converts once, before `write`. */
  readonly format?: { sampleRate?: number; channels?: number };
  /** Resolves when the sink wants more: this is what holds the stream back. */
  write(chunk: AudioChunk): Promise<void>;
  /** What the listener has heard, in frames of the stream; undefined when the sink has no clock (then `stream.reportPlayed()` may tell). */
  playedFrames(): number | undefined;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Drops what was not played, at once, and settles every pending `write()` and `end()`. Resolves with the first frame not played. */
  clear(): Promise<number>;
  /** Resolves when everything was played. */
  end(): Promise<void>;
  close(): Promise<void>;
}
