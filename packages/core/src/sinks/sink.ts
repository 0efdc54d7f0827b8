import type { AudioChunk } from "../audio/audio-chunk.ts";

/**
 * Where audio goes. The only taker of a stream besides a callback, an iterator or `readable`.
 *
 * A sink serves one stream. After `end`, `clear` or `close` it takes no more: `write` then rejects with a `StreamError` of
 * code `STREAM_CLOSED`. `clear` and `close` can be called at any time and more than once.
 *
 * @example
 * ```ts
 * const sink: Sink = {
 *   write: async (chunk) => await socket.send(chunk.bytes()),
 *   playedFrames: () => undefined,
 *   pause: async () => {},
 *   resume: async () => {},
 *   clear: async () => framesSent,
 *   end: async () => await socket.drained(),
 *   close: async () => socket.close(),
 * };
 * ```
 */
export interface Sink {
  /** Format wanted (Hz, interleaved channels); core converts once, before `write`. What is left out stays as the stream has it. */
  readonly format?: { sampleRate?: number | undefined; channels?: number | undefined } | undefined;
  /** Resolves when the sink wants more: this is what holds the stream back. Rejects when the audio cannot be taken, which ends the stream. */
  write(chunk: AudioChunk): Promise<void>;
  /** What the listener has heard, in frames of the stream; undefined when the sink has no clock (then `stream.reportPlayed()` may tell). */
  playedFrames(): number | undefined;
  /** Holds playing, and with it `write` and `end`, until `resume`. */
  pause(): Promise<void>;
  /** Goes on where `pause` held, without losing a sample. */
  resume(): Promise<void>;
  /** Drops what was not played, at once, and settles every pending `write()` and `end()`. Resolves with the first frame not played. */
  clear(): Promise<number>;
  /** No more will be written. Resolves when everything was played. */
  end(): Promise<void>;
  /** Lets go of everything the sink holds, and settles whatever is pending. Harmless when repeated. */
  close(): Promise<void>;
}
