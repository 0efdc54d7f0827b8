import type { Engine, EngineEvent, SynthesisRequest } from "@parlando/engine";
import { assertSpoken, createBadSink, createFakeClock, createPacedSink, createRandom, createScriptedEngine, decodeWords, numberedText, sinkFaults, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createFrameSink } from "../sinks/frame-sink.ts";
import { createMemorySink } from "../sinks/memory-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

const TEXT = numberedText({ words: 40, sentenceWords: 9 });

interface Rig {
  readonly clock: FakeClock;
  readonly engine: ReturnType<typeof createScriptedEngine>;
  readonly stream: SpeechStream;
}

function open(clock: FakeClock, options: StreamOptions, script: ScriptedEngineOptions = {}): Rig {
  const engine = createScriptedEngine({ clock, startMs: 80, realTimeFactor: 0.3, ...script });
  const stream = createSpeechStream({ engines: [{ engine }], clock }, options);
  stream.waitUntilDone().catch(() => undefined);
  void stream.feed(TEXT);
  stream.done();
  return { clock, engine, stream };
}

describe("interrupt(), in process", () => {
  it("is silent at once, says which words were heard, and stops the engine", async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const clock = createFakeClock();
      const sink = createPacedSink({ clock });
      const { engine, stream } = open(clock, { sink });
      await clock.advance(createRandom(seed).integer(50, 6_000));
      const askedMs = clock.now();
      const interruption = await clock.runUntil(stream.interrupt());
      expect(clock.now() - askedMs).toBeLessThanOrEqual(20);
      const played = sink.played();
      await clock.advance(5_000);
      expect(sink.played().length).toBe(played.length);
      expect(engine.requests.every(({ state }) => state !== "active")).toBe(true);

      expect(interruption).toMatchObject({ basis: played.length === 0 ? "estimate" : "marks", playhead: "sink" });
      expect(interruption.heardText + interruption.unheardText).toBe(TEXT);
      expect(interruption.heardMs).toBeCloseTo((played.length * 1000) / 24_000, 3);
      // What is whole on the record was heard, and nothing that is not on it; the word that was cut may be either.
      const recorded = decodeWords(played, 24_000);
      const told = interruption.heardText.match(/\w+/gu)?.length ?? 0;
      expect(told).toBeGreaterThanOrEqual(recorded.filter(({ complete }) => complete).length);
      expect(told).toBeLessThanOrEqual(recorded.length);
    }
  });

  it("does not count a word as heard that is only begun, where the engine tells no lengths and makes it as it is played", async () => {
    for (const markOrder of ["before", "with"] as const) {
      for (let afterMs = 150; afterMs <= 450; afterMs += 50) {
        const clock = createFakeClock();
        const sink = createPacedSink({ clock });
        const scripted = createScriptedEngine({ clock, startMs: 80, realTimeFactor: 0.8, msPerCharacter: 60, markOrder });
        const engine: Engine = {
          ...scripted,
          async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
            for await (const event of scripted.synthesize?.(request, signal) ?? []) {
              if (event.type !== "mark") yield event;
              else {
                const { durationMs: _, ...mark } = event.mark;
                yield { type: "mark", mark };
              }
            }
          },
        };
        const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency: "smoothest" });
        void stream.feed("Extraordinarily nice weather today.");
        stream.done();
        await clock.advance(afterMs);
        // The first word takes 15 letters of 60 ms.
        const { heardText, heardMs, basis } = await clock.runUntil(stream.interrupt());
        expect([heardText, heardMs < 400, basis]).toEqual(["", true, heardMs === 0 ? "estimate" : "marks"]);
        await clock.runUntil(stream.close());
      }
    }
  });

  it.each<[string, (clock: FakeClock, taken: (frames?: number) => void) => StreamOptions]>([
    ["a callback", (_clock, taken) => ({ onChunk: () => taken() })],
    ["a callback that is slow", (clock, taken) => ({ onChunk: async (chunk) => (taken(), await clock.sleep(chunk.durationMs)) })],
    ["the iterator", () => ({ sink: "pull" })],
    ["a memory sink", (_clock, taken) => ({ sink: counting(createMemorySink(), taken) })],
    ["a paced sink", (clock, taken) => ({ sink: counting(createPacedSink({ clock }), taken) })],
    ["frames", (clock, taken) => ({ sink: createFrameSink({ clock, send: (_bytes, { frames }) => taken(frames) }) })],
    ["frames that are sent ahead and dropped", (clock, taken) => ({ sink: createFrameSink({ clock, leadMs: 100, drop: () => undefined, send: (_bytes, { frames }) => taken(frames) }) })],
  ])("hands nothing to %s once it was called, whatever the engine still does", async (_, takerOf) => {
    for (const fault of [undefined, { kind: "ignore-abort" }, { kind: "stall", afterMs: 300, deaf: true }] as const) {
      for (let seed = 1; seed <= 4; seed += 1) {
        const clock = createFakeClock();
        let frames = 0;
        let calls = 0;
        const taken = (more = 1): void => void ((calls += 1), (frames += more));
        const options = takerOf(clock, taken);
        const { stream } = open(clock, options, { fault });
        if (options.sink === "pull") void takeAll(stream, taken);
        await clock.advance(createRandom(seed).integer(170, 2_500));
        const before = frames;
        expect(before).toBeGreaterThan(0);
        const askedMs = clock.now();
        await clock.runUntil(stream.interrupt());
        expect(clock.now() - askedMs).toBeLessThanOrEqual(20);
        const callsUntilSilent = calls;
        await clock.advance(1_000);
        // A frame that lets a sound fade out has nothing of the stream in it, and comes before the promise resolves.
        expect(frames).toBe(before);
        expect(calls).toBe(callsUntilSilent);
      }
    }
  });

  it("hands out no chunk that was on its way when it was called", async () => {
    const clock = createFakeClock();
    let taken = 0;
    const { stream } = open(clock, { onChunk: () => void (taken += 1) });
    let interrupted: Promise<unknown> | undefined;
    // A watcher hears of the chunk before the taker has it.
    stream.on("chunk", () => {
      interrupted ??= stream.interrupt();
    });
    await clock.advance(1_000);
    await interrupted;
    expect(taken).toBe(0);
  });

  it.each(sinkFaults)("ends in bounded time with a sink that is bad: %s", async (fault) => {
    const clock = createFakeClock();
    const { stream } = open(clock, { sink: createBadSink(fault, { clock, after: 5 }) });
    await clock.advance(700);
    const interruption = await clock.runUntil(stream.interrupt());
    expect(clock.now()).toBeLessThanOrEqual(700 + 1_000);
    expect(interruption.heardText + interruption.unheardText).toBe(TEXT);
  });

  it("does not wait for a speaker that does not close", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock, openSpeaker: async () => createBadSink("close-hangs", { clock }) }, { sink: "speaker" });
    void stream.feed(TEXT);
    await clock.advance(500);
    await clock.runUntil(stream.interrupt());
    expect(clock.now()).toBeLessThanOrEqual(1_500);
  });
});

describe("what an interruption costs", () => {
  it.each(["none", "billed", "runs"] as const)("is told by how the engine bills what is called off: %s", async (cancelCost) => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const { engine, stream } = open(clock, { sink, latency: "smoothest" }, { realTimeFactor: 0.5, limits: { concurrency: 1 }, capabilities: { cancelCost } });
    await clock.advance(900);
    const { billedCharacters, wastedCharacters, heardText } = await clock.runUntil(stream.interrupt());
    const asked = engine.requests.reduce((sum, request) => sum + request.text.length, 0);
    expect(engine.requests.map(({ state }) => state)).toContain("aborted");
    if (cancelCost === "none") {
      expect(billedCharacters).toBeLessThan(asked);
      expect(billedCharacters).toBeGreaterThanOrEqual(heardText.trim().length);
    } else expect(billedCharacters).toBe(asked);
    expect(wastedCharacters).toBe(billedCharacters - heardText.trim().length);
  });

  it("is nothing for what waited for its turn, and is not hidden by what was heard long ago", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const text = numberedText({ words: 150, sentenceWords: 5 });
    const engine = createScriptedEngine({ clock, startMs: 20, realTimeFactor: 0.1, limits: { concurrency: 1 }, capabilities: { cancelCost: "billed" } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterCharacters: 100_000 });
    void stream.feed(text);
    await clock.advance(20_000);
    const { billedCharacters, wastedCharacters, heardUntil } = await clock.runUntil(stream.interrupt());
    const asked = engine.requests.reduce((sum, request) => sum + request.text.length, 0);
    expect(billedCharacters).toBe(asked);
    const last = engine.requests.at(-1)?.text ?? "";
    const unheard = text.indexOf(last) + last.length - heardUntil;
    expect(Math.abs(wastedCharacters - unheard)).toBeLessThanOrEqual(3);
  });
});

describe("pause and resume", () => {
  it.each<[string, (clock: FakeClock) => { sink: Sink; played: () => Float32Array }]>([
    ["a sink with a clock", pacedTaker],
    ["a sink in another rate and channels", (clock) => pacedTaker(clock, { sampleRate: 48_000, channels: 2 })],
  ])("lose no sample of %s, wherever they come", async (_, takerOf) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const clock = createFakeClock();
      const random = createRandom(seed);
      const { sink, played } = takerOf(clock);
      const { stream } = open(clock, { sink });
      for (let round = 0; round < 6; round += 1) {
        await clock.advance(random.integer(0, 1_200));
        await clock.runUntil(stream.pause());
        const held = played().length;
        await clock.advance(random.integer(0, 500));
        expect(played().length).toBe(held);
        await clock.runUntil(stream.resume());
      }
      const report = await clock.runUntil(stream.waitUntilDone());
      expect(report.audioMs).toBeGreaterThan(1_000);
      if (sink.format === undefined) assertSpoken(played(), 24_000, TEXT);
    }
  });

  it("give the very samples that are given without them", async () => {
    const whole = await playedWith(() => undefined);
    const paused = await playedWith(async (clock, stream) => {
      for (let round = 0; round < 20; round += 1) {
        await clock.advance(173 + round);
        await stream.pause();
        await clock.advance(59);
        await stream.resume();
      }
    });
    expect(paused).toEqual(whole);
    assertSpoken(whole, 24_000, TEXT);
  });

  async function playedWith(use: (clock: FakeClock, stream: SpeechStream) => Promise<void> | undefined): Promise<Float32Array> {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const { stream } = open(clock, { sink, latency: "smoothest" });
    await use(clock, stream);
    await clock.runUntil(stream.waitUntilDone());
    return sink.played();
  }
});

describe("a failure of the engine while the stream is paused", () => {
  const failing = { fault: { kind: "error", code: "QUOTA_EXCEEDED", retryable: false, afterMs: 600 } } as const;

  it("is told at once, and what was made until then is still played after resume()", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const errors: string[] = [];
    const { stream } = open(clock, { sink, onError: ({ code }) => errors.push(code) }, { ...failing, realTimeFactor: 1 });
    await clock.advance(300);
    await stream.pause();
    await clock.advance(2_000);
    expect(errors).toEqual(["QUOTA_EXCEEDED"]);
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    const before = sink.played().length;
    await stream.resume();
    await clock.advance(3_000);
    expect(sink.played().length).toBeGreaterThan(before);
    expect((sink.played().length * 1000) / 24_000).toBeGreaterThan(500);
    expect(errors).toEqual(["QUOTA_EXCEEDED"]);
  });

  it("is told when the pause comes after it", async () => {
    const clock = createFakeClock();
    const errors: string[] = [];
    const { stream } = open(clock, { sink: createPacedSink({ clock }), onError: ({ code }) => errors.push(code) }, { ...failing, realTimeFactor: 0.1 });
    await clock.advance(300);
    expect(errors).toEqual([]);
    await stream.pause();
    expect(errors).toEqual(["QUOTA_EXCEEDED"]);
    const { heardText, unheardText } = await clock.runUntil(stream.interrupt());
    expect(heardText + unheardText).toBe(TEXT);
  });
});

describe("white space that is fed after the last sound", () => {
  it.each<[string, (stream: SpeechStream, chunks: AudioChunk[], clock: FakeClock) => Promise<unknown>]>([
    ["onChunk", (_stream, _chunks, clock) => clock.advance(0)],
    ["the iterator", async (stream, chunks) => {
      for await (const chunk of stream) chunks.push(chunk);
    }],
  ])("is in a chunk of its own, without samples, for %s", async (name, take) => {
    const clock = createFakeClock();
    const chunks: AudioChunk[] = [];
    const engine = createScriptedEngine({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, name === "onChunk" ? { onChunk: (chunk) => void chunks.push(chunk) } : { sink: "pull" });
    const taking = take(stream, chunks, clock);
    void stream.feed("One two three.");
    stream.flush();
    await clock.advance(3_000);
    const sounding = chunks.length;
    expect(sounding).toBeGreaterThan(0);
    void stream.feed(" \n\n");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    await taking;
    expect(chunks.length).toBe(sounding + 1);
    expect(chunks.at(-1)).toMatchObject({ durationMs: 0, segments: [], marks: [] });
    expect(chunks.map((chunk) => chunk.text).join("")).toBe("One two three. \n\n");
    const last = chunks.at(-2);
    expect(chunks.at(-1)?.startFrame).toBe((last?.startFrame ?? 0) + (last?.samples.length ?? 0));
  });

  it("makes no chunk for takers of sound, and none where nothing was spoken", async () => {
    const clock = createFakeClock();
    const sink = createMemorySink();
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink });
    void stream.feed("One two three.");
    stream.flush();
    await clock.advance(3_000);
    void stream.feed("\n");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(sink.chunks.every((chunk) => chunk.samples.length > 0)).toBe(true);

    const silent: AudioChunk[] = [];
    const other = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { onChunk: (chunk) => void silent.push(chunk) });
    void other.feed("  \n ");
    other.done();
    await clock.runUntil(other.waitUntilDone());
    expect(silent).toEqual([]);
  });
});

async function takeAll(stream: SpeechStream, taken: () => void): Promise<void> {
  for await (const _ of stream) taken();
}

function counting(sink: Sink, taken: () => void): Sink {
  return { ...sink, write: (chunk) => (taken(), sink.write(chunk)) };
}

function pacedTaker(clock: FakeClock, format?: { sampleRate: number; channels: number }): { sink: Sink; played: () => Float32Array } {
  const sink = createPacedSink({ clock, ...(format === undefined ? {} : { format }) });
  return { sink, played: () => sink.played() };
}
