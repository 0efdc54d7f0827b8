// OpenAI's own client against our server.

import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { createNoise, noiseText } from "../../bench/lib/noise.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { closeAll, serve, until } from "./serve.test-helper.ts";

afterEach(closeAll);

const clientOf = (url: string, apiKey = "any"): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const request = { model: "tts-1", voice: "alloy", input: noiseText(3, 2_000) } as const;
const expected = createNoise(3, 96_000).read(0, 96_000);

/** The data of every event, and whether the stream ended as it should. */
async function readEvents(response: { readonly body: unknown }): Promise<{ events: Record<string, unknown>[]; isComplete: boolean }> {
  let text = "";
  let isComplete = true;
  try {
    for await (const piece of response.body as AsyncIterable<Uint8Array>) text += Buffer.from(piece).toString("utf8");
  } catch {
    isComplete = false;
  }
  const data = text.split("\n").filter((line) => line.startsWith("data: "));
  return { events: data.map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>), isComplete };
}

const audioOf = (events: readonly Record<string, unknown>[]): Buffer => Buffer.concat(events.filter(({ type }) => type === "speech.audio.delta").map(({ audio }) => Buffer.from(String(audio), "base64")));

describe("the openai package", () => {
  it("gets every sample as raw PCM", async () => {
    const { url } = await serve();
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm" });
    expect(response.headers.get("content-type")).toBe("audio/pcm;rate=24000;channels=1");
    expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true);
  });

  it("gets audio while it is made", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { url } = await serve({ engine });
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm" });
    const pieces: Buffer[] = [];
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      if (pieces.length === 0) expect(engine.madeBytes).toBeLessThan(expected.length);
      pieces.push(Buffer.from(piece));
      engine.release();
    }
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
  });

  it("gets a WAV file with the same samples", async () => {
    const { url } = await serve();
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "wav" });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString("latin1", 0, 4)).toBe("RIFF");
    expect(bytes.subarray(bytes.indexOf("data") + 8).equals(expected)).toBe(true);
  });

  it.each([["mp3", "audio/mpeg"], ["opus", "audio/ogg"]] as const)("gets %s", async (format, contentType) => {
    const { url } = await serve();
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: format });
    expect(response.headers.get("content-type")).toContain(contentType);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(4_000);
  });

  it("gets MP3 where it names no format", async () => {
    const { url } = await serve();
    const response = await clientOf(url).audio.speech.create(request);
    expect(response.headers.get("content-type")).toContain("audio/mpeg");
    await response.arrayBuffer();
  });

  it("gets events with every sample, and the usage that its schema wants", async () => {
    const { url } = await serve();
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm", stream_format: "sse" });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const { events, isComplete } = await readEvents(response);
    expect(isComplete).toBe(true);
    expect(audioOf(events).equals(expected)).toBe(true);
    const done = events.at(-1);
    expect(done?.["type"]).toBe("speech.audio.done");
    expect(Object.keys(done?.["usage"] as object).sort()).toEqual(["input_tokens", "output_tokens", "total_tokens"]);
    expect(events.filter(({ type }) => type === "speech.audio.done")).toHaveLength(1);
  });

  it("sees that audio broke off when the engine was killed", async () => {
    const { url } = await serve({ engine: createNoiseEngine({ failAfterMs: 500 }) });
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm" });
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it("is told so in events, and the stream has no good end", async () => {
    const { url } = await serve({ engine: createNoiseEngine({ failAfterMs: 500 }) });
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm", stream_format: "sse" });
    const { events, isComplete } = await readEvents(response);
    expect(isComplete).toBe(false);
    expect(events.at(-1)?.["type"]).toBe("speech.audio.error");
    expect(events.some(({ type }) => type === "speech.audio.done")).toBe(false);
  });

  it("frees the engine when it hangs up", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { url } = await serve({ engine });
    const leaving = new AbortController();
    const response = await clientOf(url).audio.speech.create({ ...request, response_format: "pcm" }, { signal: leaving.signal });
    expect(response.status).toBe(200);
    expect(engine.active).toBe(1);
    leaving.abort();
    await until(() => engine.active === 0, "the engine is free");
  });

  it("reads our refusals as its own errors", async () => {
    const { url } = await serve({ keys: ["right-key-0001"] });
    await expect(clientOf(url, "wrong-key-0001").audio.speech.create(request)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    const client = clientOf(url, "right-key-0001");
    await expect(client.audio.speech.create({ ...request, model: "no-such-model" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const flac: unknown = await client.audio.speech.create({ ...request, response_format: "flac" }).catch((error: unknown) => error);
    expect(flac).toBeInstanceOf(OpenAI.BadRequestError);
    expect((flac as InstanceType<typeof OpenAI.BadRequestError>).code).toBe("unsupported_format");
  });

  it("lists the models", async () => {
    const { url } = await serve();
    const { data } = await clientOf(url).models.list();
    expect(data.map(({ id }) => id)).toContain("default");
  });
});
