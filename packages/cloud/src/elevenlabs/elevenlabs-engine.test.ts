import { inspect } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import type { EngineEvent, EngineSession, Mark, SessionEvent, SynthesisRequest } from "@parlando/engine";
import { createFakeElevenLabs, type FakeElevenLabs, type FakeElevenLabsOptions } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { createElevenLabsEngine, type ElevenLabsEngine } from "./elevenlabs-engine.ts";
import type { ElevenLabsOptions } from "./elevenlabs-options.ts";

const format = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } as const;
const sentence = "The quick brown fox jumps over the lazy dog.";
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(fake: FakeElevenLabsOptions = {}, options: ElevenLabsOptions = {}): Promise<{ fake: FakeElevenLabs; engine: ElevenLabsEngine }> {
  const server = await createFakeElevenLabs(fake);
  const engine = createElevenLabsEngine({ apiKey: "el-canary-key", baseURL: server.url, ...options });
  cleanups.push(() => server.close(), () => engine.close());
  return { fake: server, engine };
}

const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({ text: sentence, ssml: false, format, marks: [], ...change });
const never = (): AbortSignal => new AbortController().signal;
const sessionRequest = (change: Partial<SynthesisRequest> = {}): Omit<SynthesisRequest, "text"> => {
  const { text: _, ...rest } = request(change);
  return rest;
};

async function open(engine: ElevenLabsEngine, change: Partial<SynthesisRequest> = {}, signal = never()): Promise<EngineSession> {
  const session = await engine.openSession?.(sessionRequest(change), signal);
  if (session === undefined) throw new Error("The engine has no sessions.");
  return session;
}

async function all<Event extends EngineEvent | SessionEvent>(events: AsyncIterable<Event>, seen: Event[] = []): Promise<Event[]> {
  for await (const event of events) seen.push(event);
  return seen;
}

const bytesOf = (events: readonly SessionEvent[]): number => events.reduce((sum, event) => sum + (event.type === "audio" ? event.bytes.length : 0), 0);
const wordsOf = (events: readonly SessionEvent[]): Mark[] => events.flatMap((event) => (event.type === "mark" && event.mark.kind === "word" ? [event.mark] : []));

async function until(condition: () => boolean, limitMs = 2000): Promise<void> {
  for (let waited = 0; !condition(); waited += 1) {
    if (waited > limitMs) throw new Error("It did not come about.");
    await pause(1);
  }
}

describe("requests", () => {
  it("say everything that was asked, in the provider's names", async () => {
    const { fake, engine } = await setUp({}, { voiceSettings: { stability: 0.4, similarityBoost: 0.7, useSpeakerBoost: true, speed: 1.1 }, enableLogging: true });
    const engineOptions = { seed: 7, applyTextNormalization: "off", pronunciationDictionaries: [{ id: "dictionary", versionId: "2" }], fields: { use_pvc_as_ivc: true }, query: { optimize_streaming_latency: 3 } };
    const events = await all(engine.synthesize(request({ language: "de-AT", previousText: "Before.", engineOptions }), never()));
    expect(events[0]).toMatchObject({ type: "start", format, requestId: "fake-0" });
    expect(events.at(-1)).toEqual({ type: "usage", characters: sentence.length });
    expect(fake.requests[0]).toMatchObject({ endpoint: "stream", voice: "JBFqnCBsd6RMkjVDRZzb", text: sentence });
    expect(fake.requests[0]?.parameters).toEqual({
      output_format: "pcm_24000",
      enable_logging: "true",
      optimize_streaming_latency: "3",
      model_id: "eleven_flash_v2_5",
      language_code: "de",
      voice_settings: { stability: 0.4, similarity_boost: 0.7, use_speaker_boost: true, speed: 1.1 },
      pronunciation_dictionary_locators: [{ pronunciation_dictionary_id: "dictionary", version_id: "2" }],
      seed: 7,
      previous_text: "Before.",
      apply_text_normalization: "off",
      use_pvc_as_ivc: true,
    });
  });

  it("ask for timestamps only where marks are wanted, and name no language to a model that refuses one", async () => {
    const { fake, engine } = await setUp({}, { model: "eleven_multilingual_v2" });
    await all(engine.synthesize(request({ marks: ["character"], language: "de" }), never()));
    expect(fake.requests[0]).toMatchObject({ endpoint: "stream/with-timestamps" });
    expect(fake.requests[0]?.parameters).not.toHaveProperty("language_code");
  });

  it("choose the nearest format, and those of higher tiers only where the account has them", async () => {
    const { fake, engine } = await setUp();
    const [start] = await all(engine.synthesize(request({ format: { ...format, sampleRate: 44_100 } }), never()));
    expect(start).toMatchObject({ format: { encoding: "pcm-s16le", sampleRate: 24_000 } });
    const [telephony] = await all(engine.synthesize(request({ format: { encoding: "mulaw", sampleRate: 8000, channels: 1 } }), never()));
    expect(telephony).toMatchObject({ format: { encoding: "mulaw", sampleRate: 8000 } });
    expect(createElevenLabsEngine({ tier: "pro" }).capabilities.formats.map(({ sampleRate }) => sampleRate)).toContain(44_100);
    expect(engine.capabilities.formats.map(({ sampleRate }) => sampleRate)).not.toContain(44_100);
    expect(createElevenLabsEngine({ outputFormat: "mp3_44100_128" }).capabilities.formats).toEqual([{ encoding: "mp3", sampleRate: 44_100, channels: 1, bitrate: 128_000 }]);
    expect(fake.requests.map(({ parameters }) => parameters["output_format"])).toEqual(["pcm_24000", "ulaw_8000"]);
  });

  it("speak huge texts, and refuse longer ones than the model takes", async () => {
    const { engine } = await setUp({ msPerCharacter: 5, realTimeFactor: 0 });
    const events = await all(engine.synthesize(request({ text: `${sentence} `.repeat(500).trim(), marks: ["word"] }), never()));
    expect(wordsOf(events)).toHaveLength(500 * 9);
    await expect(all(engine.synthesize(request({ text: "a".repeat(40_001) }), never()))).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
  });
});

describe("voices and credentials", () => {
  it("lists every page of voices, in our words, once", async () => {
    const voices = Array.from({ length: 230 }, (_, index) => ({ voice_id: `voice-${index}`, name: `Voice ${index}`, category: "premade" as const, labels: index === 0 ? {} : { language: "en", gender: "female" } }));
    const { fake, engine } = await setUp({ voices });
    const found = await engine.voices(never());
    expect(found).toHaveLength(230);
    expect(found[0]).toMatchObject({ id: "voice-0", name: "Voice 0", engine: "elevenlabs", languages: ["und"], gender: "unknown" });
    expect(found[1]).toMatchObject({ languages: ["en"], gender: "female" });
    await engine.voices(never());
    expect(fake.calls.filter((call) => call === "GET /v2/voices")).toHaveLength(3);
  });

  it("tells a failing list of voices by its code, and asks again next time", async () => {
    const { engine } = await setUp({ key: "another" });
    await expect(engine.voices(never())).rejects.toMatchObject({ code: "AUTHENTICATION" });
    await expect(engine.voices(never())).rejects.toMatchObject({ code: "AUTHENTICATION" });
  });

  it("reports valid, invalid, missing and unreachable credentials", async () => {
    vi.stubEnv("ELEVENLABS_API_KEY", "");
    const { fake, engine } = await setUp({ key: "el-canary-key" });
    expect(await engine.checkCredentials(never())).toMatchObject({ status: "valid" });
    const report = async (options: ElevenLabsOptions): Promise<unknown> => createElevenLabsEngine({ baseURL: fake.url, ...options }).checkCredentials(never());
    expect(await report({ apiKey: "wrong" })).toMatchObject({ status: "invalid" });
    expect(await report({})).toMatchObject({ status: "missing", missing: ["apiKey (ELEVENLABS_API_KEY)"] });
    expect(await report({ apiKey: "any", baseURL: "http://127.0.0.1:9" })).toMatchObject({ status: "unreachable" });
    vi.stubEnv("ELEVENLABS_API_KEY", "el-canary-key");
    // A key of the environment is the provider's: no other address gets it.
    expect(await report({})).toMatchObject({ status: "missing" });
    expect(fake.calls.length).toBeGreaterThan(0);
  });

  it("shows the key nowhere", async () => {
    const { fake, engine } = await setUp({ key: "another" });
    const errors = await Promise.all([engine.voices(never()), all(engine.synthesize(request(), never())), open(engine).then(async (session) => {
      const reading = all(session.events);
      await session.write(sentence).then(() => session.end()).catch(() => undefined);
      return reading;
    })].map(async (work) => (work as Promise<unknown>).then(() => undefined, (error: unknown) => error)));
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    const shown = [engine, createElevenLabsEngine({ apiKey: "el-canary-key", baseURL: fake.url }), ...errors].map((value) => `${inspect(value, { depth: 10, showHidden: true })}${JSON.stringify(value)}`).join("\n");
    expect(shown).not.toContain("canary");
    expect(shown).not.toContain("quick");
  });
});

describe("sessions over contexts", () => {
  it("send each word as it comes, and flush once a segment is whole", async () => {
    const { fake, engine } = await setUp();
    const session = await open(engine);
    const reading = all(session.events);
    await session.write("The ");
    await until(() => fake.requests[0]?.text === "The ");
    await session.write("quick bro");
    await until(() => fake.requests[0]?.text === "The quick ");
    await session.write("wn fox.");
    await session.flush();
    await session.end();
    const events = await reading;
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({ text: "The quick brown fox.", flushes: 1, state: "finished", endpoint: "multi-stream-input" });
    expect(events.at(-1)).toEqual({ type: "flushed", through: 20 });
    expect(bytesOf(events)).toBe(fake.requests[0]?.audioBytes);
    await session.close();
  });

  it("place marks and flushes of several segments in the turn", async () => {
    const { fake, engine } = await setUp({ raggedSeed: 3 });
    const session = await open(engine, { marks: ["word", "character"] });
    const reading = all(session.events);
    const parts = ["One two three. ", " Four five", " six! ", "\n", "Seven."];
    for (const part of parts) await session.write(part).then(() => session.flush());
    await session.end();
    const events = await reading;
    const text = parts.join("");
    expect(events.flatMap((event) => (event.type === "flushed" ? [event.through] : []))).toEqual([15, 25, 31, 32, 38]);
    const words = wordsOf(events);
    expect(words.map(({ value }) => value)).toEqual(["One", "two", "three", "Four", "five", "six", "Seven"]);
    for (const { value, textStart, textEnd } of words) expect(text.slice(textStart, textEnd)).toBe(value);
    expect(words.map(({ timeMs }) => timeMs)).toEqual([...words.map(({ timeMs }) => timeMs)].sort((one, other) => one - other));
    expect(words.at(-1)?.timeMs).toBeGreaterThan((fake.requests.slice(0, 3).reduce((sum, { audioBytes }) => sum + audioBytes, 0) / 48) - 100);
    expect(bytesOf(events)).toBe(fake.requests.reduce((sum, { audioBytes }) => sum + audioBytes, 0));
    await session.close();
  });

  it("write ahead while a segment is spoken, and let the service speak one at a time", async () => {
    const { fake, engine } = await setUp({ realTimeFactor: 0.05, maxConcurrentRequests: 1 });
    const session = await open(engine);
    const reading = all(session.events);
    for (const part of ["One two three. ", "Four five six. ", "Seven eight nine. "]) await session.write(part).then(() => session.flush());
    await until(() => fake.requests.length === 3);
    expect(fake.requests[0]?.state).toBe("active");
    await session.end();
    const events = await reading;
    expect(events.filter(({ type }) => type === "flushed")).toHaveLength(3);
    await session.close();
  });

  it("speak several turns on one connection, also after one was canceled", async () => {
    const { fake, engine } = await setUp({ closeContext: "cut" , realTimeFactor: 0.05, flushDone: true });
    const session = await open(engine);
    const first: SessionEvent[] = [];
    const reading = all(session.events, first);
    await session.write(`${sentence} ${sentence} ${sentence} ${sentence} `);
    await until(() => first.some(({ type }) => type === "audio"));
    await session.cancel();
    await reading;
    await until(() => fake.requests[0]?.state === "called-off");
    const second = session.nextTurn?.();
    if (second === undefined) throw new Error("There is no second turn.");
    const again = all(second);
    await session.write("Hello ");
    const [front] = [fake.requests[0]];
    expect(front?.state).toBe("called-off");
    await until(() => fake.requests.length === 2);
    await session.cancel();
    await again;
    await session.close();
    expect(fake.connections).toBe(1);
  });

  it("give the connection back, also after an abort, and take it for the next session", async () => {
    const { fake, engine } = await setUp({ closeContext: "cut" });
    await engine.warmUp(never());
    for (let round = 0; round < 3; round += 1) {
      const controller = new AbortController();
      const session = await open(engine, {}, controller.signal);
      const reading = all(session.events).catch((error: unknown) => error);
      await session.write(`${sentence} `);
      await until(() => fake.requests.length === round + 1);
      controller.abort();
      expect(await reading).toMatchObject({ code: "ABORTED" });
      await until(() => fake.requests[round]?.state === "called-off");
      await session.close();
      await pause(20);
    }
    expect(fake.connections).toBe(1);
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("keep a context alive while its writer thinks", async () => {
    const { fake, engine } = await setUp({ inactivityTimeoutMs: 150 }, { keepAliveMs: 40 });
    const session = await open(engine);
    const reading = all(session.events);
    await session.write("Well, ");
    await pause(400);
    await session.write("here I am.");
    await session.end();
    expect(bytesOf(await reading)).toBeGreaterThan(0);
    expect(fake.requests[0]?.keepAlives).toBeGreaterThan(3);
    expect(fake.requests[0]?.state).toBe("finished");
    await session.close();
  });

  it("fail with TRUNCATED where the service ends a context by itself", async () => {
    const { engine } = await setUp({ inactivityTimeoutMs: 60 });
    const session = await open(engine);
    const reading = all(session.events);
    await session.write("Well, ");
    await expect(reading).rejects.toMatchObject({ code: "TRUNCATED" });
    await expect(session.write("too late")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await session.close();
  });

  it("carry the key in the first message where headers cannot", async () => {
    const { fake, engine } = await setUp({ key: "el-canary-key" }, { WebSocket: WebSocket as unknown as typeof globalThis.WebSocket });
    const session = await open(engine);
    const reading = all(session.events);
    await session.write(sentence);
    await session.end();
    expect(bytesOf(await reading)).toBe(fake.requests[0]?.audioBytes);
    await session.close();
  });

  it("replace a pooled connection that has died meanwhile", async () => {
    const { fake, engine } = await setUp({ inactivityTimeoutMs: 80 });
    await engine.warmUp(never());
    await pause(150);
    const session = await open(engine);
    const reading = all(session.events);
    await session.write(sentence);
    await session.end();
    expect(bytesOf(await reading)).toBe(fake.requests.at(-1)?.audioBytes);
    await session.close();
  });

  it("cut a text that is too long for one context at a sentence, without telling", async () => {
    const { fake, engine } = await setUp({ msPerCharacter: 2 });
    const session = await open(engine, { marks: ["word"] });
    const reading = all(session.events);
    const text = `${sentence} `.repeat(200);
    await session.write(text);
    await session.end();
    const events = await reading;
    expect(fake.requests.length).toBeGreaterThan(2);
    expect(fake.requests.map((one) => one.text).join("") === text).toBe(true);
    for (const one of fake.requests) expect(one.text.trimEnd().endsWith(".")).toBe(true);
    expect(events.filter(({ type }) => type === "flushed")).toEqual([{ type: "flushed", through: text.length }]);
    expect(wordsOf(events)).toHaveLength(200 * 9);
    await session.close();
  });
});

describe("sessions over stream-input sockets", () => {
  it("speak each segment over a connection of its own, words as they come", async () => {
    const { fake, engine } = await setUp({ realTimeFactor: 0.02 }, { transport: "socket" });
    const session = await open(engine, { marks: ["word"] });
    const reading = all(session.events);
    await session.write("One ");
    await until(() => fake.requests[0]?.text === "One ");
    await session.write("two. ");
    await session.flush();
    await session.write("Three ");
    await until(() => fake.requests.length === 2);
    await session.write("four. ");
    await session.flush();
    await session.end();
    const events = await reading;
    expect(fake.requests.map(({ endpoint, state, text }) => [endpoint, state, text.trim()])).toEqual([["stream-input", "finished", "One two."], ["stream-input", "finished", "Three four."]]);
    expect(events.flatMap((event) => (event.type === "flushed" ? [event.through] : []))).toEqual([9, 21]);
    expect(wordsOf(events).map(({ value }) => value)).toEqual(["One", "two", "Three", "four"]);
    await session.close();
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("close the connection when the turn is canceled, and speak another turn", async () => {
    const { fake, engine } = await setUp({ realTimeFactor: 1 }, { transport: "socket" });
    const session = await open(engine);
    const first: SessionEvent[] = [];
    const reading = all(session.events, first);
    await session.write(`${sentence} ${sentence} `);
    await until(() => first.some(({ type }) => type === "audio"));
    await session.cancel();
    await reading;
    await until(() => fake.requests[0]?.state === "called-off");
    const next = all(session.nextTurn?.() ?? session.events);
    await session.write("Yes.");
    await session.end();
    expect(bytesOf(await next)).toBeGreaterThan(0);
    await session.close();
  });
});
