// The five cloud engines, each over every one of its ways to the service, against its fake.

import type { LoadCodecs } from "@parlando/core";
import type { Engine } from "@parlando/engine";
import { createAzureEngine } from "@parlando/cloud/azure";
import { createEdgeEngine } from "@parlando/cloud/edge";
import { createElevenLabsEngine, type ElevenLabsTransport } from "@parlando/cloud/elevenlabs";
import { createOpenAIEngine } from "@parlando/cloud/openai";
import { createPollyEngine } from "@parlando/cloud/polly";
import { createFakeAzure, createFakeEdge, createFakeElevenLabs, createFakeOpenAI, createFakePolly, type FakeOptions, type FakeServer } from "@parlando/testkit/fakes";
import { createHash } from "node:crypto";
import { createMp3Encoder } from "wasm-media-encoders";
import type { SpeechEncoding } from "./speech-of.test-helper.ts";

/** Time-outs of an engine, in milliseconds. */
export interface LaneTimes {
  readonly connectMs: number;
  readonly firstMs: number;
  readonly idleMs: number;
}

/** A fake and the engine for it. */
export interface OpenLane {
  readonly fake: FakeServer;
  readonly engine: Engine;
  readonly voice?: string | undefined;
}

/** What every lane is opened with. */
export interface LaneOptions {
  readonly key: string;
  readonly times: LaneTimes;
  readonly fake?: FakeOptions | undefined;
}

/** One way of one engine to its service. */
export interface Lane {
  readonly name: string;
  /** What the connection is. */
  readonly wire: "http" | "http2" | "socket";
  readonly speech: SpeechEncoding;
  readonly codecs?: LoadCodecs | undefined;
  open(options: LaneOptions): Promise<OpenLane>;
}

/** Long enough for the tone decoder, short enough for a test. */
const msPerCharacter = 40;
const exact = (sampleRate: number): SpeechEncoding => ({ sampleRate, encoding: "exact", msPerCharacter });
const asFake = ({ key, fake }: LaneOptions, { encoding }: SpeechEncoding): FakeOptions => ({ key, encoding, msPerCharacter, blockMs: 40, ...fake });

function openAI(streamFormat: "audio" | "sse"): Lane {
  const speech = exact(24_000);
  return {
    name: streamFormat === "sse" ? "OpenAI, events" : "OpenAI, bytes",
    wire: "http",
    speech,
    async open(options) {
      const { connectMs, firstMs, idleMs } = options.times;
      const fake = await createFakeOpenAI(asFake(options, speech));
      const engine = createOpenAIEngine({ apiKey: options.key, baseURL: `${fake.url}/v1`, formats: ["pcm"], streamFormat, concurrency: 1_000, connectMs, firstByteMs: firstMs, idleMs });
      return { fake, engine };
    },
  };
}

function elevenLabs(transport: ElevenLabsTransport): Lane {
  const speech = exact(24_000);
  const names = { http: "ElevenLabs, HTTP", socket: "ElevenLabs, socket", multi: "ElevenLabs, contexts" };
  return {
    name: names[transport],
    wire: transport === "http" ? "http" : "socket",
    speech,
    async open(options) {
      const { connectMs, firstMs, idleMs } = options.times;
      const fake = await createFakeElevenLabs(asFake(options, speech));
      const engine = createElevenLabsEngine({ apiKey: options.key, baseURL: fake.url, transport, concurrency: 1_000, connectMs, firstByteMs: firstMs, idleMs });
      return { fake, engine };
    },
  };
}

function polly(engineName: "neural" | "generative"): Lane {
  const speech = exact(16_000);
  return {
    name: engineName === "generative" ? "Polly, two-way" : "Polly",
    wire: "http2",
    speech,
    async open(options) {
      const { firstMs, idleMs } = options.times;
      const fake = await createFakePolly(asFake(options, speech));
      const credentials = { accessKeyId: options.key, secretAccessKey: `secret-${options.key}` };
      const voice = engineName === "generative" ? "Ruth" : "Joanna";
      const engine = createPollyEngine({ region: "us-east-1", endpoint: fake.url, credentials, formats: ["pcm"], engine: engineName, voice, concurrency: 1_000, firstByteMs: firstMs, idleMs });
      return { fake, engine };
    },
  };
}

function azure(textStreaming: boolean): Lane {
  const speech = exact(24_000);
  return {
    name: textStreaming ? "Azure, text in pieces" : "Azure",
    wire: "socket",
    speech,
    async open(options) {
      const { connectMs, firstMs, idleMs } = options.times;
      const fake = await createFakeAzure(asFake(options, speech));
      const engine = createAzureEngine({ key: options.key, endpoint: fake.url, textStreaming, concurrency: 1_000, connectMs, firstAudioMs: firstMs, stallMs: idleMs });
      return { fake, engine };
    },
  };
}

const mp3Encoder = createMp3Encoder();

const encoded = new Map<string, Uint8Array>();

/** LAME, 48 kbit/s, constant bit rate. What two hundred streams say is encoded once. */
async function encodeMp3(samples: Float32Array, sampleRate: number): Promise<Uint8Array> {
  const encoder = await mp3Encoder;
  const name = createHash("sha256").update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).digest("base64");
  const known = encoded.get(name);
  if (known !== undefined) return known;
  encoder.configure({ sampleRate, channels: 1, bitrate: 48 });
  // What the encoder gives is its own memory, used again by the next call.
  const body = encoder.encode([samples]).slice();
  const bytes = Buffer.concat([body, encoder.finalize().slice()]);
  if (encoded.size < 100) encoded.set(name, bytes);
  return bytes;
}

function edge(): Lane {
  const speech: SpeechEncoding = { sampleRate: 24_000, encoding: "tones", msPerCharacter };
  return {
    name: "Edge",
    wire: "socket",
    speech,
    codecs: () => import("@parlando/codecs"),
    async open(options) {
      const { connectMs, firstMs, idleMs } = options.times;
      const fake = await createFakeEdge({ ...asFake(options, speech), encodeMp3 });
      const engine = createEdgeEngine({ baseURL: fake.url, connectMs, firstByteMs: firstMs, idleMs });
      return { fake, engine };
    },
  };
}

/** All of them. */
export const lanes: readonly Lane[] = [polly("neural"), polly("generative"), azure(false), azure(true), edge(), openAI("audio"), openAI("sse"), elevenLabs("http"), elevenLabs("socket"), elevenLabs("multi")];
