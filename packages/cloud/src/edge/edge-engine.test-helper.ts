import { createMemorySink, createSpeechStream, type StreamReport } from "@parlando/core";
import { TTSError, type EngineEvent, type Mark, type SynthesisRequest } from "@parlando/engine";
import { createFakeEdge, type FakeEdgeOptions, type FakeServer } from "@parlando/testkit/fakes";
import { MPEGDecoder } from "mpg123-decoder";
import { onTestFinished } from "vitest";
import { createMp3Encoder } from "wasm-media-encoders";
import { createEdgeEngine, type EdgeEngine } from "./edge-engine.ts";
import type { EdgeOptions } from "./edge-options.ts";

/** Twelve numbered words. */
export const text = "W0 w1 w2 w3 w4. W5 w6, w7 w8 w9 w10 w11.";

const encoderReady = createMp3Encoder();

/** LAME, 48 kbit/s, constant bit rate: what the fake is given. */
export async function encodeMp3(samples: Float32Array, sampleRate: number): Promise<Uint8Array> {
  const encoder = await encoderReady;
  encoder.configure({ sampleRate, channels: 1, bitrate: 48 });
  // What the encoder gives is its own memory, used again by the next call.
  const body = encoder.encode([samples]).slice();
  const tail = encoder.finalize().slice();
  return Buffer.concat([body, tail]);
}

/** Samples that encoder and decoder put before the audio of a file without a tag: LAME's delay and the decoder's. */
const delay = 576 + 529;

/** Decodes MP3 as core's codecs do: as one file, without what comes before its audio. */
export async function decodeMp3(bytes: Uint8Array): Promise<Float32Array> {
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  const { channelData } = decoder.decode(bytes);
  decoder.free();
  return (channelData[0] ?? new Float32Array(0)).subarray(delay);
}

/** A fake and an engine for it, both closed with the test. */
export async function open(fakeOptions: Partial<FakeEdgeOptions> = {}, options: EdgeOptions = {}): Promise<{ fake: FakeServer; engine: EdgeEngine }> {
  const fake = await createFakeEdge({ encodeMp3, ...fakeOptions });
  const engine = createEdgeEngine({ baseURL: fake.url, ...options });
  onTestFinished(async () => {
    await engine.close();
    await fake.close();
  });
  return { fake, engine };
}

/** A request for `text`, with words. */
export function requestOf(engine: EdgeEngine, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  const [format] = engine.capabilities.formats;
  if (format === undefined) throw new Error("The engine has no format.");
  return { text, ssml: false, format, marks: ["word"], ...change };
}

/** What came of one request. */
export interface Reading {
  events: EngineEvent[];
  marks: Mark[];
  audio: Uint8Array;
  error: TTSError | undefined;
}

/** Reads a request to its end, whichever that is. What is thrown must be typed. */
export async function read(engine: EdgeEngine, change: Partial<SynthesisRequest> = {}, signal: AbortSignal = new AbortController().signal): Promise<Reading> {
  const events: EngineEvent[] = [];
  const finish = (error: TTSError | undefined): Reading => ({
    events,
    error,
    marks: events.flatMap((event) => (event.type === "mark" ? [event.mark] : [])),
    audio: Buffer.concat(events.flatMap((event) => (event.type === "audio" ? [event.bytes] : []))),
  });
  try {
    for await (const event of engine.synthesize(requestOf(engine, change), signal)) events.push(event);
    return finish(undefined);
  } catch (error) {
    if (!TTSError.isInstance(error)) throw error;
    return finish(error);
  }
}

/** What came of a stream of core. */
export interface Streamed {
  samples: Float32Array;
  report: StreamReport | undefined;
  error: TTSError | undefined;
  warnings: string[];
  marks: Mark[];
}

/** Speaks a text through core. */
export async function stream(engine: EdgeEngine, spoken: string = text): Promise<Streamed> {
  const sink = createMemorySink();
  const warnings: string[] = [];
  const marks: Mark[] = [];
  const watching = { onWarning: ({ code }: { code: string }) => void warnings.push(code), onMark: (mark: Mark) => void marks.push(mark), onError: () => {} };
  const speech = createSpeechStream({ engines: [{ engine }], codecs: () => import("@parlando/codecs") }, { sink, marks: ["word"], ...watching });
  const done = speech.waitUntilDone().then((report) => ({ report, error: undefined }), (error: unknown) => ({ report: undefined, error: error as TTSError }));
  await speech.feed(spoken);
  speech.done();
  return { ...(await done), samples: sink.samples(), warnings, marks };
}

/** Waits until something is so; real time, since sockets close when they like. */
export async function until(isSo: () => boolean, limitMs = 5_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`It was not so within ${limitMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
