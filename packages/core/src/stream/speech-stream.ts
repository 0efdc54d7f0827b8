import type { AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { StreamEvents } from "./stream-events.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";

/**
 * What the app feeds and listens to: text goes in as it appears, audio comes out to one taker.
 *
 * Text is taken whole or not at all; nothing is revoked once it was handed out. Every method may be called in every state: what is
 * too late does nothing or rejects with `STREAM_CLOSED`. `done()` twice is the same as once.
 *
 * @example
 * ```ts
 * const stream = tts.createStream({ onChunk: (chunk) => client.send(chunk.bytes()) });
 * for await (const token of languageModel) await stream.feed(token);
 * stream.done();
 * const { firstAudioMs } = await stream.waitUntilDone();
 * ```
 */
export interface SpeechStream extends AsyncIterable<AudioChunk>, AsyncDisposable {
  /** Takes the text whole or not at all. The promise tells when more is wanted; ignoring it never causes an unhandled rejection. */
  feed(text: string): Promise<void>;
  /** What was fed so far is spoken without waiting for more, even in mid-sentence. */
  flush(): void;
  /** No more text comes. */
  done(): void;
  /**
   * Resolves when everything was delivered (and played, where the taker has a clock), or was interrupted. Rejects with the error that
   * ended the stream; `STREAM_CLOSED` when it was closed before it had ended.
   */
  waitUntilDone(): Promise<StreamReport>;
  /** Whether `feed()` would wait: `highWaterCharacters` or more wait to be sent. The event `drain` tells when that is over. */
  bufferFull(): boolean;
  /** Holds the sound at once; nothing is lost. Text is still taken, and audio made up to the mark. */
  pause(): Promise<void>;
  /** Goes on where `pause()` stopped. */
  resume(): Promise<void>;
  /**
   * Ends the stream: silence at once, engine work cancelled, waiting feeds settled, `waitUntilDone()` resolves with `interrupted: true`; later feeds are refused.
   * A taker without a clock may say what its far listener has heard at that moment.
   */
  interrupt(at?: { playedFrame: number }): Promise<Interruption>;
  /** Ends the stream at once and lets go of everything it opened; the report is not wanted. May be called twice, and in every state. */
  close(): Promise<void>;
  /** For takers without a clock (a socket): what the far listener has heard. Monotonic, clamped to what was delivered. */
  reportPlayed(frame: number): void;
  /** The audio as a web stream: a taker. The stream's own buffer is the only one. */
  readonly readable: ReadableStream<AudioChunk>;
  /**
   * The audio as bytes of a format: a taker. Reading it rejects with what ends the stream. A stream that nobody reads waits: close it.
   *
   * `frameBytes`: cut into blocks of this size, on frame borders; the last one may be shorter.
   *
   * @throws TTSError `UNSUPPORTED` for an encoding that cannot be written (where `@parlando/codecs` is missing, reading rejects with it instead); then the stream has no taker yet.
   */
  encoded(format: Partial<AudioFormat>, options?: { frameBytes?: number }): ReadableStream<Uint8Array>;
  /** Watches an event; see {@link StreamEvents}. */
  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
  /** Stops watching. */
  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
}
