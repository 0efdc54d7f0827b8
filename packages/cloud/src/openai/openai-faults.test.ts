import { assertSpoken } from "@parlando/testkit";
import { openAIVendorFaults, type FakeFault, type FakeOpenAIOptions } from "@parlando/testkit/fakes";
import { describe, expect, it } from "vitest";
import { open, read, requestOf, samplesOf, stream, text, until } from "./openai-engine.test-helper.ts";
import type { OpenAIOptions } from "./openai-options.ts";

const quick: OpenAIOptions = { firstByteMs: 200, idleMs: 150 };
const wav = { encoding: "wav", sampleRate: 24_000, channels: 1 } as const;
const always = (fault: FakeFault): Pick<FakeOpenAIOptions, "fault"> => ({ fault: () => fault });
const once = (fault: FakeFault): Pick<FakeOpenAIOptions, "fault"> => ({ fault: (_, index) => (index === 0 ? fault : undefined) });

/** The code that a fault ends with, as bytes and as events. "ends": as if all were well, which the wire cannot tell. */
const table: readonly (readonly [name: string, fault: FakeFault, bytes: string, events: string])[] = [
  ["cut inside a chunk", { kind: "cut", afterBytes: 5_001 }, "TRUNCATED|CONNECTION", "TRUNCATED|CONNECTION"],
  ["cut before any audio", { kind: "cut", afterBytes: 0 }, "TRUNCATED|CONNECTION", "TRUNCATED|CONNECTION"],
  ["reset", { kind: "reset", afterBytes: 5_000 }, "CONNECTION|TRUNCATED", "CONNECTION|TRUNCATED"],
  ["clean early end inside a sample", { kind: "early-end", afterBytes: 5_001 }, "TRUNCATED", "TRUNCATED"],
  ["clean early end between samples", { kind: "early-end", afterBytes: 5_000 }, "ends", "TRUNCATED"],
  ["stall", { kind: "stall", afterBytes: 5_001 }, "TIMEOUT", "TIMEOUT"],
  ["drip", { kind: "drip", everyMs: 200 }, "TIMEOUT", "TIMEOUT"],
  ["no answer", { kind: "no-answer" }, "TIMEOUT", "TIMEOUT"],
  ["429", { kind: "status", status: 429 }, "RATE_LIMITED", "RATE_LIMITED"],
  ["500", { kind: "status", status: 500 }, "SERVICE", "SERVICE"],
  ["401", { kind: "status", status: 401 }, "AUTHENTICATION", "AUTHENTICATION"],
  ["JSON in a 200", { kind: "wrong-body", content: "json" }, "SERVICE", "SERVICE"],
  ["HTML in a 200", { kind: "wrong-body", content: "html" }, "PROTOCOL", "PROTOCOL"],
  ["an error event in a 200", { kind: "wrong-body", content: "sse-error" }, "SERVICE", "SERVICE"],
  ["empty 200", { kind: "empty" }, "NO_AUDIO", "NO_AUDIO"],
  ["malformed", { kind: "malformed", afterBytes: 5_000 }, "TRUNCATED|PROTOCOL", "PROTOCOL"],
  ["no end marker", { kind: "no-end-marker" }, "TIMEOUT", "TIMEOUT"],
];

for (const streamFormat of ["audio", "sse"] as const) {
  describe(`the openai engine with faults, as ${streamFormat}`, () => {
    it.each(table)("%s", async (_, fault, bytes, events) => {
      const { engine: whole } = await open();
      const all = (await read(whole)).audio;
      const { fake, engine } = await open(always(fault), { ...quick, streamFormat });
      const { audio, error } = await read(engine);
      expect((streamFormat === "sse" ? events : bytes).split("|")).toContain(error?.code ?? "ends");
      // What was delivered is the beginning of the audio, and nothing else.
      expect(Buffer.compare(audio, all.subarray(0, audio.length))).toBe(0);
      expect(error?.message ?? "").not.toMatch(/w\d|sk-test/i);
      await engine.close();
      await until(() => fake.openConnections === 0);
    });
  });
}

describe("the openai engine at ends that lie", () => {
  it.each(["chunked", "content-length", "until-close"] as const)("knows a broken connection where the end is told by %s", async (transfer) => {
    for (const kind of ["cut", "reset"] as const) {
      const { engine } = await open({ ...always({ kind, afterBytes: 5_000 }), transfer }, quick);
      const { error } = await read(engine);
      expect(["TRUNCATED", "CONNECTION"]).toContain(error?.code);
      expect(error?.retryable).toBe(true);
    }
  });

  it("knows a body that is shorter than its length, and a WAV that is shorter than its header tells", async () => {
    const fault = always({ kind: "early-end", afterBytes: 5_000 });
    const { engine } = await open({ ...fault, transfer: "content-length" });
    expect((await read(engine)).error?.code).toBe("TRUNCATED");
    for (const transfer of ["chunked", "until-close"] as const) {
      const { engine: other } = await open({ ...fault, transfer });
      expect((await read(other, { format: wav })).error).toMatchObject({ code: "TRUNCATED", message: expect.stringContaining("after 5044 of ") });
    }
  });

  it("takes events without their last one for cut off, unless it is told that the end of the body will do", async () => {
    const fault = always({ kind: "vendor", name: "no-done-event" });
    const { engine } = await open(fault, { streamFormat: "sse" });
    expect((await read(engine)).error).toMatchObject({ code: "TRUNCATED", message: expect.stringContaining("sseEnd") });
    const { engine: lenient } = await open(fault, { streamFormat: "sse", sseEnd: "eof" });
    const { error, audio } = await read(lenient);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });
});

/** Faults after which every sample must be right all the same. */
const harmless = Object.keys(openAIVendorFaults).filter((name) => /^wav-|content-type|^ignores|done-token-usage/.test(name));

describe("the openai engine with servers that differ", () => {
  it.each(harmless)("%s", async (name) => {
    const streamFormats = ["ignores-stream-format", "done-token-usage"].includes(name) ? ["sse" as const] : (["audio", "sse"] as const);
    for (const streamFormat of streamFormats) {
      for (const raggedSeed of [undefined, 3]) {
        const { engine } = await open({ ...always({ kind: "vendor", name }), raggedSeed, encoding: "tones" }, { streamFormat, formats: [name.startsWith("wav-") ? "wav" : "pcm"] });
        const { samples, error } = await stream(engine);
        expect(error).toBeUndefined();
        assertSpoken(samples, 24_000, text);
      }
    }
  });

  it("announces what really comes", async () => {
    const { engine } = await open(always({ kind: "vendor", name: "ignores-response-format" }));
    expect((await read(engine)).events.slice(0, 2)).toMatchObject([{ type: "start", format: { encoding: "wav", sampleRate: 24_000 } }, { type: "warning", code: "FORMAT_DIFFERS" }]);
    expect((await read(engine, { format: wav })).events.slice(0, 2)).toMatchObject([{ type: "start", format: { encoding: "pcm-s16le" } }, { type: "warning", code: "FORMAT_DIFFERS" }]);
    const { engine: mp3 } = await open(always({ kind: "vendor", name: "mp3-instead" }));
    expect((await read(mp3)).events.slice(0, 2)).toMatchObject([{ type: "start", format: { encoding: "mp3" } }, { type: "warning", code: "FORMAT_DIFFERS" }]);
  });

  it("believes the rate of a WAV", async () => {
    const { engine } = await open(always({ kind: "vendor", name: "other-sample-rate" }));
    expect((await read(engine, { format: wav })).events[0]).toMatchObject({ type: "start", format: { sampleRate: 16_000 } });
  });

  it("tells errors among the audio, with what came before", async () => {
    const { engine } = await open(always({ kind: "vendor", name: "error-event", afterBytes: 4_800 }), { streamFormat: "sse" });
    const { error, audio } = await read(engine);
    expect([error?.code, audio.length, error?.message.includes("coroutine")]).toEqual(["SERVICE", 4_800, false]);
    const { engine: json } = await open(always({ kind: "vendor", name: "json-as-audio" }));
    expect((await read(json)).error).toMatchObject({ code: "SERVICE", retryable: true });
  });

  it("tells quota from rate, and how long to wait", async () => {
    const errorOf = async (name: string): Promise<unknown> => (await read((await open(always({ kind: "vendor", name }))).engine)).error;
    expect(await errorOf("insufficient-quota")).toMatchObject({ code: "QUOTA_EXCEEDED", retryable: false, requestId: expect.stringMatching(/^req_fake_/) });
    expect(await errorOf("rate-limit-seconds")).toMatchObject({ code: "RATE_LIMITED", retryable: true, retryAfterMs: 1_000 });
    expect(await errorOf("rate-limit-ms")).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 250 });
    const dated = (await errorOf("rate-limit-date")) as { retryAfterMs: number };
    expect(dated.retryAfterMs).toBeGreaterThan(0);
    expect(dated.retryAfterMs).toBeLessThanOrEqual(2_000);
  });
});

describe("core over the openai engine with faults", () => {
  const cured: readonly (readonly [string, FakeFault])[] = [
    ["429", { kind: "status", status: 429, headers: { "retry-after-ms": "20" } }],
    ["500", { kind: "status", status: 500, headers: { "retry-after-ms": "20" } }],
    ["a reset before the audio", { kind: "reset", afterBytes: 0 }],
    ["no answer", { kind: "no-answer" }],
    ["JSON in a 200", { kind: "wrong-body", content: "json" }],
  ];
  it.each(cured)("recovers exactly from %s", async (_, fault) => {
    const { engine } = await open({ ...once(fault), encoding: "tones" }, quick);
    const { samples, error } = await stream(engine);
    expect(error).toBeUndefined();
    assertSpoken(samples, 24_000, text);
  });

  it.each([[429, "RATE_LIMITED"], [500, "SERVICE"], [401, "AUTHENTICATION"]] as const)("fails with %i that stays", async (status, code) => {
    const { fake, engine } = await open(always({ kind: "status", status, headers: { "retry-after-ms": "5" } }));
    const { error } = await stream(engine);
    expect(error?.code).toBe(code);
    expect(fake.requests.length).toBe(code === "AUTHENTICATION" ? 1 : 3);
  });
});

describe("the openai engine called off", () => {
  it.each([0, 1, 2, 4])("ends with its signal at event %i, and the server sees it", async (stage) => {
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

  it("sends nothing when it is called off before", async () => {
    const { fake, engine } = await open();
    expect((await read(engine, {}, AbortSignal.abort())).error?.code).toBe("ABORTED");
    expect(fake.connections).toBe(0);
  });

  it("ends the request when its reader leaves, and when it is closed", async () => {
    const { fake, engine } = await open({ realTimeFactor: 1 });
    for await (const event of engine.synthesize(requestOf(engine), new AbortController().signal)) if (event.type === "audio") break;
    await until(() => fake.requests[0]?.state === "called-off");
    const reading = read(engine);
    await until(() => fake.requests.length === 2);
    await Promise.all([engine.close(), engine.close()]);
    expect((await reading).error?.code).toBe("ABORTED");
    await until(() => fake.openConnections === 0);
  });

  it("speaks two at once, and again over a kept connection", async () => {
    for (const streamFormat of ["audio", "sse"] as const) {
      const { fake, engine } = await open({}, { streamFormat });
      const [one, two] = await Promise.all([read(engine), read(engine)]);
      const again = await read(engine);
      for (const { audio, error } of [one, two, again]) {
        expect(error).toBeUndefined();
        assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
      }
      expect(fake.connections).toBe(2);
    }
  });
});
