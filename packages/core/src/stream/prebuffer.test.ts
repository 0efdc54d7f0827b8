import { TTSError, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, type FakeClock, type PacedSink } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { StreamReport } from "./stream-report.ts";

const RATE = 8000;
const TEXT = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.";

/** An engine whose pieces of 100 ms come after the times told, from the request on. */
function createUnevenEngine(clock: () => FakeClock, arrivalMs: (piece: number) => number): Engine {
  const format = { encoding: "pcm-f32le", sampleRate: RATE, channels: 1 } as const;
  return {
    contract: "parlando/1",
    id: "uneven",
    capabilities: { input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: { concurrency: 1 }, prosody: [], runsIn: ["node"], cancelCost: "billed", cost: { startMs: 100, perCharacterMs: 5 }, deterministic: true },
    async *synthesize(_request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
      const beganMs = clock().now();
      yield { type: "start", format };
      for (let piece = 0; piece < 40; piece += 1) {
        const leftMs = beganMs + arrivalMs(piece) - clock().now();
        if (leftMs > 0) await clock().sleep(leftMs, signal);
        if (signal.aborted) throw new TTSError("ABORTED", "Called off.");
        yield { type: "pcm", samples: new Float32Array(RATE / 10).fill(0.1) };
      }
    },
    close: async () => undefined,
  };
}

interface Spoken {
  readonly report: StreamReport;
  readonly sink: PacedSink;
}

async function speak(clock: FakeClock, engine: Engine, options: StreamOptions = {}, text = TEXT): Promise<Spoken> {
  const sink = createPacedSink({ clock });
  const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency: "smoothest", ...options });
  void stream.feed(text);
  stream.done();
  return { report: await clock.runUntil(stream.waitUntilDone()), sink };
}

/** Real-time factor 0.5, but the sixth piece comes 700 ms late. */
const stumbling = (piece: number): number => 100 + piece * 50 + (piece >= 5 ? 700 : 0);

describe("audio ahead before playing begins", () => {
  it("is none for an engine that is fast and steady, in its first stream and later", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.5 });
    for (let round = 0; round < 3; round += 1) {
      const { report } = await speak(clock, engine);
      expect(report.firstAudioMs).toBeLessThan(140);
      expect(report.underruns).toBe(0);
    }
  });

  it("is learned for an engine whose audio comes late: the next stream begins later, and has no gap", async () => {
    const clock = createFakeClock();
    const engine = createUnevenEngine(() => clock, stumbling);
    const first = await speak(clock, engine);
    expect(first.report.firstAudioMs).toBeLessThan(120);
    expect(first.sink.underruns).toBeGreaterThan(0);
    const second = await speak(clock, engine);
    expect(second.sink.underruns).toBe(0);
    expect(second.report).toMatchObject({ underruns: 0, underrunMs: 0 });
    expect(second.report.firstAudioMs).toBeGreaterThan(first.report.firstAudioMs ?? Infinity);
  });

  it("is not asked of who takes audio faster than it is heard", async () => {
    const clock = createFakeClock();
    const engine = createUnevenEngine(() => clock, stumbling);
    for (let round = 0; round < 2; round += 1) await speak(clock, engine);
    const begun = clock.now();
    let firstAtMs: number | undefined;
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency: "smoothest", onChunk: () => void (firstAtMs ??= clock.now() - begun) });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(firstAtMs).toBeLessThan(120);
  });

  it.each<[number, number, number]>([
    [0, 90, 160],
    [400, 250, 320],
    [5_000, 500, 1_400],
  ])("is what the app asks for, for every taker: %d ms", async (prebufferMs, least, most) => {
    const clock = createFakeClock();
    const engine = createUnevenEngine(() => clock, (piece) => 100 + piece * 50);
    let firstAtMs: number | undefined;
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency: "smoothest", prebufferMs, onChunk: () => void (firstAtMs ??= clock.now()) });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(firstAtMs).toBeGreaterThanOrEqual(least);
    // More than the mark allows cannot come ahead, so it is not waited for.
    expect(firstAtMs).toBeLessThanOrEqual(most);
  });

  it("ends when no more is being made: one short word is not held back", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.5 });
    const { report } = await speak(clock, engine, { prebufferMs: 1_000 }, "Yes.");
    expect(report.firstAudioMs).toBeLessThan(700);
  });

  it("grows after each gap, so that a slow engine does not stutter with every block", async () => {
    const clock = createFakeClock();
    const slow = (piece: number): number => 100 + piece * 115;
    const { sink, report } = await speak(clock, createUnevenEngine(() => clock, slow));
    expect(sink.underruns).toBeLessThanOrEqual(6);
    expect(report.underruns).toBe(sink.underruns);
    const stuttering = await speak(clock, createUnevenEngine(() => clock, slow), { prebufferMs: 0 });
    expect(stuttering.sink.underruns).toBeGreaterThan(30);
  });

  it("refuses what is no time", () => {
    const clock = createFakeClock();
    const context = { engines: [{ engine: createScriptedEngine({ clock }) }], clock };
    for (const prebufferMs of [-1, Number.NaN, "soon" as never]) {
      expect(() => createSpeechStream(context, { prebufferMs })).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining('or "auto"') }));
    }
  });
});

describe("underruns", () => {
  it("are counted as the sink has them, once for each time it ran dry, and timed", async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const clock = createFakeClock();
      // Gaps of very different lengths, at places that depend on the seed.
      const arrival = (piece: number): number => 100 + piece * 40 + Math.floor((piece + seed) / 9) * (700 + 60 * seed);
      const { sink, report } = await speak(clock, createUnevenEngine(() => clock, arrival), { prebufferMs: 0 });
      expect(sink.underruns).toBeGreaterThan(0);
      expect(report.underruns).toBe(sink.underruns);
      expect(report.underrunMs).toBeCloseTo(sink.underrunMs, 0);
    }
  });

  it("are none over pauses, and none for a sink that says it has heard what was only written", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.5 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    void stream.feed(TEXT);
    stream.done();
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(430);
      await stream.pause();
      await clock.advance(900);
      await stream.resume();
    }
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ underruns: 0, underrunMs: 0 });

    let written = 0;
    const eager = { write: async (chunk: { samples: Float32Array }) => void (written += chunk.samples.length), playedFrames: () => written, pause: async () => undefined, resume: async () => undefined, clear: async () => written, end: async () => undefined, close: async () => undefined };
    const other = createSpeechStream({ engines: [{ engine }], clock }, { sink: eager });
    void other.feed(TEXT);
    other.done();
    expect(await clock.runUntil(other.waitUntilDone())).toMatchObject({ underruns: 0 });
  });
});
