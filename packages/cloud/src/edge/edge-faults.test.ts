import { decodeWords, expectedWords } from "@parlando/testkit";
import { edgeVendorFaults, type FakeEdgeOptions, type FakeFault } from "@parlando/testkit/fakes";
import { describe, expect, it } from "vitest";
import { open, read, stream, until } from "./edge-engine.test-helper.ts";
import type { EdgeOptions } from "./edge-options.ts";

const quick: EdgeOptions = { connectMs: 2_000, firstByteMs: 1_500, idleMs: 300 };
const always = (fault: FakeFault): Partial<FakeEdgeOptions> => ({ msPerCharacter: 50, fault: () => fault });
const once = (fault: FakeFault): Partial<FakeEdgeOptions> => ({ msPerCharacter: 50, fault: (_, index) => (index === 0 ? fault : undefined) });
const vendor = (name: string, afterBytes?: number): FakeFault => ({ kind: "vendor", name, afterBytes });

/** The code that each fault ends with; "ends": as if all were well. */
const table: readonly (readonly [name: string, fault: FakeFault, code: string])[] = [
  ["cut inside a frame", { kind: "cut", afterBytes: 5_001 }, "CONNECTION"],
  ["reset", { kind: "reset", afterBytes: 5_001 }, "SERVICE"],
  ["clean early end", { kind: "early-end", afterBytes: 5_040 }, "TRUNCATED"],
  ["stall after audio", { kind: "stall", afterBytes: 5_001 }, "TIMEOUT"],
  ["no answer", { kind: "no-answer" }, "TIMEOUT"],
  ["429", { kind: "status", status: 429 }, "RATE_LIMITED"],
  ["500", { kind: "status", status: 500 }, "SERVICE"],
  ["401", { kind: "status", status: 401 }, "AUTHENTICATION"],
  ["403 that is not about the clock", { kind: "status", status: 403 }, "PERMISSION"],
  ["JSON in a 200", { kind: "wrong-body", content: "json" }, "PROTOCOL"],
  ["HTML in a 200", { kind: "wrong-body", content: "html" }, "PROTOCOL"],
  ["a turn without audio", { kind: "empty" }, "NO_AUDIO"],
  ["a message that cannot be read", { kind: "malformed", afterBytes: 5_001 }, "PROTOCOL"],
  ["no end marker", { kind: "no-end-marker" }, "TIMEOUT"],
  ["dropped before any audio", vendor("drop"), "CONNECTION"],
  ["dropped amid the audio", vendor("drop", 5_001), "CONNECTION"],
  ["1007 for a voice", vendor("unsupported-voice"), "VOICE_NOT_FOUND"],
  ["1007 for too many requests", vendor("throttled"), "RATE_LIMITED"],
  ["4429", vendor("concurrent-limit"), "CONCURRENCY_LIMIT"],
  ["1013", vendor("resource-exhausted", 5_001), "SERVICE"],
  ["an end inside a frame", vendor("early-turn-end", 5_001), "TRUNCATED"],
  ["an end before any audio", vendor("early-turn-end"), "NO_AUDIO"],
  ["a binary message that cannot be read", vendor("bad-frame", 5_001), "PROTOCOL"],
];

let soundAudio: Uint8Array | undefined;

/** What the same text sounds like where nothing goes wrong. */
async function sound(): Promise<Uint8Array> {
  if (soundAudio !== undefined) return soundAudio;
  const { engine } = await open({ msPerCharacter: 50 });
  soundAudio = (await read(engine)).audio;
  return soundAudio;
}

describe("the edge engine with faults", () => {
  it.each(table)("%s", async (_, fault, code) => {
    const whole = await sound();
    const { fake, engine } = await open(always(fault), quick);
    const { audio, error } = await read(engine);
    expect(error?.code).toBe(code);
    expect(error?.engine).toBe("edge");
    // What was delivered is the beginning of the audio, and nothing else.
    expect(Buffer.compare(audio, whole.subarray(0, audio.length))).toBe(0);
    expect(error?.message ?? "").not.toMatch(/w\d/i);
    await until(() => fake.openConnections === 0);
  });

  it("one byte at a time: whole all the same, and called off within its time", async () => {
    // No time is measured here: on a busy machine a byte may take its time.
    const { engine } = await open({ ...always({ kind: "drip", everyMs: 1 }), msPerCharacter: 8 }, { ...quick, firstByteMs: 20_000, idleMs: 20_000 });
    expect((await read(engine)).error).toBeUndefined();
    const { fake, engine: slow } = await open(always({ kind: "drip", everyMs: 200 }), quick);
    const { error, audio } = await read(slow, {}, AbortSignal.timeout(700));
    expect(error?.code).toBe("ABORTED");
    expect(audio.length).toBeLessThan(6);
    await until(() => fake.openConnections === 0);
  });

  it.each(["no-response", "unknown-path", "unknown-metadata", "unknown-request", "unknown-stream"])("goes on over %s", async (name) => {
    expect(Object.keys(edgeVendorFaults)).toContain(name);
    const { engine: sound } = await open();
    const whole = await read(sound);
    const { engine } = await open({ fault: () => vendor(name, 1_001) }, quick);
    const { audio, marks, error } = await read(engine);
    expect(error).toBeUndefined();
    expect(Buffer.compare(audio, whole.audio)).toBe(0);
    expect(marks).toEqual(whole.marks);
  });
});

const recoverable = table.filter(([, , code]) => !["AUTHENTICATION", "PERMISSION", "VOICE_NOT_FOUND"].includes(code));

// Without full stops: a word lasts as long as its mark says, and nothing that is heard lies behind it.
const plain = "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11";

/** The words in their order. One that was under way when its audio broke off, and is begun again, counts once; of one that had hardly begun nothing can be read. */
function heard(samples: Float32Array): (number | undefined)[] {
  const ids = decodeWords(samples, 24_000).map(({ id }) => id);
  return ids.filter((id, index) => id !== undefined && id !== ids[index - 1]);
}

describe("the edge engine with faults, under core", () => {
  it.each(recoverable)("%s, once: every word is spoken, and in order", async (_, fault) => {
    const { fake, engine } = await open(once(fault), quick);
    const { samples, error } = await stream(engine, plain);
    expect(error).toBeUndefined();
    expect(heard(samples)).toEqual(expectedWords(plain));
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it.each(table.filter(([name]) => ["cut inside a frame", "429", "a turn without audio", "no end marker", "401"].includes(name)))("%s, always: a typed error, or every word for all that", async (_, fault, code) => {
    const { fake, engine } = await open(always(fault), quick);
    const { samples, error } = await stream(engine, plain);
    // Where each try brings some words, core goes on behind them until all are spoken.
    if (error === undefined) expect(heard(samples)).toEqual(expectedWords(plain));
    else expect(error.code).toBe(code);
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("a header amid the audio, and an end between two frames, give an error or a warning", async () => {
    for (const fault of [vendor("header-in-audio", 0), vendor("early-turn-end", 1_440)]) {
      const { engine } = await open(always(fault), quick);
      const { error, warnings } = await stream(engine, "A sentence that is long enough to show that most of its audio is missing, once it is cut off after so little time.");
      expect([error?.code, ...warnings].filter((code) => code !== undefined), JSON.stringify(fault)).not.toEqual([]);
    }
  });
});
