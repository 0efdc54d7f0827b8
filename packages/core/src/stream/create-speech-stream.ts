import { StreamError, TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { encodeChunks } from "../audio/encoded-stream.ts";
import { adaptSink } from "../sinks/adapt-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { rememberFailure } from "./fail-stream.ts";
import { SpeechConductor } from "./speech-conductor.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { OpenSpeaker, StreamContext } from "./stream-context.ts";
import type { StreamEvents } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";
import { sinkOf } from "./stream-settings.ts";
import { isLive } from "./stream-state.ts";
import { createPlainTaker, createSinkTaker, pump, TakerFailure, type Taker } from "./taker.ts";

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
  #readable: ReadableStream<AudioChunk> | undefined;

  constructor(context: StreamContext, options: StreamOptions) {
    const conductor = new SpeechConductor(context, options);
    this.#conductor = conductor;
    rememberFailure(this, (error) => conductor.fail(error));
    const sink = sinkOf(options);
    if (options.onChunk !== undefined) pumpToCallback(conductor, options.onChunk);
    else if (sink !== undefined) pumpToSink(conductor, sink, false);
    else if (options.sink === "speaker") {
      const reserved = reservePlace(conductor);
      // Not before there is text: a stream that stands by must not keep the device from others.
      conductor.whenFed(() => openAndPump(conductor, context.openSpeaker, { reserved, isAskedFor: true }));
    } else if (options.sink === undefined) {
      conductor.whenUnclaimed(() => openAndPump(conductor, context.openSpeaker, { reserved: reservePlace(conductor), isAskedFor: false }));
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
    const chunks = pullChunks(this.#conductor);
    return encodeChunks({ [Symbol.asyncIterator]: () => chunks }, { ...this.#format(), ...format }, options);
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

/** The audio as an iterator: asking for the next chunk says that the last one was delivered, leaving early is an interrupt. */
function pullChunks(conductor: SpeechConductor): AsyncIterator<AudioChunk, undefined> {
  conductor.claim(createPlainTaker("pull"));
  let held: AudioChunk | undefined;
  const deliver = (): void => {
    if (held !== undefined) conductor.delivered(held);
    held = undefined;
  };
  return {
    async next() {
      deliver();
      held = await conductor.next();
      if (held !== undefined) return { done: false, value: held };
      conductor.finish();
      return { done: true, value: undefined };
    },
    async return() {
      deliver();
      if (isLive(conductor.state)) await conductor.interrupt(undefined);
      return { done: true, value: undefined };
    },
  };
}

/** Pulled one by one: the stream's own buffer is the only one. */
function readChunks(chunks: AsyncIterator<AudioChunk, undefined>): ReadableStream<AudioChunk> {
  return new ReadableStream<AudioChunk>(
    {
      async pull(controller) {
        const result = await chunks.next();
        if (result.done === true) controller.close();
        else controller.enqueue(result.value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function pumpToCallback(conductor: SpeechConductor, onChunk: (chunk: AudioChunk) => void | Promise<void>): void {
  conductor.claim(createPlainTaker("pump"));
  void runPump(conductor, pump(conductor, onChunk), async () => undefined);
}

function pumpToSink(conductor: SpeechConductor, sink: Sink, isOurs: boolean): void {
  const { sampleRate, channels } = conductor.settings;
  const adapted = adaptSink(sink, { sampleRate, channels });
  conductor.claim(createSinkTaker(adapted, isOurs));
  conductor.playhead.follow(() => adapted.playedFrames());
  const pumped = pump(conductor, (chunk) => adapted.write(chunk));
  void runPump(conductor, pumped, () => adapted.end());
}

/** Runs a pump to its end, whatever the end is. What was delivered before an engine failed is played out. */
async function runPump(conductor: SpeechConductor, pumped: Promise<void>, playOut: () => Promise<void>): Promise<void> {
  let failure: unknown;
  try {
    await pumped;
  } catch (error) {
    failure = error;
  }
  if (!isLive(conductor.state)) return;
  if (failure instanceof TakerFailure) return conductor.fail(consumerFailure(failure.cause));
  try {
    await playOut();
  } catch (error) {
    failure ??= consumerFailure(error);
  }
  if (failure === undefined) conductor.finish();
  else conductor.fail(TTSError.isInstance(failure) ? failure : consumerFailure(failure));
}

function consumerFailure(cause: unknown): TTSError {
  const name = TTSError.isInstance(cause) ? cause.code : cause instanceof Error ? cause.name : typeof cause;
  return new TTSError("CONSUMER_FAILED", `The taker of the audio failed (${name}), which ended the stream. See the error's cause.`, { cause });
}

/** Keeps the place for a speaker that is still to be opened, so that a late iterator is refused and not raced. */
function reservePlace(conductor: SpeechConductor): Taker {
  const reserved = createPlainTaker("pull");
  conductor.claim(reserved);
  return reserved;
}

/** The speaker takes the stream: asked for by name, or because audio is ready and nobody else has come. */
function openAndPump(conductor: SpeechConductor, openSpeaker: OpenSpeaker | undefined, place: { reserved: Taker; isAskedFor: boolean }): void {
  if (openSpeaker === undefined) return conductor.fail(noSpeaker(undefined, place.isAskedFor));
  const { sampleRate, channels } = conductor.settings;
  openSpeaker({ sampleRate, channels }, conductor.signal).then(
    (sink) => {
      if (!isLive(conductor.state)) return void sink.close().catch(() => undefined);
      conductor.release(place.reserved);
      pumpToSink(conductor, sink, true);
    },
    (error: unknown) => conductor.fail(noSpeaker(error, place.isAskedFor)),
  );
}

function noSpeaker(cause: unknown, isAskedFor: boolean): TTSError {
  if (isAskedFor && TTSError.isInstance(cause)) return cause;
  if (isAskedFor) return new TTSError("NO_AUDIO_DEVICE", "The stream was to play on the speaker, but there is none here. Install @parlando/speaker, or give onChunk or a sink.", { cause });
  return new StreamError("NO_CONSUMER", "Audio is ready, but nobody takes it: give onChunk or a sink, iterate over the stream (with sink: \"pull\" where that may come late), or install @parlando/speaker to play it.", { cause });
}
