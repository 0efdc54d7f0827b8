import { createMemorySink, createSpeechStream, type StreamReport } from "@parlando/core";
import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createFakeOpenAI, type FakeOpenAIOptions, type FakeServer } from "@parlando/testkit/fakes";
import { onTestFinished } from "vitest";
import { createOpenAIEngine, type OpenAIEngine } from "./openai-engine.ts";
import type { OpenAIOptions } from "./openai-options.ts";

/** Five canary words, which the exact code numbers. */
export const text = "W0 w1 w2 w3. W4 w5, w6 w7.";

/** A fake and an engine for it, both closed with the test. */
export async function open(fakeOptions: FakeOpenAIOptions = {}, options: OpenAIOptions = {}): Promise<{ fake: FakeServer; engine: OpenAIEngine }> {
  const fake = await createFakeOpenAI({ blockMs: 40, ...fakeOptions });
  const engine = createOpenAIEngine({ apiKey: "sk-test", baseURL: `${fake.url}/v1`, formats: ["pcm", "wav"], ...options });
  onTestFinished(async () => {
    await engine.close();
    await fake.close();
  });
  return { fake, engine };
}

/** A request for `text`. */
export function requestOf(engine: OpenAIEngine, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  const [format] = engine.capabilities.formats;
  if (format === undefined) throw new Error("The engine has no format.");
  return { text, ssml: false, format, marks: [], ...change };
}

/** What came of one request. */
export interface Reading {
  events: EngineEvent[];
  audio: Uint8Array;
  error: TTSError | undefined;
}

/** Reads a request to its end, whichever that is. What is thrown must be typed. */
export async function read(engine: OpenAIEngine, change: Partial<SynthesisRequest> = {}, signal: AbortSignal = new AbortController().signal): Promise<Reading> {
  const events: EngineEvent[] = [];
  const finish = (error: TTSError | undefined): Reading => ({ events, error, audio: Buffer.concat(events.flatMap((event) => (event.type === "audio" ? [event.bytes] : []))) });
  try {
    for await (const event of engine.synthesize(requestOf(engine, change), signal)) events.push(event);
    return finish(undefined);
  } catch (error) {
    if (!TTSError.isInstance(error)) throw error;
    return finish(error);
  }
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
export async function stream(engine: OpenAIEngine, spoken: string = text): Promise<Streamed> {
  const sink = createMemorySink();
  const warnings: string[] = [];
  const speech = createSpeechStream({ engines: [{ engine }] }, { sink, onWarning: ({ code }) => void warnings.push(code), onError: () => {} });
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
