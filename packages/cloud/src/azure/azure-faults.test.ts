import { TTSError } from "@parlando/engine";
import { assertSpoken, numberedText } from "@parlando/testkit";
import { createFakeAzure, type FakeAzureOptions, type FakeFault, type FakeServer } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it } from "vitest";
import type { AzureEngine, AzureOptions } from "./index.ts";
import { engineFor, readAll, requestFor, samplesOf, speak } from "./reading.test-helper.ts";

const text = numberedText({ words: 12, sentenceWords: 4, first: 700 });
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(fault: FakeFault | FakeAzureOptions["fault"], options: AzureOptions = {}, fakeOptions: FakeAzureOptions = {}): Promise<{ fake: FakeServer; engine: AzureEngine }> {
  const choose = typeof fault === "function" ? fault : (): FakeFault | undefined => fault;
  const fake = await createFakeAzure({ key: "k", ...fakeOptions, fault: choose });
  open.push(() => fake.close());
  const engine = engineFor(fake, options);
  open.push(() => engine.close());
  return { fake, engine };
}

function once(fault: FakeFault): (request: unknown, index: number) => FakeFault | undefined {
  return (_, index) => (index === 0 ? fault : undefined);
}

function codeOf(error: unknown): string {
  return TTSError.isInstance(error) ? error.code : `untyped: ${String(error)}`;
}

/** Everything gone: connections of the fake, at once after `close`. */
async function expectNothingLeft(fake: FakeServer, engine: AzureEngine): Promise<void> {
  await engine.close();
  await expect.poll(() => fake.openConnections, { timeout: 2_000 }).toBe(0);
}

const cases: readonly (readonly [string, FakeFault, string])[] = [
  ["cut inside a chunk", { kind: "cut", afterBytes: 5001 }, "CONNECTION"],
  ["reset", { kind: "reset", afterBytes: 5001 }, "SERVICE"],
  ["clean early end", { kind: "early-end", afterBytes: 5001 }, "TRUNCATED"],
  ["clean early end before anything", { kind: "early-end", afterBytes: 0 }, "TRUNCATED"],
  ["stall after audio", { kind: "stall", afterBytes: 5001 }, "TIMEOUT"],
  ["one byte every 200 ms", { kind: "drip", everyMs: 200 }, "TIMEOUT"],
  ["no answer", { kind: "no-answer" }, "TIMEOUT"],
  ["429", { kind: "status", status: 429 }, "RATE_LIMITED"],
  ["500", { kind: "status", status: 500 }, "SERVICE"],
  ["401", { kind: "status", status: 401 }, "AUTHENTICATION"],
  ["403", { kind: "status", status: 403 }, "PERMISSION"],
  ["JSON in a 200", { kind: "wrong-body", content: "json" }, "PROTOCOL"],
  ["HTML in a 200", { kind: "wrong-body", content: "html" }, "PROTOCOL"],
  ["empty", { kind: "empty" }, "NO_AUDIO"],
  ["malformed event", { kind: "malformed", afterBytes: 5001 }, "TIMEOUT"],
  ["end marker missing", { kind: "no-end-marker" }, "TIMEOUT"],
  ["unsupported voice", { kind: "vendor", name: "unsupported-voice" }, "VOICE_NOT_FOUND"],
  ["throttled", { kind: "vendor", name: "throttled" }, "RATE_LIMITED"],
  ["too many at once", { kind: "vendor", name: "concurrent-limit" }, "CONCURRENCY_LIMIT"],
  ["no capacity", { kind: "vendor", name: "resource-exhausted" }, "SERVICE"],
  ["dropped", { kind: "vendor", name: "drop", afterBytes: 5001 }, "CONNECTION"],
  ["no message that names the stream", { kind: "vendor", name: "no-response" }, "TIMEOUT"],
];

describe("faults of Azure", () => {
  it.each(cases)("%s: typed, in time, and nothing left", async (_, fault, code) => {
    const { fake, engine } = await start(fault, {}, { blockMs: 20 });
    const reading = await speak(engine, text, { marks: ["word"] });
    expect(codeOf(reading.error)).toBe(code);
    expect(JSON.stringify([(reading.error as Error).message, (reading.error as Error).cause])).not.toMatch(/w70\d|Ocp-Apim/u);
    await expectNothingLeft(fake, engine);
  });

  it("knocks once at a door that stays shut", async () => {
    const { fake, engine } = await start({ kind: "status", status: 401 });
    await speak(engine, text);
    await engine.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(fake.requests).toHaveLength(1);
  });

  it("delivers what came before a fault", async () => {
    for (const fault of [{ kind: "cut", afterBytes: 20_001 }, { kind: "stall", afterBytes: 20_001 }, { kind: "no-end-marker" }] as const) {
      const { engine } = await start(fault, {}, { blockMs: 20, realTimeFactor: 0.05 });
      const { audio } = await speak(engine, text);
      expect(audio.length).toBeGreaterThan(15_000);
    }
  });

  it("is retryable where another try can help", async () => {
    const told = async (fault: FakeFault): Promise<boolean> => ((await speak((await start(fault)).engine, text)).error as TTSError).retryable;
    expect(await told({ kind: "status", status: 429 })).toBe(true);
    expect(await told({ kind: "status", status: 500 })).toBe(true);
    expect(await told({ kind: "vendor", name: "throttled" })).toBe(true);
    expect(await told({ kind: "status", status: 401 })).toBe(false);
    expect(await told({ kind: "vendor", name: "unsupported-voice" })).toBe(false);
  });

  it.each<FakeFault>([
    { kind: "status", status: 429 },
    { kind: "status", status: 500 },
    { kind: "stall", afterBytes: 5001 },
    { kind: "early-end", afterBytes: 5001 },
    { kind: "malformed", afterBytes: 5001 },
    { kind: "no-answer" },
    { kind: "cut", afterBytes: 5001 },
  ])("speaks well after %j once, over another connection", async (fault) => {
    const { engine } = await start(once(fault));
    expect((await speak(engine, text)).error).toBeDefined();
    const { audio, error } = await speak(engine, text);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });

  it.each(["unknown-path", "unknown-metadata", "unknown-request", "unknown-stream", "bad-frame"])("passes over %s", async (name) => {
    const { engine } = await start({ kind: "vendor", name, afterBytes: 5001 });
    const { audio, error } = await speak(engine, text);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });

  it("does not hear what comes late of a turn that was called off: it has another connection", async () => {
    const { engine } = await start(once({ kind: "vendor", name: "late-messages" }), {}, { realTimeFactor: 0.2 });
    const controller = new AbortController();
    const first = await readAll(engine.synthesize(requestFor(text), controller.signal), ({ type }) => void (type === "audio" && controller.abort()));
    expect(codeOf(first.error)).toBe("ABORTED");
    const { audio, error } = await speak(engine, text);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });

  it("opens a new connection where one that waited was closed meanwhile", async () => {
    const { fake, engine } = await start(undefined);
    await speak(engine, "w1 w2");
    const port = fake.port;
    await fake.close();
    const again = await createFakeAzure({ key: "k", port });
    open.push(() => again.close());
    // The news of a close needs a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { audio, error } = await speak(engine, text);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });

  it("tells that nothing listens", async () => {
    const { fake, engine } = await start(undefined);
    await fake.close();
    const { error } = await speak(engine, text);
    expect(error).toMatchObject({ code: "CONNECTION", message: expect.stringContaining("ECONNREFUSED") as string });
  });

  it("never lets a voice list fail untyped", async () => {
    const { engine } = await start(undefined, { key: "wrong" });
    await expect(engine.voices(new AbortController().signal)).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(await engine.checkCredentials(new AbortController().signal)).toMatchObject({ status: "invalid" });
  });
});

describe("faults of Azure in text that comes in pieces", () => {
  it.each(cases.filter(([, { kind }]) => kind !== "drip"))("%s", async (_, fault, code) => {
    const { fake, engine } = await start(fault, { textStreaming: true }, { blockMs: 20 });
    const { text: _text, ...request } = requestFor("");
    const session = await engine.openSession?.(request, new AbortController().signal);
    if (session === undefined) throw new TypeError("no session");
    const reading = readAll(session.events);
    await session.write(text.slice(0, 20)).catch(() => {});
    await session.write(text.slice(20)).catch(() => {});
    await session.end().catch(() => {});
    expect(codeOf((await reading).error)).toBe(code);
    await session.close();
    await expectNothingLeft(fake, engine);
  });
});
