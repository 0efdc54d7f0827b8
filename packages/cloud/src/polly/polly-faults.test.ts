import { assertSpoken } from "@parlando/testkit";
import type { FakeFault, FakePollyOptions } from "@parlando/testkit/fakes";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import type { PollyOptions } from "./polly-options.ts";
import { canaries, open, read, readAll, requestOf, samplesOf, stream, text, until, type Reading } from "./polly-engine.test-helper.ts";

const quick: PollyOptions = { firstByteMs: 250, idleMs: 150 };
const always = (fault: FakeFault): Pick<FakePollyOptions, "fault"> => ({ fault: () => fault });
const once = (fault: FakeFault): Pick<FakePollyOptions, "fault"> => ({ fault: (_, index) => (index === 0 ? fault : undefined) });

/** The code that a fault ends with, in a request and in a session. "ends": as if all were well, which the wire cannot tell. */
const table: readonly (readonly [name: string, fault: FakeFault, request: string, session: string])[] = [
  ["cut inside a chunk", { kind: "cut", afterBytes: 5_001 }, "CONNECTION|TRUNCATED", "TRUNCATED|CONNECTION"],
  ["cut before any audio", { kind: "cut", afterBytes: 0 }, "CONNECTION|TRUNCATED", "TRUNCATED|CONNECTION"],
  ["hang-up", { kind: "vendor", name: "hang-up", afterBytes: 5_001 }, "CONNECTION|TRUNCATED", "TRUNCATED|CONNECTION"],
  ["reset", { kind: "reset", afterBytes: 5_000 }, "CONNECTION", "CONNECTION"],
  ["GOAWAY", { kind: "vendor", name: "goaway", afterBytes: 5_000 }, "CONNECTION", "CONNECTION"],
  ["garbage", { kind: "vendor", name: "garbage", afterBytes: 5_000 }, "TIMEOUT|CONNECTION", "TIMEOUT|CONNECTION"],
  ["clean early end inside a sample", { kind: "early-end", afterBytes: 5_001 }, "TRUNCATED", "TRUNCATED"],
  ["clean early end between samples", { kind: "early-end", afterBytes: 5_000 }, "ends", "TRUNCATED"],
  ["stall", { kind: "stall", afterBytes: 5_001 }, "TIMEOUT", "TIMEOUT"],
  ["drip", { kind: "drip", everyMs: 200 }, "TIMEOUT", "TIMEOUT"],
  ["no answer", { kind: "no-answer" }, "TIMEOUT", "TIMEOUT"],
  ["429", { kind: "status", status: 429 }, "RATE_LIMITED", "RATE_LIMITED"],
  ["throttling", { kind: "vendor", name: "ThrottlingException" }, "RATE_LIMITED", "RATE_LIMITED"],
  ["quota", { kind: "vendor", name: "ServiceQuotaExceededException" }, "QUOTA_EXCEEDED|TIMEOUT", "QUOTA_EXCEEDED|TIMEOUT"],
  ["500", { kind: "status", status: 500 }, "SERVICE", "SERVICE"],
  ["503 with HTML", { kind: "status", status: 503, headers: { "content-type": "text/html" }, body: "<html>busy</html>" }, "SERVICE", "SERVICE"],
  ["401", { kind: "status", status: 401 }, "AUTHENTICATION", "AUTHENTICATION"],
  ["403", { kind: "status", status: 403 }, "PERMISSION", "PERMISSION"],
  ["JSON in a 200", { kind: "wrong-body", content: "json" }, "PROTOCOL|SERVICE", "PROTOCOL|TRUNCATED"],
  ["HTML in a 200", { kind: "wrong-body", content: "html" }, "PROTOCOL", "PROTOCOL|TRUNCATED"],
  ["an error event in a 200", { kind: "wrong-body", content: "sse-error" }, "PROTOCOL|SERVICE", "PROTOCOL|TRUNCATED"],
  ["empty 200", { kind: "empty" }, "NO_AUDIO", "NO_AUDIO"],
  ["malformed", { kind: "malformed", afterBytes: 5_000 }, "CONNECTION", "PROTOCOL"],
  ["no end marker", { kind: "no-end-marker" }, "TIMEOUT", "TIMEOUT"],
];

async function converse(options: FakePollyOptions, more: PollyOptions = {}): Promise<Reading> {
  const { engine } = await open(options, { engine: "generative", voice: "Ruth", ...more });
  const session = await engine.openSession?.(requestOf(engine), new AbortController().signal);
  if (session === undefined) expect.unreachable("no session");
  const reading = readAll(session.events);
  await session.write(text).catch(() => {});
  await session.end().catch(() => {});
  const result = await reading;
  await session.close();
  return result;
}

describe("the polly engine with faults", () => {
  it.each(table)("%s", async (_, fault, request) => {
    const { engine: whole } = await open();
    const all = (await read(whole)).audio;
    const { fake, engine } = await open(always(fault), quick);
    const { audio, error } = await read(engine);
    expect(request.split("|")).toContain(error?.code ?? "ends");
    // What was delivered is the beginning of the audio, and nothing else.
    expect(Buffer.compare(audio, all.subarray(0, audio.length))).toBe(0);
    expect(error?.message ?? "").not.toMatch(canaries);
    expect(fake.requests.length).toBe(1);
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it.each(table)("%s, in a session", async (_, fault, __, session) => {
    const { audio, error } = await converse(always(fault), quick);
    expect(session.split("|")).toContain(error?.code ?? "ends");
    expect(error?.message ?? "").not.toMatch(canaries);
    assertBeginning(audio);
  });

  it("speaks on over the rest of a connection that is drained, and over a new one", async () => {
    const { fake, engine } = await open(once({ kind: "vendor", name: "goaway-no-error", afterBytes: 5_000 }), { clientConfig: { requestHandler: { disableConcurrentStreams: false } } });
    for (const { audio, error } of [await read(engine), await read(engine)]) {
      expect(error).toBeUndefined();
      assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
    }
    expect(fake.connections).toBe(2);
  });

  it.each([
    ["AWS's default handler, whose streams end as if all were well", () => ({ disableConcurrentStreams: true })],
    ["HTTP/1.1", () => new NodeHttpHandler()],
  ] as const)("knows a broken connection over %s", async (_, requestHandler) => {
    for (const fault of [{ kind: "cut", afterBytes: 5_000 }, { kind: "vendor", name: "hang-up", afterBytes: 5_000 }] as const) {
      const { fake, engine } = await open(once(fault), { clientConfig: { requestHandler: requestHandler() } });
      expect(["TRUNCATED", "CONNECTION"]).toContain((await read(engine)).error?.code);
      const { audio, error } = await read(engine);
      expect(error).toBeUndefined();
      assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
      await engine.close();
      await until(() => fake.openConnections === 0);
    }
  });

  it("takes another connection after one that answered nothing", async () => {
    const { fake, engine } = await open(once({ kind: "no-answer" }), quick);
    expect((await read(engine)).error?.code).toBe("TIMEOUT");
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(2);
  });

  it.each([
    ["ValidationException", "INVALID_INPUT"],
    ["TextLengthExceededException", "TEXT_TOO_LONG"],
    ["InvalidSsmlException", "INVALID_INPUT"],
    ["LanguageNotSupportedException", "UNSUPPORTED"],
    ["UnrecognizedClientException", "AUTHENTICATION"],
    ["AccessDeniedException", "PERMISSION"],
    ["input-stream-timeout", "TIMEOUT"],
  ])("tells %s as %s", async (name, code) => {
    const { error } = await read((await open(always({ kind: "vendor", name }))).engine);
    expect(error).toMatchObject({ code, engine: "polly", requestId: expect.stringMatching(/^[\w-]{36}$/) });
  });
});

function assertBeginning(audio: Uint8Array): void {
  const samples = samplesOf(audio);
  expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
}

describe("marks of the polly engine with faults", () => {
  const ofMarks = (fault: FakeFault): Pick<FakePollyOptions, "fault"> => ({ fault: ({ parameters }) => (parameters["OutputFormat"] === "json" ? fault : undefined) });
  it.each<[string, FakeFault]>([
    ["cut", { kind: "cut", afterBytes: 150 }],
    ["reset", { kind: "reset", afterBytes: 150 }],
    ["stall", { kind: "stall", afterBytes: 150 }],
    ["no answer", { kind: "no-answer" }],
    ["500", { kind: "status", status: 500 }],
    ["throttling", { kind: "vendor", name: "ThrottlingException" }],
    ["JSON in a 200", { kind: "wrong-body", content: "json" }],
    ["HTML in a 200", { kind: "wrong-body", content: "html" }],
    ["malformed", { kind: "malformed", afterBytes: 150 }],
    ["an early end inside a line", { kind: "early-end", afterBytes: 150 }],
  ])("%s: a warning, and the audio is whole or its error is typed", async (name, fault) => {
    const { engine } = await open(ofMarks(fault), quick);
    const { events, audio, error } = await read(engine, { marks: ["word"] });
    // A connection that is cut takes the audio that shares it along.
    if (name === "cut" && error !== undefined) return expect(["CONNECTION", "TRUNCATED"]).toContain(error.code);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
    expect(events).toContainEqual({ type: "warning", code: "MARKS_MISSING", message: expect.not.stringMatching(canaries) });
  });

  it("that come from another rendering are kept inside the audio, with a warning", async () => {
    const { engine } = await open(ofMarks({ kind: "vendor", name: "marks-drift" }));
    const { events, audio } = await read(engine, { marks: ["word"] });
    const durationMs = audio.length / 32;
    for (const event of events) if (event.type === "mark") expect(event.mark.timeMs).toBeLessThanOrEqual(durationMs);
  });
});

describe("core over the polly engine with faults", () => {
  const cured: readonly (readonly [string, FakeFault])[] = [
    ["429", { kind: "status", status: 429 }],
    ["500", { kind: "status", status: 500 }],
    ["a reset before the audio", { kind: "reset", afterBytes: 0 }],
    ["a cut before the audio", { kind: "cut", afterBytes: 0 }],
    ["no answer", { kind: "no-answer" }],
  ];
  it.each(cured)("recovers exactly from %s", async (_, fault) => {
    const { engine } = await open({ ...once(fault), encoding: "tones" }, quick);
    // One segment: a cut takes all requests of the shared connection along, also in the middle of a word of another segment.
    const { samples, error } = await stream(engine, "W0 w1 w2 w3.");
    expect(error).toBeUndefined();
    assertSpoken(samples, 16_000, "W0 w1 w2 w3.");
  });

  it("recovers exactly in a session", async () => {
    for (const fault of [{ kind: "status", status: 500 }, { kind: "early-end", afterBytes: 0 }] as const) {
      const { engine } = await open({ ...once(fault), encoding: "tones" }, { ...quick, engine: "generative", voice: "Ruth" });
      const { samples, error } = await stream(engine, "W0 w1 w2 w3.");
      expect(error).toBeUndefined();
      assertSpoken(samples, 16_000, "W0 w1 w2 w3.");
    }
  });

  it("warns of an early end that the wire does not tell, or makes it good", async () => {
    const { engine } = await open({ ...always({ kind: "early-end", afterBytes: 4_000 }), encoding: "tones" }, quick);
    const { error, warnings } = await stream(engine);
    expect(error !== undefined || warnings.length > 0).toBe(true);
  });

  it.each([[429, "RATE_LIMITED"], [500, "SERVICE"], [401, "AUTHENTICATION"]] as const)("fails with %i that stays", async (status, code) => {
    const { fake, engine } = await open(always({ kind: "status", status, headers: { "retry-after-ms": "5" } }));
    const { error } = await stream(engine);
    expect(error?.code).toBe(code);
    const tries = fake.requests.filter((request) => request.parameters["OutputFormat"] === "pcm" && request.text.includes("w1"));
    expect(tries.length).toBe(code === "AUTHENTICATION" ? 1 : 3);
  });
});
