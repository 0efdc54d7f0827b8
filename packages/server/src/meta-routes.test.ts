import { TTSError } from "@parlando/engine";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createServer } from "./create-server.ts";
import type { ServedTTS } from "./served-tts.ts";
import { serveEngines, servedScripted } from "./testing/served-scripted.ts";
import { codeOf, startServer } from "./testing/start-server.ts";

const voice = (id: string, engine: string): { id: string; name: string; engine: string; languages: string[]; gender: "female"; native: object } => ({ id, name: `Voice ${id}`, engine, languages: ["en-GB", "en"], gender: "female", native: { account: "canary" } });
const one = serveEngines([createScriptedEngine({ id: "one", voices: [voice("ada", "one")] })]);
const two = serveEngines([createScriptedEngine({ id: "two", voices: [voice("bea", "two")] })]);

describe("what is served", () => {
  it("is listed, the default first", async () => {
    await using server = await createServer({ one, two }, { modelAliases: { "my-model": "two" } });
    const get = async (path: string): Promise<unknown> => await (await server.app.request(`http://localhost${path}`)).json();
    expect(await get("/v1/models")).toMatchObject({ object: "list", data: [{ id: "one", object: "model", owned_by: "parlando", engines: ["one"], input: ["segment"], marks: ["word", "sentence"] }, { id: "two" }] });
    expect(await get("/v1/models/my-model")).toMatchObject({ id: "two" });
    expect(await get("/v1/models/tts-1")).toMatchObject({ id: "one" });
    const missing = await server.app.request("http://localhost/v1/models/three");
    expect([missing.status, await codeOf(missing)]).toEqual([404, "model_not_found"]);
  });

  it("has voices: all, those of a model, their names alone; never what the provider says of them", async () => {
    await using server = await createServer({ one, two });
    const get = async (query: string): Promise<{ voices: unknown[] }> => (await (await server.app.request(`http://localhost/v1/audio/voices${query}`)).json()) as { voices: unknown[] };
    const all = await get("");
    expect(all.voices).toEqual([
      { id: "ada", name: "Voice ada", language: "en-GB", languages: ["en-GB", "en"], gender: "female", engine: "one", model: "one" },
      expect.objectContaining({ id: "bea", model: "two" }),
    ]);
    expect((await get("?model=two")).voices).toHaveLength(1);
    expect((await get("?format=legacy")).voices).toEqual(["ada", "bea"]);
  });

  it("is asked for voices once a minute, and left out while it cannot say", async () => {
    let asked = 0;
    const failing: ServedTTS = {
      engines: one.engines,
      createStream: one.createStream,
      voices: async () => {
        asked += 1;
        throw new TTSError("CONNECTION", "Nobody answers.");
      },
    };
    const counted: ServedTTS = { ...two, voices: async () => ((asked += 100), await two.voices()) };
    await using server = await createServer({ failing, counted });
    for (const _ of [1, 2]) expect(((await (await server.app.request("http://localhost/v1/audio/voices")).json()) as { voices: unknown[] }).voices).toHaveLength(1);
    expect(asked).toBe(102);
    await using alone = await createServer(failing);
    expect((await alone.app.request("http://localhost/v1/audio/voices")).status).toBe(502);
  });

  it.each([[{}], [{ "a.b": one }], [{ "../a": one }], [{ one: {} }]])("cannot be %o", async (models) => {
    await expect(createServer(models as never)).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });
});

describe("numbers", () => {
  it("count what was spoken and refused", async () => {
    await using started = await startServer();
    await (await started.speak()).arrayBuffer();
    await started.speak({ model: "nothing" });
    const stats = (await (await fetch(`${started.url}/stats`)).json()) as Record<string, unknown>;
    expect(stats).toMatchObject({ running: 0, waiting: 0, requests: 1, outcomes: { done: 1, failed: 0 } });
    expect(stats["audioMs"]).toBeGreaterThan(100);
    const text = await (await fetch(`${started.url}/metrics`)).text();
    for (const line of [
      'tts_requests_total{route="speech",provider="scripted",outcome="done"} 1',
      'tts_http_answers_total{route="speech",status="404"} 1',
      "tts_num_requests_running 0",
      "tts_num_requests_waiting 0",
      'tts_time_to_first_audio_seconds_count{route="speech"} 1',
      'tts_realtime_factor_count{provider="scripted"} 1',
      "tts_queue_wait_seconds_count 1",
    ]) expect(text).toContain(`${line}\n`);
    for (const name of ["tts_chunk_gap_seconds_bucket", "tts_audio_seconds_total", "tts_cancelled_total", "tts_slow_consumer_total", "tts_provider_errors_total", "tts_wasted_audio_seconds_total", "tts_connections_dropped_total"]) expect(text).toContain(name);
  });

  it("count health checks, which are logged only when they are not well", async () => {
    await using started = await startServer();
    const ask = async (path: string): Promise<number> => (await started.server.app.request(`http://localhost${path}`)).status;
    expect([await ask("/health/live"), await ask("/health/ready"), await ask("/stats")]).toEqual([200, 200, 200]);
    expect(started.records.filter(({ event }) => event === "request").map(({ route }) => route)).toEqual(["stats"]);
    expect(await (await started.server.app.request("http://localhost/metrics")).text()).toContain('tts_http_answers_total{route="ready",status="200"} 1\n');
    await started.server.drain();
    expect(await ask("/health/ready")).toBe(503);
    expect(started.records.filter(({ event }) => event === "refused").map(({ route }) => route)).toEqual(["ready"]);
  });

  it("of one server are not those of another in the same process", async () => {
    await using first = await startServer();
    await using second = await createServer(servedScripted().tts);
    await (await first.speak()).arrayBuffer();
    expect(await (await second.app.request("http://localhost/stats")).json()).toMatchObject({ requests: 0 });
  });
});

describe("a voice of a request", () => {
  it("is the one of an alias, the engine's own, or the default for OpenAI's names that it has not", async () => {
    const engine = createScriptedEngine({ voices: [voice("ada", "scripted"), voice("nova", "scripted")] });
    await using server = await createServer(serveEngines([engine]), { voiceAliases: { echo: "ada" } });
    const speak = async (name: string | undefined): Promise<unknown> => {
      const answer = await server.app.request("http://localhost/v1/audio/speech", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ input: "Hello.", voice: name, response_format: "pcm" }) });
      await answer.arrayBuffer();
      return [answer.status, engine.requests.at(-1)?.request.voice];
    };
    expect(await speak("echo")).toEqual([200, "ada"]);
    expect(await speak("nova")).toEqual([200, "nova"]);
    expect(await speak("alloy")).toEqual([200, undefined]);
    expect(await speak(undefined)).toEqual([200, undefined]);
  });
});
