import OpenAI from "openai";
import { onTestFinished } from "vitest";
import type { FakeServer } from "../shared/fake-fault.ts";
import { createFakeOpenAI } from "./fake-openai.ts";
import type { FakeOpenAIOptions } from "./fake-openai-options.ts";

export const text = "W0 w1 w2 w3. W4 w5, w6 w7.";

/** A fake that closes with the test, and the vendor's client for it. */
export async function open(options: FakeOpenAIOptions = {}, key = "sk-test"): Promise<{ fake: FakeServer; client: OpenAI }> {
  const fake = await createFakeOpenAI(options);
  onTestFinished(() => fake.close());
  return { fake, client: new OpenAI({ apiKey: key, baseURL: `${fake.url}/v1`, maxRetries: 0 }) };
}

/** Asks for speech as the client does; `more` overrides fields. */
export async function speak(client: OpenAI, more: Partial<OpenAI.Audio.SpeechCreateParams> = {}, signal?: AbortSignal): Promise<Response> {
  return client.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "coral", input: text, response_format: "pcm", ...more }, { signal: signal ?? null });
}

export async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

/** What came until the body ended or broke. */
export async function readUntilBroken(response: Response): Promise<{ bytes: Uint8Array; error: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of response.body ?? []) pieces.push(piece);
    return { bytes: Buffer.concat(pieces), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
}

/** 16-bit samples as numbers from -1 to 1. */
export function samplesOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => view.getInt16(index * 2, true) / 32_768);
}
