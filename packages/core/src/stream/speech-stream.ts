import type { AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { StreamEvents } from "./stream-events.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";

export interface SpeechStream extends AsyncIterable<AudioChunk>, AsyncDisposable {
  /** Takes the text whole or not at all. The promise tells when more is wanted; ignoring it never causes an unhandled rejection. */
  feed(text: string): Promise<void>;
  flush(): void;
  done(): void;
  waitUntilDone(): Promise<StreamReport>;
  bufferFull(): boolean;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Ends the stream: silence at once, engine work cancelled, waiting feeds settled, `waitUntilDone()` resolves with `interrupted: true`; later feeds are refused.
   * A taker without a clock may say what its far listener has heard at that moment.
   */
  interrupt(at?: { playedFrame: number }): Promise<Interruption>;
  close(): Promise<void>;
  /** For takers without a clock (a socket): what the far listener has heard. Monotonic, clamped to what was delivered. */
  reportPlayed(frame: number): void;
  readonly readable: ReadableStream<AudioChunk>;
  encoded(format: Partial<AudioFormat>, options?: { frameBytes?: number }): ReadableStream<Uint8Array>;
  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
}
