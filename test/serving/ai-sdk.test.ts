// Vercel's AI SDK, with its OpenAI provider, against our server.

import { createOpenAI } from "@ai-sdk/openai";
import { experimental_generateSpeech as generateSpeech } from "ai";
import { afterEach, describe, expect, it } from "vitest";
import { createNoise, noiseText } from "../../bench/lib/noise.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { closeAll, serve, until } from "./serve.test-helper.ts";

afterEach(closeAll);

const text = noiseText(5, 1_500);
const expected = createNoise(5, 72_000).read(0, 72_000);

describe("generateSpeech of the AI SDK", () => {
  it("gets every sample", async () => {
    const { url } = await serve();
    const { audio } = await generateSpeech({ model: createOpenAI({ baseURL: `${url}/v1`, apiKey: "any" }).speech("tts-1"), text, voice: "alloy", outputFormat: "pcm", maxRetries: 0 });
    expect(Buffer.from(audio.uint8Array).equals(expected)).toBe(true);
  });

  it("gets MP3 where it names no format, and passes on speed and instructions", async () => {
    const { url } = await serve();
    const { audio } = await generateSpeech({ model: createOpenAI({ baseURL: `${url}/v1`, apiKey: "any" }).speech("gpt-4o-mini-tts"), text, voice: "nova", speed: 1.25, instructions: "Calmly.", maxRetries: 0 });
    expect(audio.mediaType).toBe("audio/mpeg");
    expect(audio.uint8Array.byteLength).toBeGreaterThan(3_000);
  });

  it("fails where the engine failed in the middle", async () => {
    const { url } = await serve({ engine: createNoiseEngine({ failAfterMs: 500 }) });
    const speaking = generateSpeech({ model: createOpenAI({ baseURL: `${url}/v1`, apiKey: "any" }).speech("tts-1"), text, outputFormat: "pcm", maxRetries: 0 });
    await expect(speaking).rejects.toThrow();
  });

  it("frees the engine when it is called off", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { url } = await serve({ engine });
    const leaving = new AbortController();
    const speaking = generateSpeech({ model: createOpenAI({ baseURL: `${url}/v1`, apiKey: "any" }).speech("tts-1"), text, outputFormat: "pcm", maxRetries: 0, abortSignal: leaving.signal });
    speaking.catch(() => undefined);
    await until(() => engine.active === 1, "the engine speaks");
    leaving.abort();
    await expect(speaking).rejects.toThrow();
    await until(() => engine.active === 0, "the engine is free");
  });
});
