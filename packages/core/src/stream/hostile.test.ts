import { TTSError, type Engine, type EngineSession, type SessionEvent } from "@parlando/engine";
import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText, type FakeClock, type PacedSink, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { Sink } from "../sinks/sink.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import { feedAll } from "./feed-all.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

const TEXT = numberedText({ words: 30, sentenceWords: 10 });

function open(options: StreamOptions = {}, script: ScriptedEngineOptions = {}): { clock: FakeClock; sink: PacedSink; stream: SpeechStream; engine: ReturnType<typeof createScriptedEngine> } {
  const clock = createFakeClock();
  const sink = createPacedSink({ clock });
  const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, ...script });
  return { clock, sink, engine, stream: createSpeechStream({ engines: [{ engine }], clock }, { sink, ...options }) };
}

describe("the real-time factor", () => {
  it("counts all audio that was made, also when little of it was handed out", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 0, realTimeFactor: 0.2 });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: "pull" });
    void stream.feed("One two three four five six seven eight. ".repeat(20));
    const iterator = stream[Symbol.asyncIterator]();
    await clock.runUntil(iterator.next());
    await clock.advance(2000);
    await clock.runUntil(stream.interrupt());
    const { realTimeFactor } = await stream.waitUntilDone();
    expect(realTimeFactor).toBeGreaterThan(0.15);
    expect(realTimeFactor).toBeLessThan(0.4);
  });
});

describe("who feeds is never made to wait for himself", () => {
  it.each<[string, string, StreamOptions]>([
    ["a long SSML document", `<speak>${numberedText({ words: 600 })}</speak>`, { ssml: true }],
    ["a sea of white space", `${" ".repeat(3000)}W1 w2.`, {}],
    ["a mark below a sentence", TEXT, { highWaterCharacters: 10 }],
    ["a mark below a sentence, whole sentences only", TEXT, { highWaterCharacters: 10, latency: "smoothest" }],
    ["one word that is too long", "x".repeat(3000), {}],
  ])("%s", async (_, text, options) => {
    const { clock, stream } = open({ ...options, highWaterMs: 5000 });
    const feeding = (async () => {
      for (let start = 0; start < text.length; start += 50) await stream.feed(text.slice(start, start + 50));
      stream.done();
    })();
    await clock.runUntil(feeding, { maxMs: 600_000 });
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 3_600_000 });
  });

  it("a stage that holds everything back", async () => {
    const { clock, stream } = open({ textStages: [() => ({ push: () => ({ text: "", sourceAt: () => 0 }), flush: () => ({ text: "W1 w2.", sourceAt: () => 0 }) })] });
    const feeding = (async () => {
      for (let piece = 0; piece < 100; piece += 1) await stream.feed("x".repeat(50));
      stream.done();
    })();
    await clock.runUntil(feeding, { maxMs: 60_000 });
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ segments: 1 });
  });
});

describe("marks of the buffer that leave little room", () => {
  it.each<StreamOptions>([{ lowWaterMs: 0 }, { highWaterMs: 20 }, { highWaterMs: 20, output: { chunkMs: 20 } }, { output: { chunkMs: 900 } }, { output: { chunkMs: 2000 } }, { lowWaterMs: 0, output: { chunkMs: 300 } }])("play to the end: %o", async (options) => {
    const { clock, stream, sink } = open(options);
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 120_000 });
    assertSpoken(sink.played(), 24_000, TEXT);
  });
});

describe("a taker that does what it likes", () => {
  it("may give the memory of a chunk away", async () => {
    let frames = 0;
    const { clock, stream } = open({
      sink: undefined,
      onChunk: (chunk) => {
        frames += chunk.samples.length;
        structuredClone(chunk.samples, { transfer: [chunk.samples.buffer] });
      },
    });
    void stream.feed(TEXT);
    stream.done();
    const { audioMs } = await clock.runUntil(stream.waitUntilDone());
    expect((frames / 24_000) * 1000).toBeCloseTo(audioMs, 6);
  });

  it.each(["interrupt", "close"] as const)("gets nothing after %s, even from a listener of the chunk", async (end) => {
    const { clock, stream, sink } = open();
    let seen = 0;
    stream.on("chunk", () => {
      seen += 1;
      if (seen === 3) void stream[end]();
    });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone().catch(() => undefined));
    await clock.advance(1000);
    expect(sink.chunks.length).toBe(2);
  });

  const broken = (): never => {
    throw new RangeError("defect of the sink");
  };
  it.each<[string, Partial<Sink>]>([
    ["a playhead that throws", { playedFrames: broken }],
    ["a playhead that is not a number", { playedFrames: () => Number.NaN }],
    ["a playhead far ahead", { playedFrames: () => 1e12 }],
    ["a playhead below zero", { playedFrames: () => -5 }],
    ["a clear that throws", { clear: broken }],
    ["a clear that tells nonsense", { clear: async () => Number.NaN }],
    ["a clear that never ends", { clear: () => new Promise(() => undefined) }],
    ["a close that throws", { close: broken }],
  ])("is interrupted all the same: %s", async (_, parts) => {
    const clock = createFakeClock();
    const paced = createPacedSink({ clock });
    const engine = createScriptedEngine({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: { ...paced, ...parts } });
    void stream.feed(TEXT);
    await clock.advance(1500);
    const interruption = await clock.runUntil(stream.interrupt({ playedFrame: Number.NaN }));
    expect(interruption.heardText + interruption.unheardText).toBe(TEXT);
    expect(interruption.heardMs).toBeGreaterThanOrEqual(0);
    expect(interruption.heardMs).toBeLessThan(20_000);
    expect(await stream.waitUntilDone()).toMatchObject({ interrupted: true });
  });

  it.each(["pause", "resume"] as const)("that cannot %s ends the stream with CONSUMER_FAILED", async (call) => {
    const clock = createFakeClock();
    const sink: Sink = { ...createPacedSink({ clock }), [call]: broken };
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink });
    void stream.feed(TEXT);
    await clock.advance(500);
    await expect(stream[call]()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
  });

  it("learns of a failure in front of audio that will never be reached", async () => {
    const { clock, stream } = open({ sink: "pull", latency: "smoothest" }, { limits: { concurrency: 3 }, fault: (request) => (request.text.startsWith("W0") ? { kind: "error", code: "TRUNCATED", retryable: false, afterMs: 400 } : undefined) });
    void stream.feed(TEXT);
    stream.done();
    const read = (async () => {
      for await (const _ of stream) await clock.sleep(30);
    })();
    await expect(clock.runUntil(read)).rejects.toMatchObject({ code: "TRUNCATED" });
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "TRUNCATED" });
  });

  it("is told of an opener that throws at once", async () => {
    const clock = createFakeClock();
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock, openSpeaker: broken });
    void stream.feed(TEXT);
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "NO_CONSUMER", cause: expect.any(RangeError) });
  });

  it("keeps its place when a format cannot be made", async () => {
    const { clock, stream } = open({ sink: "pull" });
    expect(() => stream.encoded({ encoding: "mp3" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    void stream.feed("W1 w2.");
    stream.done();
    expect(await clock.runUntil(stream[Symbol.asyncIterator]().next())).toMatchObject({ done: false });
    await stream.close();
  });

  it("is not blamed for the pause of the writer", async () => {
    const { clock, stream } = open({ onChunk: () => undefined, sink: undefined }, { startMs: 300 });
    void stream.feed("W1 w2 w3.");
    await clock.advance(10_000);
    void stream.feed(" W4 w5 w6.");
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ underruns: 0 });
  });
});

describe("a source that cannot be read", () => {
  it("ends the stream", async () => {
    const { stream } = open();
    const source = new ReadableStream<string>();
    source.getReader();
    await expect(feedAll(stream, source)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const other = open();
    await expect(feedAll(other.stream, 5 as unknown as string)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(other.stream.waitUntilDone()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("an engine that does what it likes", () => {
  function sessionEngine(clock: FakeClock, parts: Partial<EngineSession>): { engine: Engine; calls: string[] } {
    const calls: string[] = [];
    const { capabilities } = createScriptedEngine({ clock, input: ["incremental"] });
    const engine: Engine = {
      contract: "parlando/1",
      id: "sessions",
      capabilities,
      openSession: async () => ({
        events: speakSession(),
        write: async () => undefined,
        flush: async () => undefined,
        end: async () => undefined,
        cancel: async () => void calls.push("cancel"),
        close: async () => void calls.push("close"),
        ...parts,
      }),
      close: async () => undefined,
    };
    return { engine, calls };
  }

  async function* speakSession(): AsyncGenerator<SessionEvent> {
    yield { type: "start", format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } };
    yield { type: "pcm", samples: new Float32Array(2400).fill(0.01) };
  }

  it("by refusing what a session is given fails with that", async () => {
    const clock = createFakeClock();
    const { engine, calls } = sessionEngine(clock, {
      events: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
      write: () => Promise.reject(new TTSError("CONNECTION", "The socket has gone.", { retryable: false })),
    });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { onChunk: () => undefined });
    void stream.feed("Hello.");
    stream.done();
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "CONNECTION" });
    expect(calls).toEqual(["cancel", "close"]);
  });

  it.each([() => Promise.reject(new RangeError("late")), () => new Promise<void>(() => undefined)])("by closing a session badly does not spoil what was spoken", async (close) => {
    const clock = createFakeClock();
    const { engine } = sessionEngine(clock, { close });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { onChunk: () => undefined });
    void stream.feed("Hello.");
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ audioMs: 100 });
  });

  it("by being deaf in a session is left when the stream is closed", async () => {
    const clock = createFakeClock();
    const { engine, calls } = sessionEngine(clock, { events: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { onChunk: () => undefined });
    void stream.feed("Hello.");
    stream.done();
    await clock.advance(100);
    await stream.close();
    await clock.advance(2000);
    expect(calls).toEqual(["cancel", "close"]);
  });

  it("by hanging is told to stop before another is asked", async () => {
    const clock = createFakeClock();
    const stopped: boolean[] = [];
    const { capabilities } = createScriptedEngine({ clock });
    const deaf: Engine = {
      contract: "parlando/1",
      id: "deaf",
      capabilities,
      synthesize: (_, signal) => {
        signal.addEventListener("abort", () => stopped.push(true));
        return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
      },
      close: async () => undefined,
    };
    const other = createScriptedEngine({ clock, id: "other" });
    const stream = createSpeechStream({ engines: [{ engine: deaf }, { engine: other }], clock }, { onChunk: () => undefined });
    void stream.feed("Hello.");
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone(), { maxMs: 600_000 })).toMatchObject({ engines: ["other"] });
    expect(stopped.length).toBeGreaterThan(0);
  });
});
