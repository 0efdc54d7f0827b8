import { inspect } from "node:util";
import type { EngineSession } from "@parlando/engine";
import { assertSpoken, numberedText } from "@parlando/testkit";
import { createFakePolly, fakePollyVoices } from "@parlando/testkit/fakes";
import { describe, expect, it } from "vitest";
import { canaries, open, read, readAll, requestOf, samplesOf, stream, text, until } from "./polly-engine.test-helper.ts";
import { createPollyEngine, type PollyEngine } from "./polly-engine.ts";
import { loadPollySdk } from "./polly-sdk.ts";

const generative = { engine: "generative", voice: "Ruth" } as const;
const exact = { encoding: "exact" } as const;
const never = (): AbortSignal => new AbortController().signal;

async function sessionOf(engine: PollyEngine, signal: AbortSignal = never(), change: Parameters<typeof requestOf>[1] = {}): Promise<EngineSession> {
  const session = await engine.openSession?.(requestOf(engine, change), signal);
  if (session === undefined) expect.unreachable("no session");
  return session;
}

describe("the polly engine", () => {
  it("speaks, with marks from a request beside it, over connections that are kept", async () => {
    const { fake, engine } = await open();
    const { events, audio } = await read(engine, { marks: ["word", "sentence", "viseme"] });
    assertSpoken(samplesOf(audio), 16_000, text, exact);
    expect(events[0]).toMatchObject({ type: "start", format: { encoding: "pcm-s16le", sampleRate: 16_000 }, requestId: expect.any(String) });
    const words = events.flatMap((event) => (event.type === "mark" && event.mark.kind === "word" ? [event.mark] : []));
    expect(words.map(({ value }) => value)).toEqual(["W0", "w1", "w2", "w3", "W4", "w5", "w6", "w7"]);
    expect(words.every(({ value, textStart, textEnd }) => text.slice(textStart, textEnd) === value)).toBe(true);
    expect(events.at(-1)).toEqual({ type: "usage", characters: 2 * text.length, details: { audio: text.length, marks: text.length } });
    await read(engine);
    expect([fake.connections, fake.requests.length]).toEqual([2, 3]);
  });

  it.each([1, 2, 3])("loses nothing of bytes that come in ragged pieces (%i)", async (raggedSeed) => {
    const { engine } = await open({ raggedSeed });
    assertSpoken(samplesOf((await read(engine)).audio), 16_000, text, exact);
  });

  it("gives the nearest format that there is", async () => {
    const { engine } = await open();
    const formatOf = async (encoding: "pcm-s16le" | "pcm-f32le" | "mulaw", sampleRate: number): Promise<unknown> => (await read(engine, { format: { encoding, sampleRate, channels: 1 } })).events[0];
    expect(await formatOf("mulaw", 8_000)).toMatchObject({ format: { encoding: "mulaw", sampleRate: 8_000 } });
    expect(await formatOf("pcm-s16le", 8_000)).toMatchObject({ format: { encoding: "pcm-s16le", sampleRate: 8_000 } });
    expect(await formatOf("pcm-f32le", 24_000)).toMatchObject({ format: { encoding: "pcm-s16le", sampleRate: 16_000 } });
  });

  it("chooses voice and engine by the list, asked for once", async () => {
    const { fake, engine } = await open({}, { engine: undefined });
    await read(engine, { language: "fr-FR" });
    await read(engine, { voice: "hans" });
    await read(engine, { voice: "Aditi", language: "hi-IN" });
    await read(engine, { voice: "Ruth", engineOptions: { engine: "long-form" } });
    expect(fake.requests.map(({ voice, parameters }) => [voice, parameters["Engine"], parameters["LanguageCode"]])).toEqual([
      ["Lea", "neural", undefined],
      ["Hans", "standard", undefined],
      ["Aditi", "standard", "hi-IN"],
      ["Ruth", "long-form", undefined],
    ]);
    expect(fake.voiceRequests).toBe(4);
    expect((await read(engine, { voice: "Nobody" })).error?.code).toBe("VOICE_NOT_FOUND");
    expect((await read(engine, { voice: "Hans", engineOptions: { engine: "neural" } })).error?.code).toBe("UNSUPPORTED");
    expect(engine.capabilitiesOf("Hans").ssml).toContain("emphasis");
    expect(engine.capabilitiesOf("Joanna").ssml).not.toContain("emphasis");
  });

  it("speaks where the voices may not be listed, and tells of a voice that is none", async () => {
    const { fake, engine } = await open({ voicesFault: () => ({ kind: "status", status: 403 }) }, { engine: undefined });
    expect((await read(engine, { voice: "Amy" })).error).toBeUndefined();
    expect((await read(engine, { voice: "Nobody" })).error?.code).toBe("VOICE_NOT_FOUND");
    expect(fake.voiceRequests).toBe(1);
    expect(fake.requests[0]?.parameters["Engine"]).toBe("neural");
  });

  it("lists all pages of voices once, in the words of all engines", async () => {
    const { fake, engine } = await open({}, { engine: undefined });
    const [voices] = await Promise.all([engine.voices(never()), engine.voices(never())]);
    expect(voices.map(({ id }) => id)).toEqual(fakePollyVoices.map(({ Id }) => Id));
    expect(voices.find(({ id }) => id === "Kajal")).toMatchObject({ engine: "polly", gender: "female", languages: ["en-IN", "hi-IN"] });
    expect(fake.voiceRequests).toBe(4);
    await engine.warmUp(never());
    expect(fake.voiceRequests).toBe(4);
  });

  it.each([
    [{ kind: "status", status: 500 }, "SERVICE"],
    [{ kind: "no-answer" }, "TIMEOUT"],
    [{ kind: "cut", afterBytes: 0 }, "CONNECTION"],
    [{ kind: "stall", afterBytes: 0 }, "TIMEOUT"],
    [{ kind: "wrong-body", content: "html" }, "PROTOCOL"],
    [{ kind: "wrong-body", content: "json" }, "PROTOCOL"],
  ] as const)("fails to list voices with %o as %s, and lists them the next time", async (fault, code) => {
    const { engine } = await open({ voicesFault: (index) => (index === 0 ? fault : undefined) }, { firstByteMs: 200 });
    await expect(engine.voices(never())).rejects.toMatchObject({ code });
    expect((await engine.voices(never())).length).toBeGreaterThan(10);
  });

  it("writes rate and volume around the whole text, and keeps marks in the text of the request", async () => {
    const { fake, engine } = await open();
    const spoken = "Tom & w1 <b> “ü” 😀 w2.";
    const { events, error } = await read(engine, { text: spoken, rate: 1.5, volume: 0.5, pitch: 2, marks: ["word", "sentence"] });
    expect(error).toBeUndefined();
    expect(fake.requests[0]?.text).toBe('<speak><prosody rate="150%" volume="-6.02dB">Tom &amp; w1 &lt;b&gt; “ü” 😀 w2.</prosody></speak>');
    const words = events.flatMap((event) => (event.type === "mark" && event.mark.kind === "word" ? [spoken.slice(event.mark.textStart, event.mark.textEnd)] : []));
    expect(words).toEqual(expect.arrayContaining(["Tom", "w1", "w2"]));
    expect(events).toContainEqual(expect.objectContaining({ type: "warning", code: "OPTION_IGNORED" }));
  });

  it("refuses what is too long before it is sent", async () => {
    const { fake, engine } = await open({ msPerCharacter: 1 });
    expect((await read(engine, { text: numberedText({ words: 2_000 }) })).error).toMatchObject({ code: "TEXT_TOO_LONG" });
    expect(fake.requests.length).toBe(0);
    const { samples, error } = await stream(engine, numberedText({ words: 1_000 }), { highWaterMs: 600_000 });
    expect(error).toBeUndefined();
    expect(samples.length).toBeGreaterThan(16_000);
  });

  it("speaks many at once", async () => {
    const { fake, engine } = await open();
    for (const { audio } of await Promise.all(Array.from({ length: 50 }, () => read(engine, { marks: ["word"] })))) assertSpoken(samplesOf(audio), 16_000, text, exact);
    expect(fake.connections).toBeLessThanOrEqual(100);
  });

  it("is not held up by a slow reader beside it, and holds up the service for that one", async () => {
    const { fake, engine } = await open({ msPerCharacter: 400 });
    const long = numberedText({ words: 600 });
    const slow = engine.synthesize(requestOf(engine, { text: long }), never())[Symbol.asyncIterator]();
    await slow.next();
    await slow.next();
    expect((await read(engine)).error).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(fake.requests[0]?.audioBytes).toBeLessThan(5_000_000);
    expect(fake.requests[0]?.state).toBe("active");
    await slow.return?.();
  });
});

describe("the polly engine called off", () => {
  it.each([0, 1, 2, 4])("ends with its signal at event %i, and the service sees it", async (stage) => {
    const { fake, engine } = await open({ realTimeFactor: 1, firstAudioMs: stage === 0 ? 1_000 : 0 });
    const controller = new AbortController();
    const iterator = engine.synthesize(requestOf(engine), controller.signal)[Symbol.asyncIterator]();
    for (let event = 0; event < stage; event += 1) await iterator.next();
    const next = iterator.next();
    next.catch(() => {});
    await until(() => fake.requests.length === 1);
    controller.abort();
    await expect(next.then(() => iterator.next())).rejects.toMatchObject({ code: "ABORTED" });
    await until(() => fake.requests[0]?.state === "called-off");
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("sends nothing when it is called off before, and ends nothing after the end", async () => {
    const { fake, engine } = await open();
    expect((await read(engine, {}, AbortSignal.abort())).error?.code).toBe("ABORTED");
    expect(fake.connections).toBe(0);
    const controller = new AbortController();
    expect((await read(engine, {}, controller.signal)).error).toBeUndefined();
    controller.abort();
    expect((await read(engine)).error).toBeUndefined();
  });

  it("ends the request when its reader leaves, and when it is closed", async () => {
    const { fake, engine } = await open({ realTimeFactor: 1 });
    for await (const event of engine.synthesize(requestOf(engine), never())) if (event.type === "audio") break;
    await until(() => fake.requests[0]?.state === "called-off");
    const reading = read(engine);
    await until(() => fake.requests.length === 2);
    await Promise.all([engine.close(), engine.close()]);
    expect((await reading).error?.code).toBe("ABORTED");
    await until(() => fake.openConnections === 0);
  });
});

describe("sessions of the polly engine", () => {
  it("speak words before the sentence is written, and again after a flush", async () => {
    const { fake, engine } = await open({}, generative);
    const session = await sessionOf(engine);
    const seen: string[] = [];
    const reading = readAll(session.events, (event) => seen.push(event.type));
    await session.write("w1 w2 ");
    await until(() => seen.includes("audio"));
    expect(fake.requests[0]?.inputEvents.some(({ type }) => type === "CloseStreamEvent")).toBe(false);
    await session.write("w3. ");
    await session.flush();
    await session.write("w4 w5.");
    await session.end();
    const { events, audio, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 16_000, "w1 w2 w3. w4 w5.", exact);
    expect(events.flatMap((event) => (event.type === "flushed" ? [event.through] : []))).toEqual([10, 16]);
    await session.close();
    await until(() => fake.requests.every(({ state }) => state === "finished"));
  });

  it("make the next segment while one is heard, and no more than that", async () => {
    const { fake, engine } = await open({ msPerCharacter: 300 }, generative);
    const session = await sessionOf(engine);
    const iterator = session.events[Symbol.asyncIterator]();
    for (const words of ["w1 w2 w3 w4 w5 w6 ", "w7 w8 "]) {
      await session.write(words);
      await session.flush();
    }
    await until(() => fake.requests.length === 2);
    let isWritten = false;
    const third = session.write("w9 ").then(() => (isWritten = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([isWritten, fake.requests.length]).toEqual([false, 2]);
    for (let step = await iterator.next(); step.done !== true && step.value.type !== "flushed"; step = await iterator.next());
    await third;
    await session.close();
    await until(() => fake.requests.every(({ state }) => state !== "active"));
  });

  it("serve streams of core, with marks", async () => {
    const { fake, engine } = await open({ encoding: "tones", msPerCharacter: 40 }, generative);
    const long = numberedText({ words: 60 });
    const words: string[] = [];
    const { samples, error } = await stream(engine, long, { onMark: ({ kind, value }) => void (kind === "word" && words.push(value)) });
    expect(error).toBeUndefined();
    assertSpoken(samples, 16_000, long);
    expect(words.length).toBe(60);
    expect(fake.requests.some(({ operation }) => operation === "StartSpeechSynthesisStream")).toBe(true);
  });

  it("are kept alive while nothing is written", async () => {
    const { fake, engine } = await open({ inboundEventTimeoutMs: 150 }, { ...generative, keepAliveMs: 30 });
    const session = await sessionOf(engine);
    const reading = readAll(session.events);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await session.write("w1 ");
    await new Promise((resolve) => setTimeout(resolve, 400));
    await session.write("w2");
    await session.end();
    const { audio, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 16_000, "w1 w2", exact);
    expect(fake.requests.length).toBe(1);
    await session.close();
  });

  it("open another stream where the one opened ahead has died", async () => {
    const { engine } = await open({ inboundEventTimeoutMs: 60 }, { ...generative, keepAliveMs: 4_000 });
    const session = await sessionOf(engine);
    const reading = readAll(session.events);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await session.write("w1 w2");
    await session.end();
    const { audio, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 16_000, "w1 w2", exact);
    await session.close();
  });

  it("tell of a stream that stood still for too long while text was owed", async () => {
    const { engine } = await open({ inboundEventTimeoutMs: 60 }, { ...generative, keepAliveMs: 4_000 });
    const session = await sessionOf(engine);
    const reading = readAll(session.events);
    await session.write("w1 w2 ");
    expect((await reading).error).toMatchObject({ code: "TIMEOUT", retryable: true });
    await session.close();
  });

  it("write a segment whole where it is to sound otherwise", async () => {
    const { fake, engine } = await open({}, generative);
    const session = await sessionOf(engine, never(), { rate: 1.2 });
    const reading = readAll(session.events);
    await session.write("w1 & ");
    await session.write("w2");
    await session.end();
    expect((await reading).error).toBeUndefined();
    expect(fake.requests[0]?.text).toBe('<speak><prosody rate="120%">w1 &amp; w2</prosody></speak>');
    await session.close();
  });

  it("take long text in pieces that the service takes", async () => {
    const { fake, engine } = await open({ msPerCharacter: 1 }, generative);
    const long = numberedText({ words: 900 });
    const session = await sessionOf(engine);
    const reading = readAll(session.events);
    await session.write(long);
    await session.end();
    const { audio, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 16_000, long, exact);
    expect(Math.max(...(fake.requests[0]?.inputEvents.map((event) => event.text.length) ?? []))).toBeLessThanOrEqual(3_000);
    await session.close();
  });

  it.each(["cancel", "close", "abort"] as const)("end by %s, and the service sees it", async (how) => {
    const { fake, engine } = await open({ realTimeFactor: 1 }, generative);
    const controller = new AbortController();
    const session = await sessionOf(engine, controller.signal);
    const reading = readAll(session.events, (event) => {
      if (event.type !== "audio") return;
      if (how === "abort") controller.abort();
      else void session[how]();
    });
    await session.write(text);
    await session.flush();
    expect((await reading).error?.code).toBe(how === "cancel" ? undefined : "ABORTED");
    await until(() => fake.requests.every(({ state }) => state === "called-off"));
    await session.close();
    await session.close();
    await expect(session.write("w1")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("are there for the generative engine only, in plain text", async () => {
    expect((await open()).engine.openSession).toBeUndefined();
    const { engine } = await open({}, generative);
    await expect(engine.openSession?.(requestOf(engine, { ssml: true }), never())).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(engine.openSession?.(requestOf(engine, { engineOptions: { engine: "neural" } }), never())).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("credentials and options of the polly engine", () => {
  it("are reported as valid, invalid and unreachable", async () => {
    const statusOf = async (...options: Parameters<typeof open>): Promise<string> => (await (await open(...options)).engine.checkCredentials(never())).status;
    expect(await statusOf()).toBe("valid");
    expect(await statusOf({ key: "another" })).toBe("invalid");
    expect(await statusOf({ voicesFault: () => ({ kind: "vendor", name: "AccessDeniedException" }) })).toBe("valid");
    expect(await statusOf({ voicesFault: () => ({ kind: "no-answer" }) }, { firstByteMs: 100 })).toBe("unreachable");
    expect(await statusOf({}, { endpoint: "http://127.0.0.1:1" })).toBe("unreachable");
  });

  it("are reported as missing, by name", async () => {
    const engine = createPollyEngine({ region: "us-east-1", credentials: () => Promise.reject(Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" })) });
    expect(await engine.checkCredentials(never())).toMatchObject({ status: "missing", missing: [expect.stringContaining("AWS_ACCESS_KEY_ID")] });
    expect((await read(engine, { engineOptions: { engine: "neural" } })).error?.code).toBe("AUTHENTICATION");
    await engine.close();
  });

  it("never show in what is printed", async () => {
    const { fake, engine } = await open({ key: "another" });
    const { error } = await read(engine);
    const printed = [inspect(engine, { depth: 9, showHidden: true }), JSON.stringify(engine), inspect(error, { depth: 9 }), JSON.stringify(error)].join("\n");
    expect(printed).not.toMatch(canaries);
    expect(fake.requests.length).toBe(1);
    for (const options of [{ region: 5 }, { credentials: "canarysecret" }, { credentials: { accessKeyId: "AKIDEXAMPLE" } }, { endpoint: "canarysecret" }, { regoin: "eu" }, { keepAliveMs: 9_000 }]) {
      const make = (): PollyEngine => createPollyEngine(options as Parameters<typeof createPollyEngine>[0]);
      expect(make).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.not.stringMatching(canaries) }));
    }
  });

  it("are not written to, so that two engines can be given the same", async () => {
    const credentials = Object.freeze({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "canarysecret" });
    for (let round = 0; round < 2; round += 1) expect((await read((await open({}, { credentials })).engine)).error).toBeUndefined();
    expect(Object.keys(credentials)).toEqual(["accessKeyId", "secretAccessKey"]);
  });

  it("come from a function, and are asked for again when a connection is made anew", async () => {
    const fake = await createFakePolly({ key: "AKIDEXAMPLE" });
    const engine = createPollyEngine({ region: "us-east-1", endpoint: fake.url, engine: "neural", formats: ["pcm"], credentials: async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s" }) });
    expect((await read(engine)).error).toBeUndefined();
    await engine.close();
    await fake.close();
  });

  it("tells how to install AWS's client where it is missing", async () => {
    const missing = Object.assign(new Error("no such module"), { code: "ERR_MODULE_NOT_FOUND" });
    await expect(loadPollySdk(() => Promise.reject(missing))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("npm install @aws-sdk/client-polly") });
  });
});
