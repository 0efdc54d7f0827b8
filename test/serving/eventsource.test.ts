// The `eventsource` package. An EventSource can only GET, and our routes take their text in a body: a `fetch` of one's own sends it. It also comes again by itself after any end, so that
// whoever uses it so has to close it, and to refuse the second request.

import { EventSource, type EventSourceFetchInit } from "eventsource";
import { afterEach, describe, expect, it } from "vitest";
import { createNoise, noiseText } from "../../bench/lib/noise.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { closeAll, serve, speechBody, until } from "./serve.test-helper.ts";

afterEach(closeAll);

const expected = createNoise(9, 96_000).read(0, 96_000);

/** One request with a body, and none after it. */
function postOnce(body: string): (url: string | URL, init: EventSourceFetchInit) => Promise<Response> {
  let isSent = false;
  return async (url, { signal, headers }) => {
    if (isSent) throw new Error("What was spoken is not asked for again.");
    isSent = true;
    return await fetch(url, { method: "POST", body, signal: signal as AbortSignal, headers: { ...headers, "content-type": "application/json" } });
  };
}

/** All events of the given names until `last` or an error. */
function collect(source: EventSource, names: readonly string[], last: (name: string, data: Record<string, unknown>) => boolean): Promise<{ events: { name: string; data: Record<string, unknown> }[]; failed: boolean }> {
  const events: { name: string; data: Record<string, unknown> }[] = [];
  return new Promise((resolve) => {
    const end = (failed: boolean): void => {
      source.close();
      resolve({ events, failed });
    };
    for (const name of names) {
      source.addEventListener(name, (event: MessageEvent) => {
        // The route has an event named `error`, as EventSource itself has: that of the route has data.
        if (event.data === undefined) return;
        const data = JSON.parse(String(event.data)) as Record<string, unknown>;
        events.push({ name, data });
        if (last(name, data)) end(false);
      });
    }
    source.addEventListener("error", (event) => {
      if ((event as { data?: unknown }).data === undefined) end(true);
    });
  });
}

/** Each chunk is a WAV file of its own. */
const samplesOf = (file: Buffer): Buffer => file.subarray(file.indexOf("data") + 8);

describe("eventsource", () => {
  it("hears the events of OpenAI's route", async () => {
    const { url } = await serve();
    const source = new EventSource(`${url}/v1/audio/speech`, { fetch: postOnce(speechBody({ seed: 9, stream_format: "sse" })) });
    const { events, failed } = await collect(source, ["message"], (_, { type }) => type === "speech.audio.done");
    expect(failed).toBe(false);
    const audio = events.filter(({ data }) => data["type"] === "speech.audio.delta").map(({ data }) => Buffer.from(String(data["audio"]), "base64"));
    expect(Buffer.concat(audio).equals(expected)).toBe(true);
  });

  it("hears chunks with their metrics from the seed's route", async () => {
    const { url } = await serve();
    const source = new EventSource(`${url}/synthesize-stream`, { fetch: postOnce(JSON.stringify({ text: noiseText(9, 2_000) })) });
    const { events } = await collect(source, ["audio_chunk", "done", "error"], (name) => name !== "audio_chunk");
    const chunks = events.filter(({ name }) => name === "audio_chunk");
    expect(Buffer.concat(chunks.map(({ data }) => samplesOf(Buffer.from(String(data["audio_chunk"]), "base64")))).equals(expected)).toBe(true);
    expect(chunks.every(({ data }) => data["sample_rate"] === 24_000)).toBe(true);
    expect(Object.keys(chunks[0]?.data["metrics"] as object)).toEqual(expect.arrayContaining(["first_chunk_latency", "total_latency", "rtf", "total_audio_duration", "chunks_generated"]));
    expect(events.at(-1)).toMatchObject({ name: "done", data: { total_chunks: chunks.length } });
  });

  it("is told on both routes that the engine has failed", async () => {
    const { url } = await serve({ engine: createNoiseEngine({ failAfterMs: 500 }) });
    const ours = await collect(new EventSource(`${url}/v1/audio/speech`, { fetch: postOnce(speechBody({ seed: 9, stream_format: "sse" })) }), ["message"], (_, { type }) => type === "speech.audio.error");
    expect(ours.events.at(-1)?.data["type"]).toBe("speech.audio.error");
    const seeds = await collect(new EventSource(`${url}/synthesize-stream`, { fetch: postOnce(JSON.stringify({ text: noiseText(9, 2_000) })) }), ["audio_chunk", "done", "error"], (name) => name !== "audio_chunk");
    expect(seeds.events.at(-1)?.name).toBe("error");
    expect(seeds.events.some(({ name }) => name === "done")).toBe(false);
  });

  it("frees the engine when it is closed", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { url } = await serve({ engine });
    const source = new EventSource(`${url}/v1/audio/speech`, { fetch: postOnce(speechBody({ seed: 9, stream_format: "sse" })) });
    await new Promise((resolve) => source.addEventListener("message", resolve, { once: true }));
    source.close();
    await until(() => engine.active === 0, "the engine is free");
  });
});
