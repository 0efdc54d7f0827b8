import { TAKEN, type AudioChunk, type Sink } from "@parlando/core";
import { StreamError } from "@parlando/engine";
import type { SpeechMeter } from "../metrics/server-metrics.ts";
import type { BodyWriter } from "./body-writer.ts";

/** What {@link createHttpSink} works with. */
export interface HttpSinkOptions {
  readonly writer: Pick<BodyWriter, "write">;
  /** The bytes that are sent for a chunk: its samples, or an event that holds them. */
  readonly bytesOf: (chunk: AudioChunk) => Uint8Array;
}

/** A sink that is the body of an answer. */
export interface HttpSink extends Sink {
  /** Counts what is written from now on; nothing is before the utterance is open. */
  measure(meter: SpeechMeter): void;
}

/**
 * Makes a sink that writes chunk by chunk to the body of an answer. A write waits only while the listener is behind. It has no clock: what the connection took may wait
 * anywhere on its way. `end` is not the end of the body: whoever made it ends that, when he knows that the stream ended well.
 */
export function createHttpSink(options: HttpSinkOptions): HttpSink {
  return new BodySink(options);
}

class BodySink implements HttpSink {
  readonly #options: HttpSinkOptions;
  #meter: SpeechMeter | undefined;
  #frames = 0;
  #isShut = false;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  /** Settles a write that waits. */
  #release: (() => void) | undefined;

  constructor(options: HttpSinkOptions) {
    this.#options = options;
  }

  measure(meter: SpeechMeter): void {
    this.#meter = meter;
  }

  write(chunk: AudioChunk): Promise<void> {
    if (this.#isShut) return Promise.reject(new StreamError("STREAM_CLOSED", "Writing audio to the body of an answer: its sink was closed before."));
    return this.#pause === undefined ? this.#send(chunk) : this.#sendLater(chunk, this.#pause.over);
  }

  playedFrames(): undefined {
    return undefined;
  }

  async pause(): Promise<void> {
    if (this.#isShut || this.#pause !== undefined) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#pause = { over, end };
  }

  async resume(): Promise<void> {
    this.#pause?.end();
    this.#pause = undefined;
  }

  async clear(): Promise<number> {
    this.#shut();
    return this.#frames;
  }

  async end(): Promise<void> {
    await this.#pause?.over;
    this.#shut();
  }

  async close(): Promise<void> {
    this.#shut();
  }

  #send(chunk: AudioChunk): Promise<void> {
    const { writer, bytesOf } = this.#options;
    let waiting: Promise<void> | undefined;
    try {
      waiting = writer.write(bytesOf(chunk));
    } catch (error) {
      return Promise.reject(error);
    }
    this.#count(chunk);
    return waiting === undefined ? TAKEN : this.#untilReleased(held(waiting, this.#meter));
  }

  /** What was written; what was refused is not. */
  #count({ durationMs, sampleRate }: AudioChunk): void {
    if (this.#frames === 0) this.#meter?.firstAudio();
    // Not by its samples, which would become floating point for it.
    this.#frames += Math.round((durationMs * sampleRate) / 1_000);
    this.#meter?.audio(durationMs);
  }

  async #sendLater(chunk: AudioChunk, pause: Promise<void>): Promise<void> {
    await pause;
    if (!this.#isShut) await this.#send(chunk);
  }

  #untilReleased(waiting: Promise<void>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#release = resolve;
      waiting.then(resolve, reject);
    });
  }

  #shut(): void {
    this.#isShut = true;
    this.#pause?.end();
    this.#pause = undefined;
    this.#release?.();
  }
}

/** Waits for the listener, and counts it. */
export async function held(waiting: Promise<void>, meter: SpeechMeter | undefined): Promise<void> {
  const over = meter?.held();
  try {
    await waiting;
  } finally {
    over?.();
  }
}
