import type { AudioFormat, EngineEvent, Mark, SynthesisRequest } from "@parlando/engine";
import { createAzureEngine, type AzureEngine, type AzureOptions } from "./index.ts";

/** What one request gave. */
export interface Reading {
  format: AudioFormat | undefined;
  audio: Buffer;
  /** Sizes of the pieces. */
  pieces: readonly number[];
  marks: readonly Mark[];
  warnings: readonly string[];
  requestId: string | undefined;
  error: unknown;
}

/** Short waits, so that tests of faults are short too. */
export const quick: AzureOptions = { key: "k", connectMs: 5_000, firstAudioMs: 600, stallMs: 500 };

/** An engine that asks a fake. */
export function engineFor(fake: { readonly url: string }, options: AzureOptions = {}): AzureEngine {
  return createAzureEngine({ ...quick, endpoint: fake.url, ...options });
}

/** A request for the first format. */
export function requestFor(text: string, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  return { text, ssml: false, format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, marks: [], ...change };
}

/** Reads events to their end, whichever that is. */
export async function readAll(events: AsyncIterable<EngineEvent | { type: "flushed"; through: number }>, onEvent?: (event: { type: string }) => void): Promise<Reading & { flushed: readonly number[] }> {
  const all: (EngineEvent | { type: "flushed"; through: number })[] = [];
  let error: unknown;
  try {
    for await (const event of events) {
      all.push(event);
      onEvent?.(event);
    }
  } catch (thrown) {
    error = thrown;
  }
  const bytes = all.flatMap((event) => (event.type === "audio" ? [event.bytes] : []));
  const start = all.find((event) => event.type === "start");
  return {
    format: start?.format,
    requestId: start?.requestId,
    audio: Buffer.concat(bytes),
    pieces: bytes.map((piece) => piece.length),
    marks: all.flatMap((event) => (event.type === "mark" ? [event.mark] : [])),
    warnings: all.flatMap((event) => (event.type === "warning" ? [event.code] : [])),
    flushed: all.flatMap((event) => (event.type === "flushed" ? [event.through] : [])),
    error,
  };
}

/** Speaks a text. */
export function speak(engine: AzureEngine, text: string, change: Partial<SynthesisRequest> = {}, signal: AbortSignal = new AbortController().signal): ReturnType<typeof readAll> {
  return readAll(engine.synthesize(requestFor(text, change), signal));
}

/** 16-bit samples, as numbers from -1 to 1. */
export function samplesOf(audio: Buffer): Float32Array {
  return Float32Array.from({ length: audio.length >> 1 }, (_, index) => audio.readInt16LE(index * 2) / 32_768);
}
