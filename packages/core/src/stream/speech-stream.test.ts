import type { Mark, TTSError } from "@parlando/engine";
import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { SentSegment } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { StreamReport } from "./stream-report.ts";

interface Heard {
  segments: SentSegment[];
  samples: Float32Array;
  marks: Mark[];
  report: StreamReport;
  chunks: AudioChunk[];
}

function setUp(options: StreamOptions = {}, engineOptions: ScriptedEngineOptions = {}): { clock: FakeClock; stream: SpeechStream; engine: ReturnType<typeof createScriptedEngine> } {
  const clock = createFakeClock();
  const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.3, ...engineOptions });
  return { clock, engine, stream: createSpeechStream({ engines: [{ engine }], clock }, options) };
}

function joined(chunks: readonly AudioChunk[]): Float32Array {
  const samples = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    samples.set(chunk.samples, offset);
    offset += chunk.samples.length;
  }
  return samples;
}

/** Feeds the pieces at time 0 and takes everything through a paced sink. */
async function hear(pieces: readonly string[], options: StreamOptions = {}, engineOptions: ScriptedEngineOptions = {}): Promise<Heard> {
  const clock = createFakeClock();
  const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.3, ...engineOptions });
  const sink = createPacedSink({ clock });
  const segments: SentSegment[] = [];
  const marks: Mark[] = [];
  const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, onSegment: (segment) => segments.push(segment), onMark: (mark) => marks.push(mark), ...options });
  for (const piece of pieces) void stream.feed(piece);
  stream.done();
  const report = await clock.runUntil(stream.waitUntilDone());
  return { segments, marks, report, samples: sink.played(), chunks: [...sink.chunks] };
}

const TEXT = numberedText({ words: 60, sentenceWords: 9 });
const WORDS = TEXT.match(/\w+/gu) ?? [];

describe("a stream, from text to audio", () => {
  it("speaks every word once and in order, and says so in its report", async () => {
    const { samples, report, segments, chunks } = await hear([TEXT]);
    assertSpoken(samples, 24_000, TEXT);
    expect(report).toMatchObject({ characters: TEXT.length, interrupted: false, engines: ["scripted"], failovers: [] });
    expect(report.segments).toBe(segments.length);
    expect(report.attempts).toBe(segments.length);
    expect(report.audioMs).toBeCloseTo((samples.length / 24_000) * 1000, 3);
    expect(report.firstAudioMs).toBeGreaterThanOrEqual(100);
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(TEXT);
    expect(segments.map((segment) => segment.text)).toEqual(segments.map((segment) => TEXT.slice(segment.textStart, segment.textEnd)));
  });

  it("hands out chunks that follow each other without a gap, and account for every frame", async () => {
    const { chunks } = await hear([TEXT]);
    let frame = 0;
    for (const chunk of chunks) {
      expect(chunk.startFrame).toBe(frame);
      frame += chunk.samples.length;
      expect(chunk.segments.reduce((sum, segment) => sum + segment.frames, 0)).toBe(chunk.samples.length);
      expect(chunk.durationMs).toBeCloseTo((chunk.samples.length / 24_000) * 1000, 6);
    }
  });

  it.each(["soonest", "balanced", "smoothest"] as const)("does not depend on how the text was cut (%s)", async (latency) => {
    const whole = await hear([TEXT], { latency });
    for (let seed = 0; seed < 10; seed += 1) {
      const pieces = seed === 0 ? TEXT.split("") : cutRandomly(TEXT, seed);
      const { segments, samples, marks } = await hear(pieces, { latency });
      expect(segments).toEqual(whole.segments);
      expect(areEqual(samples, whole.samples)).toBe(true);
      expect(marks).toEqual(whole.marks);
    }
  });

  it("gives marks of words that point into the fed text, in order, once each", async () => {
    const { marks } = await hear([TEXT]);
    const words = marks.filter((mark) => mark.kind === "word");
    expect(words.map((mark) => TEXT.slice(mark.textStart, mark.textEnd))).toEqual(WORDS);
    expect(words.map((mark) => mark.timeMs)).toEqual(words.map((mark) => mark.timeMs).toSorted((left, right) => left - right));
    expect(words.every((mark) => mark.source === "native" && mark.durationMs !== undefined)).toBe(true);
  });

  it("estimates words where the engine tells none, and says so", async () => {
    const { marks } = await hear([TEXT], {}, { marks: [] });
    const words = marks.filter((mark) => mark.kind === "word");
    expect(words.map((mark) => TEXT.slice(mark.textStart, mark.textEnd))).toEqual(WORDS);
    expect(words.every((mark) => mark.source === "estimated")).toBe(true);
  });

  it.each([{ delivery: "bytes", chunkBytes: [1, 999] }, { delivery: "bytes", format: { encoding: "wav", sampleRate: 24_000, channels: 1 }, wavLength: "maximum" }, { output: "whole" }] as const)("reads what engines send: %o", async (engineOptions) => {
    const { samples } = await hear([TEXT], {}, engineOptions as ScriptedEngineOptions);
    assertSpoken(samples, 24_000, TEXT);
  });

  it("resamples once to the rate that was asked for, and spreads over channels", async () => {
    const { chunks } = await hear([TEXT], { output: { sampleRate: 48_000, channels: 2, chunkMs: 20 } });
    const left = joined(chunks).filter((_, index) => index % 2 === 0);
    assertSpoken(left, 48_000, TEXT);
    expect(chunks.slice(0, -1).every((chunk) => chunk.samples.length === 960 * 2)).toBe(true);
  });

  it("sends what was fed at a flush without waiting for more", async () => {
    const sink = { sink: "pull" } as const;
    const { clock, stream, engine } = setUp({ ...sink, latency: "smoothest" });
    void stream.feed("W1 w2 w3");
    await clock.advance(1000);
    expect(engine.requests).toHaveLength(0);
    stream.flush();
    await clock.advance(1000);
    expect(engine.requests.map((request) => request.text)).toEqual(["W1 w2 w3"]);
    await stream.close();
  });

  it.each(["soonest", "balanced"] as const)("speaks what is there when the writer pauses (%s)", async (latency) => {
    const { clock, stream, engine } = setUp({ onChunk: () => undefined, latency });
    void stream.feed("W1 w2 w3. ");
    await clock.advance(2000);
    expect(engine.requests.map((request) => request.text).join(" ")).toBe("W1 w2 w3.");
    void stream.feed("W4 w5");
    await clock.advance(4000);
    expect(engine.requests.map((request) => request.text).join(" ")).toBe("W1 w2 w3. W4 w5");
    await stream.close();
  });

  it("tells each mark when the listener reaches it", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.3 });
    const sink = createPacedSink({ clock });
    const spoken: { word: string; atMs: number; timeMs: number; endMs: number }[] = [];
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, marks: ["word"], onSpoken: (mark) => spoken.push({ word: mark.value, atMs: clock.now(), timeMs: mark.timeMs, endMs: mark.timeMs + (mark.durationMs ?? 0) }) });
    void stream.feed(TEXT);
    stream.done();
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(spoken).toHaveLength(60);
    const startMs = report.firstAudioMs ?? 0;
    for (const { atMs, timeMs, endMs } of spoken.slice(0, 10)) {
      expect(atMs - startMs).toBeGreaterThan(timeMs - 5);
      expect(atMs - startMs).toBeLessThan(endMs + 45);
    }
  });
});

/** `toEqual` needs seconds for a million samples. */
function areEqual(first: Float32Array, second: Float32Array): boolean {
  return first.length === second.length && first.every((sample, index) => sample === second[index]);
}

function cutRandomly(text: string, seed: number): string[] {
  let state = seed;
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const length = 1 + (state % 12);
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return pieces;
}

describe("audio processors", () => {
  it.each(["a delay line", "held back"])("leave everything where it stood: %s", async (kind) => {
    const latencyFrames = 700;
    const whole = await hear([TEXT]);
    const delayed = await hear([TEXT], {
      processors: [
        () => {
          let kept = kind === "held back" ? new Float32Array(0) : new Float32Array(latencyFrames);
          return {
            latencyFrames,
            process(samples) {
              const all = new Float32Array(kept.length + samples.length);
              all.set(kept);
              all.set(samples, kept.length);
              const length = Math.max(0, all.length - latencyFrames);
              kept = all.slice(length);
              return all.slice(0, length);
            },
            flush: () => kept,
          };
        },
      ],
    });
    expect(areEqual(delayed.samples, whole.samples)).toBe(true);
    expect(delayed.marks).toEqual(whole.marks);
    expect(delayed.chunks.map((chunk) => chunk.text).join("")).toBe(TEXT);
  });
});

describe("backpressure", () => {
  it("stops making audio at the mark while the taker stalls, makes feed() wait, and goes on without loss", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterMs: 800, highWaterCharacters: 500 });
    sink.stall();
    const text = numberedText({ words: 300 });
    let waiting = false;
    for (let start = 0; start < text.length; start += 50) {
      const fed = stream.feed(text.slice(start, start + 50));
      waiting = (await Promise.race([fed.then(() => "taken"), clock.settle().then(() => "waits")])) === "waits";
    }
    stream.done();
    await clock.advance(60_000);
    expect(waiting).toBe(true);
    expect(stream.bufferFull()).toBe(true);
    const madeMs = engine.requests.reduce((sum, request) => sum + request.audioMs, 0);
    expect(madeMs).toBeLessThanOrEqual(800 + 300);
    await clock.advance(60_000);
    expect(engine.requests.reduce((sum, request) => sum + request.audioMs, 0)).toBe(madeMs);
    sink.release();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, text);
  });

  it("makes a quick writer wait, also right after text had run out", async () => {
    const { clock, stream } = setUp({ sink: "pull", highWaterCharacters: 200 });
    void stream.feed("Hel");
    await clock.advance(10);
    let fed = 0;
    const feeding = (async () => {
      for (let piece = 0; piece < 1000; piece += 1) {
        await stream.feed("lo there. ");
        fed += 10;
      }
    })();
    feeding.catch(() => undefined);
    await clock.settle();
    expect(fed).toBeLessThanOrEqual(210);
    expect(stream.bufferFull()).toBe(true);
    await stream.close();
  });

  it("lets go of its slot when another stream waits for it", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, limits: { concurrency: 1 } });
    const stalled = createPacedSink({ clock });
    stalled.stall();
    const first = createSpeechStream({ engines: [{ engine }], clock }, { sink: stalled, highWaterMs: 200, latency: "smoothest" });
    void first.feed(numberedText({ words: 40, sentenceWords: 40 }));
    first.done();
    await clock.advance(2000);
    expect(engine.activeRequests).toBe(1);
    const sink = createPacedSink({ clock });
    const second = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency: "smoothest" });
    void second.feed(TEXT);
    second.done();
    await clock.runUntil(second.waitUntilDone());
    assertSpoken(sink.played(), 24_000, TEXT);
    await first.close();
  });

  it("lets go of its slot to those who waited before it had one", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, limits: { concurrency: 1 } });
    const speak = (sink: ReturnType<typeof createPacedSink>): SpeechStream => {
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterMs: 200, latency: "smoothest" });
      void stream.feed(numberedText({ words: 40, sentenceWords: 40 }));
      stream.done();
      return stream;
    };
    const stalled = createPacedSink({ clock });
    stalled.stall();
    const sinks = [createPacedSink({ clock }), stalled, createPacedSink({ clock })];
    const [first, second, third] = sinks.map(speak);
    await clock.runUntil(Promise.all([first?.waitUntilDone(), third?.waitUntilDone()]));
    await second?.close();
  });

  it("counts no underrun when the engine keeps up, and counts those of a slow one", async () => {
    const fast = await hear([TEXT], { latency: "smoothest" }, { startMs: 50, realTimeFactor: 0.1 });
    expect(fast.report.underruns).toBe(0);
    const slow = await hear([TEXT], { latency: "smoothest" }, { startMs: 300, realTimeFactor: 1.5, limits: { concurrency: 1 } });
    expect(slow.report.underruns).toBeGreaterThan(0);
    expect(slow.report.underrunMs).toBeGreaterThan(100);
    expect(slow.report.realTimeFactor).toBeGreaterThan(1.2);
  });
});

describe("pause and resume", () => {
  it("loses nothing", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.3 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    void stream.feed(TEXT);
    stream.done();
    await clock.advance(1500);
    await stream.pause();
    const played = sink.played().length;
    await clock.advance(10_000);
    expect(sink.played().length).toBe(played);
    await stream.resume();
    const report = await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, TEXT);
    expect(report.underruns).toBe(0);
  });
});

describe("interrupt", () => {
  it("tells what was heard to the word, and silences the sink", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.3 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    void stream.feed(TEXT);
    await clock.advance(3000);
    const interruption = await stream.interrupt();
    const played = sink.played().length;
    expect(interruption).toMatchObject({ basis: "marks", playhead: "sink" });
    expect(interruption.heardText + interruption.unheardText).toBe(TEXT);
    expect(interruption.heardText).toBe(TEXT.slice(0, interruption.heardUntil));
    expect(interruption.heardText.length).toBeGreaterThan(5);
    expect(Math.abs(interruption.heardMs - (played / 24_000) * 1000)).toBeLessThanOrEqual(20);
    expect(interruption.billedCharacters).toBeGreaterThanOrEqual(interruption.heardUntil);
    await clock.advance(5000);
    expect(sink.played().length).toBe(played);
    expect(engine.activeRequests).toBe(0);
    expect(await stream.waitUntilDone()).toMatchObject({ interrupted: true });
    await expect(stream.feed("more")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    expect(await stream.interrupt()).toEqual(interruption);
  });

  it("before any audio has heard nothing", async () => {
    const { clock, stream } = setUp({ sink: "pull" });
    void stream.feed(TEXT);
    await clock.advance(10);
    expect(await stream.interrupt()).toMatchObject({ heardText: "", heardUntil: 0, unheardText: TEXT, heardMs: 0 });
    expect(await stream.waitUntilDone()).toMatchObject({ interrupted: true, firstAudioMs: undefined });
  });

  it("believes the app about a far listener", async () => {
    const { clock, stream } = setUp({ onChunk: () => undefined });
    void stream.feed(TEXT);
    await clock.advance(3000);
    const interruption = await stream.interrupt({ playedFrame: 24_000 });
    expect(interruption).toMatchObject({ heardMs: 1000, playhead: "reported" });
  });

  it("settles feeds that wait", async () => {
    const { clock, stream } = setUp({ sink: "pull", highWaterCharacters: 10 });
    const fed = stream.feed(TEXT);
    await clock.advance(10);
    await stream.interrupt();
    await fed;
  });
});

describe("takers", () => {
  it("hands the audio to an iterator, one chunk at a time, and leaving early is an interrupt", async () => {
    const { clock, stream } = setUp({ sink: "pull" });
    void stream.feed(TEXT);
    stream.done();
    let chunks = 0;
    const reading = (async () => {
      for await (const chunk of stream) {
        expect(chunk.samples.length).toBeGreaterThan(0);
        chunks += 1;
        if (chunks === 3) break;
      }
    })();
    await clock.runUntil(reading);
    expect(await stream.waitUntilDone()).toMatchObject({ interrupted: true });
  });

  it("holds the stream back by the promise of onChunk", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1 });
    let open = 0;
    let most = 0;
    const chunks: AudioChunk[] = [];
    const stream = createSpeechStream({ engines: [{ engine }], clock }, {
      async onChunk(chunk) {
        open += 1;
        most = Math.max(most, open);
        chunks.push(chunk);
        await clock.sleep(chunk.durationMs);
        open -= 1;
      },
    });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(most).toBe(1);
    assertSpoken(joined(chunks), 24_000, TEXT);
  });

  it("reads through readable and encoded", async () => {
    const { clock, stream } = setUp({ sink: "pull" });
    void stream.feed(TEXT);
    stream.done();
    const bytes: Uint8Array[] = [];
    const reading = (async () => {
      const reader = stream.encoded({ encoding: "wav" }).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        bytes.push(value);
      }
    })();
    await clock.runUntil(reading);
    expect(new TextDecoder().decode(bytes[0]?.subarray(0, 4))).toBe("RIFF");
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ interrupted: false });
  });

  it("refuses a second taker", async () => {
    const { stream } = setUp({ onChunk: () => undefined });
    expect(() => stream.readable).toThrow(expect.objectContaining({ code: "SECOND_CONSUMER" }));
    expect(() => stream[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: "SECOND_CONSUMER" }));
    await stream.close();
  });

  it("fails with NO_CONSUMER when audio is ready and nobody has come", async () => {
    const { clock, stream } = setUp();
    void stream.feed(TEXT);
    stream.done();
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "NO_CONSUMER" });
  });

  it("takes a speaker where there is one", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock, openSpeaker: async () => sink });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, TEXT);
    expect(sink.state).toBe("closed");
  });

  it("does not claim the speaker before there is text, nor keep a failure to itself while it opens", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, fault: { kind: "error", code: "AUTHENTICATION" } });
    let opened = 0;
    const stream = createSpeechStream({ engines: [{ engine }], clock, openSpeaker: () => {
      opened += 1;
      return new Promise(() => undefined);
    } }, { sink: "speaker" });
    await clock.advance(1000);
    expect(opened).toBe(0);
    void stream.feed(TEXT);
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(opened).toBe(1);
  });

  it("ends with CONSUMER_FAILED when the taker fails", async () => {
    const { clock, stream, engine } = setUp({ onChunk: () => Promise.reject(new RangeError("broken pipe")) });
    const fed = stream.feed(TEXT);
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "CONSUMER_FAILED", cause: expect.any(RangeError) });
    await fed.catch(() => undefined);
    await clock.advance(2000);
    expect(engine.activeRequests).toBe(0);
  });

  it("gives a sink the format it asks for", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const sink = createPacedSink({ clock, format: { sampleRate: 48_000 } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, output: { sampleRate: 24_000 } });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 48_000, TEXT);
  });
});

describe("what an app may do wrong", () => {
  it("refuses text after done() and tells onError", async () => {
    const errors: TTSError[] = [];
    const { clock, stream } = setUp({ onChunk: () => undefined, onError: (error) => errors.push(error) });
    stream.done();
    stream.done();
    stream.flush();
    await expect(stream.feed("late")).rejects.toMatchObject({ code: "STREAM_CLOSED", name: "StreamError" });
    expect(errors).toHaveLength(1);
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ segments: 0, audioMs: 0, firstAudioMs: undefined });
  });

  it.each(["", "   \n\t ", "\u00a0"])("makes no sound of %j", async (text) => {
    const { report, segments } = await hear([text]);
    expect(segments).toEqual([]);
    expect(report).toMatchObject({ audioMs: 0, segments: 0 });
  });

  it("ends without a taker when there is nothing to take", async () => {
    const { clock, stream } = setUp();
    void stream.feed("  ");
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ audioMs: 0 });
  });

  it("speaks around a lone surrogate, whose offsets stay", async () => {
    const text = "W1 \ud83d w2. W3 w4.";
    const { marks, segments } = await hear([text]);
    expect(marks.filter((mark) => mark.kind === "word").map((mark) => mark.value).filter((word) => /w\d/iu.test(word))).toHaveLength(4);
    expect(segments.every((segment) => segment.text === text.slice(segment.textStart, segment.textEnd))).toBe(true);
  });

  it("refuses more than it may hold, takes none of it, and goes on", async () => {
    const errors: TTSError[] = [];
    const { clock, stream } = setUp({ onChunk: () => undefined, maxCharacters: 20, onError: (error) => errors.push(error) });
    void stream.feed("W1 w2.");
    await expect(stream.feed("x".repeat(21))).rejects.toMatchObject({ code: "BUFFER_FULL", name: "BufferError" });
    void stream.feed("y".repeat(21));
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ characters: 6 });
    expect(errors.map((error) => error.code)).toEqual(["BUFFER_FULL", "BUFFER_FULL"]);
  });

  it("refuses what is not text", async () => {
    const { stream } = setUp({ sink: "pull" });
    await expect(stream.feed(42 as unknown as string)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await stream.close();
  });

  it.each([{ latency: "fast" }, { highWaterMs: -1 }, { rate: 0 }, { marks: ["words"] }, { output: { sampleRate: "24k" } }, { onChunk: 5 }, { sink: {} }])("names the option that is wrong: %o", (options) => {
    expect(() => setUp(options as unknown as StreamOptions)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(Object.keys(options)[0] ?? "") }));
  });

  it("closes in every state", async () => {
    const { stream: fresh } = setUp({ sink: "pull" });
    await fresh.close();
    await fresh.close();
    await expect(fresh.waitUntilDone()).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await expect(fresh.feed("late")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    expect(await fresh.interrupt()).toMatchObject({ heardText: "" });

    const { stream: ending, clock } = setUp({ sink: "pull" });
    void ending.feed(TEXT);
    ending.done();
    await clock.advance(200);
    await ending.close();
    await expect(ending.waitUntilDone()).rejects.toMatchObject({ code: "STREAM_CLOSED" });

    const { stream: finished, clock: otherClock } = setUp({ onChunk: () => undefined });
    void finished.feed(TEXT);
    finished.done();
    await otherClock.runUntil(finished.waitUntilDone());
    await finished.close();
    expect(await finished.waitUntilDone()).toMatchObject({ interrupted: false });
  });

  it.each([0, 60, 200, 2000])("ends with ABORTED when its signal is aborted after %i ms", async (afterMs) => {
    const controller = new AbortController();
    const { clock, stream, engine } = setUp({ sink: createPacedSink({}), signal: controller.signal });
    const fed = stream.feed(TEXT);
    stream.done();
    await clock.advance(afterMs);
    controller.abort();
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "ABORTED" });
    await fed.catch(() => undefined);
    await clock.advance(2000);
    expect(engine.activeRequests).toBe(0);
    await expect(stream.feed("late")).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("is over at once with a signal that is already aborted", async () => {
    const { stream } = setUp({ sink: "pull", signal: AbortSignal.abort() });
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "ABORTED" });
  });
});
