import type { AudioFormat, Capabilities, Engine, EngineEvent, SessionEvent } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, type FakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { StreamReport } from "./stream-report.ts";

const FORMAT: AudioFormat = { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 };
const TEXT = "Hello my good friend.";
const START: EngineEvent = { type: "start", format: FORMAT };
const MARK: EngineEvent = { type: "mark", mark: { kind: "viseme", timeMs: 0, textStart: 0, textEnd: 0, value: "x", source: "native" } };
const WARNING: EngineEvent = { type: "warning", code: "BUSY", message: "Still at it." };
const EMPTY: EngineEvent = { type: "pcm", samples: new Float32Array(0) };
const NO_BYTES: EngineEvent = { type: "audio", bytes: new Uint8Array(0) };

const sound = (ms: number): EngineEvent => ({ type: "pcm", samples: Float32Array.from({ length: ms * 24 }, (_, index) => 0.3 * Math.sin(index / 20)) });

type Script = (wait: (ms: number) => Promise<void>) => AsyncGenerator<EngineEvent>;

function waiter(clock: FakeClock, signal: AbortSignal): (ms: number) => Promise<void> {
  return async (ms) => {
    await clock.sleep(ms, signal);
    signal.throwIfAborted();
  };
}

function createEngine(clock: FakeClock, script: Script, declared: Partial<Capabilities> = {}): Engine {
  return {
    contract: "parlando/1",
    id: "quiet",
    capabilities: { ...createScriptedEngine({ clock }).capabilities, formats: [FORMAT], ...declared },
    synthesize: (_, signal) => script(waiter(clock, signal)),
    close: async () => undefined,
  };
}

/** An engine that takes text as it comes, and says the same whatever is written. */
function createSessionEngine(clock: FakeClock, script: (wait: (ms: number) => Promise<void>, flushed: Promise<void>) => AsyncGenerator<SessionEvent>, write = async (): Promise<void> => undefined): Engine {
  const { synthesize: _, ...engine } = createEngine(clock, async function* () {}, { input: ["incremental"] });
  return {
    ...engine,
    openSession: async (_request, signal) => {
      let flush = (): void => undefined;
      const flushed = new Promise<void>((resolve) => (flush = resolve));
      return { events: script(waiter(clock, signal), flushed), write, flush: async () => flush(), end: async () => flush(), cancel: async () => undefined, close: async () => undefined };
    },
  };
}

async function speak(clock: FakeClock, engine: Engine, { behind = [], ...options }: StreamOptions & { behind?: Engine[] } = {}): Promise<StreamReport & { tookMs: number }> {
  const stream = createSpeechStream({ engines: [engine, ...behind].map((each) => ({ engine: each })), clock }, { sink: createPacedSink({ clock }), latency: "smoothest", ...options });
  await stream.feed(TEXT);
  stream.done();
  const done = stream.waitUntilDone();
  done.catch(() => undefined);
  try {
    return { ...(await clock.runUntil(done, { maxMs: 400_000 })), tookMs: clock.now() };
  } finally {
    await clock.runUntil(stream.close(), { maxMs: 10_000 });
  }
}

const forever = (event: EngineEvent, everyMs: number): Script =>
  async function* (wait) {
    yield START;
    for (;;) {
      await wait(everyMs);
      yield event;
    }
  };

describe("an engine that sends events and no audio", () => {
  it.each([
    ["empty samples", EMPTY],
    ["empty bytes", NO_BYTES],
    ["warnings", WARNING],
    ["marks", MARK],
  ])("is given up when its first audio is due: %s", async (_, event) => {
    const clock = createFakeClock();
    const good = createScriptedEngine({ clock, id: "good", startMs: 20, realTimeFactor: 0.1 });
    const { failovers, tookMs } = await speak(clock, createEngine(clock, forever(event, 50)), { behind: [good], timeouts: { firstAudioMs: 2_000 } });
    expect(failovers).toMatchObject([{ from: "quiet", to: "good", code: "TIMEOUT" }]);
    // Two tries of it, with a pause of at most half a second between them.
    expect(tookMs).toBeLessThan(2 * 2_050 + 500 + 5_000);
  });

  it("and falls still after one is given up when its first audio is due", async () => {
    const clock = createFakeClock();
    const warned = createEngine(clock, async function* (wait) {
      yield START;
      await wait(1_900);
      yield WARNING;
      await wait(100_000);
    });
    const atMs: number[] = [];
    await expect(speak(clock, warned, { timeouts: { firstAudioMs: 2_000 }, onError: () => atMs.push(clock.now()) })).rejects.toMatchObject({ code: "TIMEOUT", message: expect.stringContaining("timeouts.firstAudioMs") as string });
    expect(atMs[0]).toBeLessThan(3 * 2_000 + 1_500 + 10);
  });

  it("has its whole time to the first audio, also where that begins with a few bytes", async () => {
    const clock = createFakeClock();
    const header = new Uint8Array(44);
    const slow = createEngine(clock, async function* (wait) {
      yield START;
      await wait(2_500);
      yield { type: "audio", bytes: header };
      await wait(900);
      yield { type: "audio", bytes: new Uint8Array(24_000 * 4) };
    });
    const { attempts } = await speak(clock, slow, { timeouts: { firstAudioMs: 3_000, betweenMs: 1_000 } });
    expect(attempts).toBe(1);
  });

  it("after its first audio gets the longer of both times, for marks that come ahead", async () => {
    const clock = createFakeClock();
    const markedFor = (ms: number): Engine =>
      createEngine(clock, async function* (wait) {
        yield START;
        yield sound(500);
        for (let waitedMs = 0; waitedMs < ms; waitedMs += 500) {
          await wait(500);
          yield MARK;
        }
        yield sound(500);
      });
    const timeouts = { firstAudioMs: 4_000, betweenMs: 1_000 };
    expect(await speak(clock, markedFor(3_500), { timeouts })).toMatchObject({ attempts: 1 });
    await expect(speak(clock, markedFor(Infinity), { timeouts })).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("is not late while it is held back", async () => {
    const clock = createFakeClock();
    const ahead = createEngine(clock, async function* (wait) {
      yield START;
      for (let index = 0; index < 40; index += 1) {
        await wait(10);
        yield WARNING;
        yield sound(500);
      }
    });
    const { attempts, tookMs } = await speak(clock, ahead, { timeouts: { firstAudioMs: 300, betweenMs: 300 }, highWaterMs: 1_000 });
    expect(tookMs).toBeGreaterThan(15_000);
    expect(attempts).toBe(1);
  });
});

describe("a session that sends events and no audio", () => {
  const timeouts = { firstAudioMs: 2_000, betweenMs: 1_000 };

  it.each([
    ["empty samples", EMPTY],
    ["warnings", WARNING],
    ["marks", MARK],
    ["what was spoken already", { type: "flushed", through: 0 }],
  ] as const)("is given up when the first audio of what was flushed is due: %s", async (_, event) => {
    const clock = createFakeClock();
    const engine = createSessionEngine(clock, async function* (wait) {
      yield START;
      for (;;) {
        await wait(50);
        yield event;
      }
    });
    const good = createScriptedEngine({ clock, id: "good", startMs: 20, realTimeFactor: 0.1 });
    const { failovers, tookMs } = await speak(clock, engine, { behind: [good], timeouts });
    expect(failovers).toMatchObject([{ code: "TIMEOUT" }]);
    expect(tookMs).toBeLessThan(2 * 2_050 + 500 + 5_000);
  });

  it("is given up where it takes no text either", async () => {
    const clock = createFakeClock();
    const engine = createSessionEngine(
      clock,
      async function* (wait) {
        for (;;) {
          await wait(50);
          yield WARNING;
        }
      },
      () => new Promise<void>(() => undefined),
    );
    await expect(speak(clock, engine, { timeouts })).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(clock.now()).toBeLessThan(15_000);
  });

  it("after its first audio is given up as a request is", async () => {
    const clock = createFakeClock();
    const engine = createSessionEngine(clock, async function* (wait) {
      yield START;
      yield sound(300);
      for (;;) {
        await wait(50);
        yield MARK;
      }
    });
    await expect(speak(clock, engine, { timeouts })).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(clock.now()).toBeLessThan(15_000);
  });
});

describe("samples of an engine without types", () => {
  const doubles = Float64Array.from({ length: 36_000 }, (_, index) => 0.3 * Math.sin(index / 20));
  const event = (samples: unknown): EngineEvent => ({ type: "pcm", samples: samples as Float32Array });

  it.each(["request", "session"])("are heard as the sound they are, or refused with a typed error: by a %s", async (kind) => {
    const say = async (samples: unknown): Promise<number> => {
      const clock = createFakeClock();
      const script = async function* (): AsyncGenerator<EngineEvent> {
        yield START;
        yield event(samples);
      };
      const sink = createPacedSink({ clock });
      const engine = kind === "request" ? createEngine(clock, script) : createSessionEngine(clock, async function* (_, flushed) {
        await flushed;
        yield* script();
      });
      await speak(clock, engine, { sink });
      return sink.played().reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    };
    expect(await say(doubles)).toBeCloseTo(0.3, 2);
    expect(await say(Int16Array.from(doubles, (sample) => sample * 32_768))).toBeCloseTo(0.3, 2);
    await expect(say([...doubles])).rejects.toMatchObject({ code: "BAD_AUDIO", engine: "quiet" });
  });
});
