import { Readable } from "node:stream";
import { PollyClient, SynthesizeSpeechCommand, type PollyClientConfig, type StartSpeechSynthesisStreamEventStream, type SynthesizeSpeechCommandInput } from "@aws-sdk/client-polly";
import { expect } from "vitest";
import { createFakePolly } from "./fake-polly.ts";
import type { FakePolly, FakePollyOptions } from "./polly-options.ts";

/** Opens a fake and a client of the vendor's for one test; closes both. */
export async function withPolly(options: FakePollyOptions, use: (polly: FakePolly, client: PollyClient) => Promise<void>, config: PollyClientConfig = {}): Promise<void> {
  const polly = await createFakePolly(options);
  const client = createClient(polly, config);
  try {
    await use(polly, client);
  } finally {
    client.destroy();
    await polly.close();
  }
  expect(polly.openConnections).toBe(0);
}

/** Without a logger the client warns on the console of every stream that fails. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function createClient(polly: FakePolly, config: PollyClientConfig = {}): PollyClient {
  return new PollyClient({ region: "us-east-1", endpoint: polly.url, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }, maxAttempts: 1, logger: silent, ...config });
}

export const pcm16 = { OutputFormat: "pcm", VoiceId: "Joanna", Engine: "neural", SampleRate: "16000" } as const;

/** What a test asks for beside {@link pcm16}. Undefined takes something out. */
export type SpeechInput = { [Name in keyof SynthesizeSpeechCommandInput]?: SynthesizeSpeechCommandInput[Name] | undefined } & { Text: string };

/** What came until the body ended or failed. */
export interface Taken {
  bytes: Buffer;
  error: unknown;
  body: Readable;
}

export async function speak(client: PollyClient, input: SpeechInput): Promise<Taken> {
  const { AudioStream } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, ...input }));
  if (!(AudioStream instanceof Readable)) expect.unreachable("no stream of Node");
  return take(AudioStream);
}

export async function take(body: Readable): Promise<Taken> {
  const pieces: Buffer[] = [];
  let error: unknown;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  return { bytes: Buffer.concat(pieces), error, body };
}

/** 16-bit samples; an odd byte at the end is left out. */
export function samplesOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, frame) => view.getInt16(2 * frame, true) / 32_768);
}

export interface StreamTaken {
  audio: Buffer;
  closed: number | undefined;
  unknown: number;
  error: unknown;
}

export async function takeEvents(events: AsyncIterable<StartSpeechSynthesisStreamEventStream> | undefined): Promise<StreamTaken> {
  const pieces: Uint8Array[] = [];
  const taken: StreamTaken = { audio: Buffer.alloc(0), closed: undefined, unknown: 0, error: undefined };
  try {
    for await (const event of events ?? []) {
      if (event.AudioEvent?.AudioChunk !== undefined) pieces.push(event.AudioEvent.AudioChunk);
      else if (event.StreamClosedEvent !== undefined) taken.closed = event.StreamClosedEvent.RequestCharacters;
      else taken.unknown += 1;
    }
  } catch (thrown) {
    taken.error = thrown;
  }
  return { ...taken, audio: Buffer.concat(pieces) };
}

/** Waits until something is so; a test's time limit ends what never is. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const decoders: Readonly<Record<"mulaw" | "alaw", (byte: number) => number>> = { mulaw: mulawSample, alaw: alawSample };

/** Samples of bytes of G.711. */
export function companded(bytes: Uint8Array, format: "mulaw" | "alaw"): Float32Array {
  return Float32Array.from(bytes, (byte) => decoders[format](byte) / 32_768);
}

function mulawSample(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 128) === 0 ? magnitude : -magnitude;
}

function alawSample(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const base = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? base : (base + 256) << (exponent - 1);
  return (bits & 128) === 0 ? -magnitude : magnitude;
}
