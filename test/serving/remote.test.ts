// The engine `remote`, by name and by hand, through a real server and a network that can be made bad: words are decoded from what arrives.

import { createMemorySink, createSpeechStream, type StreamOptions } from "@parlando/core";
import { createServer, type ServedTTS, type ServerOptions, type TTSServer } from "@parlando/server";
import { assertSpoken, createFaultProxy, createScriptedEngine, decodeWords, expectedWords, numberedText, type FaultProxy, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { createSpeechClient, type RemoteOptions, type SpeechClient } from "@parlando/web";
import { createTTS } from "parlando";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { until } from "./serve.test-helper.ts";

const platform = { WebSocket: NodeWebSocket as unknown as typeof WebSocket };
const text = numberedText({ words: 24 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Served {
  readonly url: string;
  readonly port: number;
  readonly server: TTSServer;
  readonly engine: ScriptedEngine;
}

async function serve(scripted: ScriptedEngineOptions = {}, options: ServerOptions = {}): Promise<Served> {
  const engine = createScriptedEngine({ delivery: "bytes", ...scripted });
  const server = await createServer(ttsOf(engine), options);
  closers.push(() => server.close());
  return { ...(await server.listen()), server, engine };
}

function ttsOf(engine: ScriptedEngine): ServedTTS {
  return {
    engines: [engine],
    createStream: (options: StreamOptions = {}) => createSpeechStream({ engines: [{ engine }] }, options),
    voices: async () => await engine.voices!(new AbortController().signal),
  };
}

function connect(options: RemoteOptions): SpeechClient {
  const client = createSpeechClient(options);
  closers.push(() => client.close());
  return client;
}

async function through(served: Served, options: RemoteOptions = {}): Promise<{ client: SpeechClient; proxy: FaultProxy }> {
  const proxy = await createFaultProxy({ target: { port: served.port } });
  closers.push(() => proxy.close());
  return { client: connect({ url: `http://127.0.0.1:${proxy.port}`, ...options }), proxy };
}

/** Speaks the text in pieces, and checks every word of what came. */
async function speakAll(client: SpeechClient, options: StreamOptions = {}): Promise<void> {
  const sink = createMemorySink();
  const stream = client.createStream({ sink, ...options });
  for (let at = 0; at < text.length; at += 7) await stream.feed(text.slice(at, at + 7));
  stream.done();
  await stream.waitUntilDone();
  assertSpoken(sink.samples(), 24_000, text);
}

describe("an engine by name", () => {
  it("speaks, marks, and lists voices as the one behind the server", async () => {
    const { url, engine } = await serve();
    const tts = await createTTS({ engine: { engine: "remote", voice: "two", options: { url } } });
    closers.push(() => tts.close());
    const words: string[] = [];
    const sink = createMemorySink();
    await tts.speak(text, { sink, onMark: ({ kind, textStart, textEnd }) => void (kind === "word" && words.push(text.slice(textStart, textEnd))) });
    assertSpoken(sink.samples(), 24_000, text);
    expect(words.map((word) => word.replace(/\W+$/, ""))).toEqual(text.split(" ").map((word) => word.replace(/\W+$/, "")));
    expect(engine.requests.every(({ request }) => request.voice === "two")).toBe(true);
    expect((await tts.voices()).map(({ id, engine: owner, languages }) => [id, owner, languages])).toEqual([["one", "remote", ["en-US"]], ["two", "remote", ["ar", "en-US"]]]);
    expect(await tts.checkCredentials()).toMatchObject({ status: "not-needed" });
  });

  it("gives marks of every kind that the engine behind has, and warns of the others", async () => {
    const { url } = await serve({ marks: ["word", "sentence", "character", "viseme"] });
    const kinds = new Map<string, number>();
    const warnings: string[] = [];
    const stream = connect({ url }).createStream({
      sink: createMemorySink(),
      marks: ["character", "viseme", "phoneme"],
      onMark: ({ kind }) => void kinds.set(kind, (kinds.get(kind) ?? 0) + 1),
      onWarning: ({ message }) => void warnings.push(message),
    });
    void stream.feed("one two three.");
    stream.done();
    await stream.waitUntilDone();
    expect(Object.fromEntries(kinds)).toEqual({ character: 12, viseme: 12 });
    expect(warnings.some((message) => message.includes("phoneme"))).toBe(true);
  });

  it("fails over to another where its server cannot be reached", async () => {
    const spare = createScriptedEngine({ delivery: "bytes" });
    const tts = await createTTS({ engine: [{ engine: "remote", options: { url: "http://127.0.0.1:9" } }, spare] });
    closers.push(() => tts.close());
    const sink = createMemorySink();
    await tts.speak(text, { sink });
    assertSpoken(sink.samples(), 24_000, text);
  });
});

describe("models", () => {
  it("are chosen by the engine or the stream, and have voices of their own", async () => {
    const [small, large] = [createScriptedEngine({ id: "small" }), createScriptedEngine({ id: "large", voices: [{ id: "big", name: "Big", engine: "large", languages: ["fr"], gender: "male" }] })];
    const server = await createServer({ small: ttsOf(small), large: ttsOf(large) });
    closers.push(() => server.close());
    const { url } = await server.listen();
    expect((await connect({ url }).voices()).map(({ id }) => id)).toEqual(["one", "two"]);
    expect((await connect({ url, model: "large" }).voices()).map(({ id }) => id)).toEqual(["big"]);
    await speakAll(connect({ url, model: "large" }), { voice: "big" });
    expect([small.requests.length, large.requests.length > 0]).toEqual([0, true]);
    await speakAll(connect({ url }), { engineOptions: { model: "large" } });
    expect(small.requests.length).toBe(0);
    await expect(speakAll(connect({ url, model: "huge" }))).rejects.toMatchObject({ engine: "remote", retryable: false });
  });
});

describe("keys and tickets", () => {
  const keys = ["key-of-a-program"];

  it("let in who has one", async () => {
    const { url } = await serve({}, { keys });
    await speakAll(connect({ url, apiKey: "key-of-a-program" }));
    const getTicket = async (): Promise<string> => {
      const answer = await fetch(`${url}/v1/tickets`, { method: "POST", headers: { authorization: "Bearer key-of-a-program", "content-type": "application/json" }, body: "{}" });
      return ((await answer.json()) as { ticket: string }).ticket;
    };
    for (const way of [{}, platform]) {
      const client = connect({ url, ticket: getTicket, ...way });
      await speakAll(client);
      expect(await client.checkCredentials()).toMatchObject({ status: "valid" });
      expect(await client.voices()).toHaveLength(2);
    }
    await speakAll(connect({ url, apiKey: "key-of-a-program", ...platform }));
  });

  it("keep out who has none", async () => {
    const { url, engine } = await serve({}, { keys });
    for (const credentials of [{}, { apiKey: "another" }, { ticket: "pt1.bad.ticket" }]) {
      const client = connect({ url, ...credentials });
      await expect(speakAll(client)).rejects.toMatchObject({ code: "AUTHENTICATION", engine: "remote" });
      expect(await client.checkCredentials()).toMatchObject({ status: "invalid" });
      await expect(client.voices()).rejects.toMatchObject({ code: "AUTHENTICATION" });
    }
    expect(engine.requests).toHaveLength(0);
  });
});

describe("a bad network", () => {
  it("that is slow, uneven, and cuts messages anywhere loses no sample", async () => {
    const { client, proxy } = await through(await serve());
    proxy.set("toClient", { latencyMs: 5, jitterMs: 20, sliceBytes: [1, 900] });
    proxy.set("toServer", { sliceBytes: [1, 50] });
    await speakAll(client);
  });

  it("that breaks in the middle is got over: every word in its order", async () => {
    const { client, proxy } = await through(await serve({ realTimeFactor: 0.2 }));
    const sink = createMemorySink();
    const stream = client.createStream({ sink });
    void stream.feed(text);
    stream.done();
    const done = stream.waitUntilDone();
    await until(() => sink.samples().length > 24_000, "a second of audio has come");
    proxy.reset();
    const report = await done;
    const words = decodeWords(sink.samples(), 24_000);
    // The word at the break is begun again, or was heard so far that it counts.
    expect(words.flatMap(({ id }) => (id === undefined ? [] : [id])).filter((id, index, all) => id !== all[index - 1])).toEqual(expectedWords(text));
    expect(words.filter(({ complete }) => !complete).length).toBeLessThanOrEqual(2);
    expect(report.attempts).toBeGreaterThan(report.segments);
    expect(proxy.accepted).toBe(2);
  });

  it("that stands still ends the stream with TIMEOUT, and lets go of the connection", async () => {
    const { client, proxy } = await through(await serve({ realTimeFactor: 0.2 }));
    const sink = createMemorySink();
    const stream = client.createStream({ sink, timeouts: { firstAudioMs: 700, betweenMs: 500 } });
    void stream.feed(text);
    stream.done();
    const done = stream.waitUntilDone();
    await until(() => sink.samples().length > 4_800, "audio has come");
    proxy.stall("toClient");
    await expect(done).rejects.toMatchObject({ code: expect.stringMatching(/TIMEOUT|CONNECTION/) });
    proxy.release();
    await client.close();
    await until(() => proxy.connections === 0, "the connections are closed");
  });

  it("that refuses everything is CONNECTION", async () => {
    const { client, proxy } = await through(await serve());
    proxy.refuse(true);
    await expect(speakAll(client)).rejects.toMatchObject({ code: "CONNECTION", engine: "remote" });
    expect(await client.checkCredentials()).toMatchObject({ status: "unreachable" });
    proxy.refuse(false);
    await speakAll(client);
  });
});

describe("the server's side", () => {
  it("is free at once when a stream is interrupted, aborted, or its client closed", async () => {
    const { url, engine } = await serve({ realTimeFactor: 0.5 });
    for (const end of ["interrupt", "abort", "close"]) {
      const client = connect({ url });
      const controller = new AbortController();
      const sink = createMemorySink();
      const stream = client.createStream({ sink, signal: controller.signal });
      void stream.feed(text).catch(() => undefined);
      stream.done();
      const done = stream.waitUntilDone().catch(() => undefined);
      await until(() => sink.samples().length > 0 && engine.activeRequests > 0, "it speaks");
      if (end === "interrupt") await stream.interrupt();
      else if (end === "abort") controller.abort();
      else await client.close();
      await until(() => engine.activeRequests === 0, `the engine is free after ${end}`);
      await done;
      await client.close();
    }
  });

  it("finishes what it speaks when it drains, and takes nothing new", async () => {
    const { url, server } = await serve({ realTimeFactor: 0.2 });
    const client = connect({ url });
    const sink = createMemorySink();
    const stream = client.createStream({ sink });
    void stream.feed(text);
    await until(() => sink.samples().length > 0, "it speaks");
    const drained = server.drain({ graceMs: 30_000 });
    stream.done();
    await stream.waitUntilDone();
    assertSpoken(sink.samples(), 24_000, text);
    await drained;
    await expect(speakAll(client)).rejects.toMatchObject({ engine: "remote", retryable: true });
  });

  it("tells of what it cannot do as asked", async () => {
    const { url } = await serve();
    const warnings: string[] = [];
    await speakAll(connect({ url }), { engineOptions: { options: { cfg_weight: 0.5 } }, onWarning: ({ code }) => void warnings.push(code) });
    expect(warnings.length).toBeGreaterThan(0);
    await expect(speakAll(connect({ url }), { voice: "nobody" })).rejects.toMatchObject({ code: "VOICE_NOT_FOUND", engine: "remote" });
  });

  it("answers a flush exactly between the audio of what was before and behind it", async () => {
    const { url } = await serve({ chunkMs: 170 });
    const { engine } = connect({ url, windowMs: 5_000 });
    const never = new AbortController().signal;
    const request = { ssml: false, marks: [], format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } } as const;
    const texts = ["W0 w1 w2. ", "W3 w4. ", "W5 w6 w7 w8."];
    const session = await engine.openSession(request, never);
    for (const part of texts) {
      await session.write(part);
      await session.flush();
    }
    await session.end();
    const bytes = [0];
    for await (const event of session.events) {
      if (event.type === "audio") bytes[bytes.length - 1]! += event.bytes.length;
      if (event.type === "flushed") bytes.push(0);
    }
    await session.close();
    const alone: number[] = [];
    for (const part of texts) {
      let length = 0;
      for await (const event of engine.synthesize({ ...request, text: part }, never)) if (event.type === "audio") length += event.bytes.length;
      alone.push(length);
    }
    expect(bytes).toEqual([...alone, 0]);
  });

  it("keeps one connection for many streams, one after the other", async () => {
    const { client, proxy } = await through(await serve());
    for (let round = 0; round < 5; round += 1) await speakAll(client);
    expect(proxy.accepted).toBe(1);
  });
});
