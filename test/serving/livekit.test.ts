// LiveKit's OpenAI plugin for agents, with our server as its base URL.

import { initializeLogger } from "@livekit/agents";
import { TTS } from "@livekit/agents-plugin-openai";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createNoise, noiseText } from "../../bench/lib/noise.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { closeAll, serve, until } from "./serve.test-helper.ts";

const seconds = 2;
const bytes = seconds * 48_000;
const text = noiseText(7, seconds * 1_000);

beforeAll(() => initializeLogger({ pretty: false, level: "silent" }));
afterEach(closeAll);

describe("LiveKit's plugin", () => {
  it("gets every sample, in its frames of 24 kHz", async () => {
    const { url } = await serve({ keys: ["secret-key-0001"] });
    const plugin = new TTS({ apiKey: "secret-key-0001", baseURL: `${url}/v1`, model: "tts-1", voice: "alloy", speed: 1 });
    const heard: Buffer[] = [];
    for await (const { frame } of plugin.synthesize(text)) {
      expect(frame.sampleRate).toBe(24_000);
      heard.push(Buffer.from(frame.data.buffer.slice(frame.data.byteOffset, frame.data.byteOffset + frame.data.byteLength)));
    }
    await plugin.close();
    // It cuts into frames, and leaves out what fills none at the end: 2 s are whole frames.
    expect(Buffer.concat(heard).equals(createNoise(7, bytes).read(0, bytes))).toBe(true);
  });

  it("frees the engine when an agent is interrupted", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { url } = await serve({ engine });
    const plugin = new TTS({ apiKey: "any", baseURL: `${url}/v1`, model: "tts-1", voice: "alloy", speed: 1 });
    // It tells of the interruption as an error.
    plugin.on("error", () => undefined);
    const speech = plugin.synthesize(text);
    await until(() => engine.active === 1, "the engine speaks");
    await plugin.close();
    await until(() => engine.active === 0, "the engine is free");
    speech.close();
  });
});
