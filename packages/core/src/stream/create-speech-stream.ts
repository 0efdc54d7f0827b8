import type { AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { LoadCodecs } from "../audio/codecs.ts";
import { encodeChunks } from "../audio/encoded-stream.ts";
import { openAndPump, pumpToCallback, pumpToSink, reservePlace } from "./attach-taker.ts";
import { rememberFailure } from "./fail-stream.ts";
import { pullChunks, pullSound, readChunks } from "./pull-chunks.ts";
import { SpeechConductor } from "./speech-conductor.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamContext } from "./stream-context.ts";
import type { StreamEvents } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";
import { sinkOf } from "./stream-settings.ts";

/**
 * A stream of speech over the engines of `context`. Most apps get theirs from `createTTS(...).createStream()`; this is for those who
 * bring their own engines and need nothing of `parlando`.
 *
 * Throws `INVALID_INPUT` when an option is wrong. Everything later is told by promises and `onError`.
 *
 * @example
 * ```ts
 * const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: (chunk) => socket.send(chunk.bytes()) });
 * await stream.feed("Hello, world.");
 * stream.done();
 * const report = await stream.waitUntilDone();
 * ```
 */
export function createSpeechStream(context: StreamContext, options: StreamOptions = {}): SpeechStream {
  return new ConductedStream(context, options);
}

/** The face of a stream: hands calls to its conductor, and brings the taker that the options name. */
class ConductedStream implements SpeechStream {
  readonly #conductor: SpeechConductor;
  readonly #codecs: LoadCodecs | undefined;
  #readable: ReadableStream<AudioChunk> | undefined;

  constructor(context: StreamContext, options: StreamOptions) {
    const conductor = new SpeechConductor(context, options);
    this.#conductor = conductor;
    this.#codecs = context.codecs;
    rememberFailure(this, (error) => conductor.fail(error));
    const sink = sinkOf(options);
    if (options.onChunk !== undefined) pumpToCallback(conductor, options.onChunk);
    else if (sink !== undefined) pumpToSink(conductor, sink, false);
    else if (options.sink === "speaker") {
      const reserved = reservePlace(conductor);
      // Not before there is text: a stream that stands by must not keep the device from others.
      conductor.place.whenFed(() => openAndPump(conductor, context.openSpeaker, { reserved, isAskedFor: true }));
    } else if (options.sink === undefined) {
      conductor.place.whenUnclaimed(() => openAndPump(conductor, context.openSpeaker, { reserved: reservePlace(conductor), isAskedFor: false }));
    }
  }

  feed(text: string): Promise<void> {
    const fed = this.#conductor.feed(text);
    fed.catch(() => undefined);
    return fed;
  }

  flush(): void {
    this.#conductor.flush();
  }

  done(): void {
    this.#conductor.done();
  }

  waitUntilDone(): Promise<StreamReport> {
    return this.#conductor.whenDone();
  }

  bufferFull(): boolean {
    return this.#conductor.isFull();
  }

  pause(): Promise<void> {
    return this.#conductor.pause();
  }

  resume(): Promise<void> {
    return this.#conductor.resume();
  }

  interrupt(at?: { playedFrame: number }): Promise<Interruption> {
    return this.#conductor.interrupt(at);
  }

  close(): Promise<void> {
    return this.#conductor.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  reportPlayed(frame: number): void {
    this.#conductor.reportPlayed(frame);
  }

  [Symbol.asyncIterator](): AsyncIterator<AudioChunk, undefined> {
    return pullChunks(this.#conductor);
  }

  get readable(): ReadableStream<AudioChunk> {
    this.#readable ??= readChunks(pullChunks(this.#conductor));
    return this.#readable;
  }

  encoded(format: Partial<AudioFormat>, options?: { frameBytes?: number }): ReadableStream<Uint8Array> {
    let chunks: AsyncIterator<AudioChunk, undefined> | undefined;
    const source = { [Symbol.asyncIterator]: () => (chunks ??= pullSound(this.#conductor)) };
    const encoded = encodeChunks(source, { ...this.#format(), ...format }, { ...options, codecs: this.#codecs });
    // The place is taken only when the format is known to be possible.
    chunks ??= pullSound(this.#conductor);
    return encoded;
  }

  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this {
    this.#conductor.notices.on(event, listener);
    return this;
  }

  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this {
    this.#conductor.notices.off(event, listener);
    return this;
  }

  #format(): { sampleRate: number; channels: number } {
    const { sampleRate, channels } = this.#conductor.settings;
    return { sampleRate, channels };
  }
}
