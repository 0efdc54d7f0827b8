import { createMemorySink, createSpeechStream, type StreamOptions, type StreamReport } from "@parlando/core";
import { TTSError, type EngineEvent, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { createFakePolly, type FakePolly, type FakePollyOptions } from "@parlando/testkit/fakes";
import { onTestFinished } from "vitest";
import { createPollyEngine, type PollyEngine } from "./polly-engine.ts";
import type { PollyOptions } from "./polly-options.ts";

/** Canary words, which the exact code numbers. */
export const text = "W0 w1 w2 w3. W4 w5, w6 w7.";

/** What no message may hold. */
export const canaries = /w\d|AKIDEXAMPLE|canarysecret/i;

/** A fake and an engine for it, both closed with the test. */
export async function open(fakeOptions: FakePollyOptions = {}, options: PollyOptions = {}): Promise<{ fake: FakePolly; engine: PollyEngine }> {
  const fake = await createFakePolly({ blockMs: 40, key: "AKIDEXAMPLE", ...fakeOptions });
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "canarysecret" };
  const engine = createPollyEngine({ region: "us-east-1", endpoint: fake.url, credentials, engine: "neural", formats: ["pcm", "mulaw", "alaw"], ...options });
  onTestFinished(async () => {
    await engine.close();
    await fake.close();
  });
  return { fake, engine };
}

/** A request for `text`. */
export function requestOf(engine: PollyEngine, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  const [format] = engine.capabilities.formats;
  if (format === undefined) throw new Error("The engine has no format.");
  return { text, ssml: false, format, marks: [], ...change };
}

/** What came of one request. */
export interface Reading {
  events: (EngineEvent | SessionEvent)[];
  audio: Uint8Array;
  error: TTSError | undefined;
}

/** Reads events to their end, whichever that is. What is thrown must be typed. */
export async function readAll(source: AsyncIterable<EngineEvent | SessionEvent>, onEvent: (event: EngineEvent | SessionEvent) => void = () => {}): Promise<Reading> {
  const events: (EngineEvent | SessionEvent)[] = [];
  const finish = (error: TTSError | undefined): Reading => ({ events, error, audio: Buffer.concat(events.flatMap((event) => (event.type === "audio" ? [event.bytes] : []))) });
  try {
    for await (const event of source) {
      events.push(event);
      onEvent(event);
    }
    return finish(undefined);
  } catch (error) {
    if (!TTSError.isInstance(error)) throw error;
    return finish(error);
  }
}

/** Reads a request to its end. */
export function read(engine: PollyEngine, change: Partial<SynthesisRequest> = {}, signal: AbortSignal = new AbortController().signal): Promise<Reading> {
  return readAll(engine.synthesize(requestOf(engine, change), signal));
}

/** 16-bit samples as numbers from -1 to 1. */
export function samplesOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => view.getInt16(index * 2, true) / 32_768);
}

/** What came of a stream of core. */
export interface Streamed {
  samples: Float32Array;
  report: StreamReport | undefined;
  error: TTSError | undefined;
  warnings: string[];
}

/** Speaks `text` through core. */
export async function stream(engine: PollyEngine, spoken: string = text, options: Partial<StreamOptions> = {}): Promise<Streamed> {
  const sink = createMemorySink();
  const warnings: string[] = [];
  const speech = createSpeechStream({ engines: [{ engine }] }, { sink, onWarning: ({ code }) => void warnings.push(code), onError: () => {}, ...options });
  const done = speech.waitUntilDone().then((report) => ({ report, error: undefined }), (error: unknown) => ({ report: undefined, error: error as TTSError }));
  await speech.feed(spoken);
  speech.done();
  return { ...(await done), samples: sink.samples(), warnings };
}

/** Waits until something is so; real time, since sockets close when they like. */
export async function until(isSo: () => boolean, limitMs = 5_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`It was not so within ${limitMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
