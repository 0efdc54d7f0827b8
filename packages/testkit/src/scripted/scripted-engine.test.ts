import { TTSError, type Engine, type EngineEvent, type Mark, type SynthesisRequest } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "../clock/fake-clock.ts";
import { assertSpoken } from "../words/decode-words.ts";
import { numberedText } from "../words/spoken-word.ts";
import { expectedSamples } from "../words/word-audio.ts";
import { createScriptedEngine } from "./scripted-engine.ts";
import type { ScriptedEngineOptions } from "./scripted-options.ts";

const text = numberedText({ words: 20, sentenceWords: 6 });
const never = new AbortController().signal;

function requestFor(engine: Engine, change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  return { text, ssml: false, format: engine.capabilities.formats[0] ?? { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }, marks: ["word", "sentence"], ...change };
}

function synthesize(engine: Engine, request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
  const events = engine.synthesize?.(request, signal);
  if (events === undefined) throw new TypeError("no synthesize");
  return events;
}

async function collect(events: AsyncIterable<EngineEvent>): Promise<EngineEvent[]> {
  const all: EngineEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const samplesOf = (events: readonly EngineEvent[]): Float32Array => Float32Array.from(events.flatMap((event) => (event.type === "pcm" ? [...event.samples] : [])));
const bytesOf = (events: readonly EngineEvent[]): Buffer => Buffer.concat(events.flatMap((event) => (event.type === "audio" ? [event.bytes] : [])));
const marksOf = (events: readonly EngineEvent[]): Mark[] => events.flatMap((event) => (event.type === "mark" ? [event.mark] : []));

async function speak(options: ScriptedEngineOptions, change: Partial<SynthesisRequest> = {}): Promise<EngineEvent[]> {
  const engine = createScriptedEngine(options);
  return collect(synthesize(engine, requestFor(engine, change), never));
}

describe("createScriptedEngine", () => {
  it("speaks the words of the text", async () => {
    const events = await speak({});
    expect(events[0]).toMatchObject({ type: "start", format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } });
    expect(samplesOf(events)).toEqual(expectedSamples(text));
    assertSpoken(samplesOf(events), 24_000, text);
    expect(events.at(-1)).toEqual({ type: "usage", characters: text.length });
  });

  it("takes the time it is told to", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 200, realTimeFactor: 0.5, wordMs: 100, chunkMs: 50 });
    const times: number[] = [];
    const reading = (async () => {
      for await (const event of synthesize(engine, requestFor(engine), never)) if (event.type === "pcm") times.push(clock.now());
    })();
    await clock.runUntil(reading);
    expect(times).toEqual(Array.from({ length: 40 }, (_, index) => 225 + 25 * index));
    expect(engine.requests[0]).toMatchObject({ state: "finished", startedAtMs: 0, firstAudioAtMs: 225, endedAtMs: 1200, audioMs: 2000, totalMs: 2000 });
  });

  it("makes audio on time even when it is not read", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, realTimeFactor: 1, wordMs: 100 });
    const events = synthesize(engine, requestFor(engine), never)[Symbol.asyncIterator]();
    await events.next();
    await clock.advance(10_000);
    await collect({ [Symbol.asyncIterator]: () => events });
    expect(clock.now()).toBe(10_000);
  });

  it("gives all at the end when its output is whole", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, output: "whole", perCharacterMs: 10 });
    const events = synthesize(engine, requestFor(engine), never)[Symbol.asyncIterator]();
    const read = (async () => {
      for (let step = await events.next(); step.done !== true; step = await events.next()) if (step.value.type === "pcm") return clock.now();
      return undefined;
    })();
    expect(await clock.runUntil(read)).toBeCloseTo(text.length * 10, 6);
    expect(engine.capabilities.output).toBe("whole");
  });

  it("is the same for the same seed, with jitter and random sizes", async () => {
    const run = async (seed: number): Promise<[number, number[]]> => {
      const clock = createFakeClock();
      const engine = createScriptedEngine({ clock, seed, startMs: 100, startJitter: 0.5, chunkJitterMs: 30, chunkMs: [5, 90] });
      const events = await clock.runUntil(collect(synthesize(engine, requestFor(engine), never)));
      return [clock.now(), events.flatMap((event) => (event.type === "pcm" ? [event.samples.length] : []))];
    };
    expect(await run(5)).toEqual(await run(5));
    expect(await run(5)).not.toEqual(await run(6));
  });

  it.each([
    { encoding: "pcm-s16le", sampleRate: 16_000, channels: 1 },
    { encoding: "pcm-s16le", sampleRate: 22_050, channels: 2 },
    { encoding: "pcm-f32le", sampleRate: 48_000, channels: 1 },
    { encoding: "wav", sampleRate: 24_000, channels: 1 },
  ] as const)("delivers bytes cut anywhere: %o", async (format) => {
    const events = await speak({ delivery: "bytes", format, chunkBytes: [1, 777] });
    const bytes = bytesOf(events);
    const width = format.encoding === "pcm-f32le" ? 4 : 2;
    const data = format.encoding === "wav" ? bytes.subarray(44) : bytes;
    if (format.encoding === "wav") expect(bytes.readUInt32LE(40)).toBe(data.length);
    const frames = data.length / width / format.channels;
    const first = Float32Array.from({ length: frames }, (_, frame) => {
      const at = frame * width * format.channels;
      return width === 4 ? data.readFloatLE(at) : data.readInt16LE(at) / 32_768;
    });
    assertSpoken(first, format.sampleRate, text);
    expect(events.some((event) => event.type === "audio" && event.bytes.length % 2 === 1)).toBe(true);
  });

  it("lies about the length of a WAV when told to", async () => {
    const format = { encoding: "wav", sampleRate: 24_000, channels: 1 } as const;
    const declared = async (wavLength: ScriptedEngineOptions["wavLength"]): Promise<number> => bytesOf(await speak({ delivery: "bytes", format, wavLength })).readUInt32LE(40);
    expect(await declared("unknown")).toBe(0xffffffff);
    expect(await declared("zero")).toBe(0);
    expect(await declared("too-long")).toBe(2 * (await declared("right")));
  });

  it.each(["before", "with", "after"] as const)("gives exact marks %s their audio", async (markOrder) => {
    const source = `“Naïve” 😀 w2, w3! Don't — ok.`;
    const events = await speak({ markOrder, marks: ["word", "sentence", "character", "phoneme", "viseme"] }, { text: source, marks: ["word", "sentence", "character", "viseme"] });
    const marks = marksOf(events);
    const words = marks.filter((mark) => mark.kind === "word");
    expect(words.map((mark) => mark.value)).toEqual(["Naïve", "w2", "w3", "Don't", "ok"]);
    for (const mark of [...words, ...marks.filter(({ kind }) => kind === "character")]) expect(source.slice(mark.textStart, mark.textEnd)).toBe(mark.value);
    expect(marks.filter((mark) => mark.kind === "sentence").length).toBe(2);
    expect(marks.some((mark) => mark.kind === "phoneme")).toBe(false);
    const audio = events.findIndex((event) => event.type === "pcm");
    const mark = events.findIndex((event) => event.type === "mark");
    expect(mark < audio).toBe(markOrder !== "after");
  });

  it("puts silence around the words, and follows rate and volume", async () => {
    const plain = samplesOf(await speak({ wordMs: 200 }));
    const padded = samplesOf(await speak({ wordMs: 200, leadMs: 100, tailMs: 50 }));
    expect(padded.length).toBe(plain.length + 3600);
    expect(padded.slice(2400, 2400 + plain.length)).toEqual(plain);
    const fast = await speak({ wordMs: 200 }, { rate: 2, volume: 0.5, pitch: 3 });
    expect(samplesOf(fast).length).toBe(plain.length / 2);
    expect(fast).toContainEqual(expect.objectContaining({ type: "warning", code: "UNSUPPORTED" }));
    assertSpoken(samplesOf(fast), 24_000, text);
  });

  it("reads SSML where it is told to, bookmarks included", async () => {
    const source = `<speak>w1 <mark name="here"/>w2 <emphasis>w3</emphasis></speak>`;
    const events = await speak({ capabilities: { ssml: ["speak", "mark", "emphasis"] }, marks: ["word", "bookmark"] }, { text: source, ssml: true, marks: ["word", "bookmark"] });
    assertSpoken(samplesOf(events), 24_000, "w1 w2 w3");
    const marks = marksOf(events);
    expect(marks.map((mark) => [mark.kind, mark.value])).toEqual([["word", "w1"], ["bookmark", "here"], ["word", "w2"], ["word", "w3"]]);
    for (const mark of marks) if (mark.kind === "word") expect(source.slice(mark.textStart, mark.textEnd)).toBe(mark.value);
    await expect(speak({}, { ssml: true })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("stops within one step of an abort, at every place", async () => {
    for (const steps of [0, 1, 2, 5, 30]) {
      const engine = createScriptedEngine({});
      const controller = new AbortController();
      const events = synthesize(engine, requestFor(engine), controller.signal)[Symbol.asyncIterator]();
      for (let step = 0; step < steps; step += 1) await events.next();
      controller.abort();
      await expect(events.next()).rejects.toMatchObject({ code: "ABORTED" });
      expect(await events.next()).toEqual({ done: true, value: undefined });
      expect(engine.activeRequests).toBe(0);
      expect(engine.requests.map(({ state }) => state)).toEqual(steps === 0 ? [] : ["aborted"]);
    }
  });

  it("stops while it waits", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 10_000 });
    const controller = new AbortController();
    const first = synthesize(engine, requestFor(engine), controller.signal)[Symbol.asyncIterator]().next();
    first.catch(() => {});
    await clock.advance(10);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    expect(clock.pending).toBe(0);
  });

  it("notes a reader who leaves", async () => {
    const engine = createScriptedEngine({});
    for await (const event of synthesize(engine, requestFor(engine), never)) if (event.type === "pcm") break;
    expect(engine.requests[0]?.state).toBe("returned");
  });

  it("refuses unknown voices, long text, too many at once, and everything after close", async () => {
    await expect(speak({}, { voice: "nobody" })).rejects.toMatchObject({ code: "VOICE_NOT_FOUND" });
    await expect(speak({ limits: { segmentCharacters: 10 } })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
    await expect(speak({ limits: { segmentBytes: 3 } }, { text: "你好" })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
    const engine = createScriptedEngine({ limits: { concurrency: 2 } });
    const running = [1, 2].map(() => synthesize(engine, requestFor(engine), never)[Symbol.asyncIterator]());
    await Promise.all(running.map((events) => events.next()));
    await expect(collect(synthesize(engine, requestFor(engine), never))).rejects.toMatchObject({ code: "CONCURRENCY_LIMIT" });
    expect([engine.activeRequests, engine.maxActive]).toEqual([2, 2]);
    await engine.close();
    await engine.close();
    await expect(running[0]?.next()).rejects.toMatchObject({ code: "ABORTED" });
    await expect(collect(synthesize(engine, requestFor(engine), never))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });

  it("gives up on a reader who stands still for longer than its idle limit", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, limits: { idleMs: 1000 } });
    const events = synthesize(engine, requestFor(engine), never)[Symbol.asyncIterator]();
    await events.next();
    await clock.advance(1001);
    await expect(events.next()).rejects.toMatchObject({ code: "CONNECTION" });
  });
});

describe("faults", () => {
  const failing = async (options: ScriptedEngineOptions): Promise<{ frames: number; error: unknown; started: boolean }> => {
    const engine = createScriptedEngine(options);
    const seen = { frames: 0, error: undefined as unknown, started: false };
    try {
      for await (const event of synthesize(engine, requestFor(engine), never)) {
        if (event.type === "start") seen.started = true;
        if (event.type === "pcm") seen.frames += event.samples.length;
      }
    } catch (error) {
      seen.error = error;
    }
    return seen;
  };

  it("fails at the start, after some audio, or after all", async () => {
    expect(await failing({ fault: { kind: "error", code: "RATE_LIMITED", retryAfterMs: 7 } })).toMatchObject({ started: false, frames: 0, error: { code: "RATE_LIMITED", retryable: true, retryAfterMs: 7 } });
    expect(await failing({ fault: { kind: "error", code: "SERVICE", afterMs: 0 } })).toMatchObject({ started: true, frames: 0, error: { code: "SERVICE" } });
    expect(await failing({ fault: { kind: "error", code: "TRUNCATED", afterMs: 333 } })).toMatchObject({ frames: 7992, error: { code: "TRUNCATED" } });
    expect(await failing({ fault: { kind: "error", code: "TRUNCATED", afterMs: Infinity } })).toMatchObject({ frames: expectedSamples(text).length, error: { code: "TRUNCATED" } });
  });

  it("ends early, throws what is no error, says nothing", async () => {
    expect(await failing({ fault: { kind: "end", afterMs: 100 } })).toMatchObject({ frames: 2400, error: undefined });
    expect(await failing({ fault: { kind: "throw", value: "a string" } })).toMatchObject({ frames: 0, error: "a string" });
    expect(await failing({ fault: { kind: "no-audio" } })).toMatchObject({ frames: 0, error: undefined, started: true });
  });

  it("stalls until it is called off, and can be deaf to that", async () => {
    const engine = createScriptedEngine({ fault: { kind: "stall", afterMs: 50 } });
    const controller = new AbortController();
    const reading = collect(synthesize(engine, requestFor(engine), controller.signal));
    reading.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(engine.requests[0]).toMatchObject({ state: "active", audioMs: 50 });
    controller.abort();
    await expect(reading).rejects.toSatisfy((error) => TTSError.isInstance(error) && error.code === "ABORTED");
  });

  it("sends what is no number, silence, and audio after an abort", async () => {
    const broken = samplesOf(await speak({ fault: { kind: "not-a-number", afterMs: 40 } }));
    expect(broken.findIndex((sample) => Number.isNaN(sample))).toBe(960);
    expect(broken.filter((sample) => Number.isNaN(sample)).length).toBe(480);
    const silent = samplesOf(await speak({ fault: { kind: "silence", afterMs: 40 } }));
    expect(silent.findLastIndex((sample) => sample !== 0)).toBeLessThan(960);
    const deaf = createScriptedEngine({ fault: { kind: "ignore-abort" } });
    const controller = new AbortController();
    const events = synthesize(deaf, requestFor(deaf), controller.signal)[Symbol.asyncIterator]();
    await events.next();
    controller.abort();
    expect(samplesOf(await collect({ [Symbol.asyncIterator]: () => events }))).toEqual(expectedSamples(text));
  });

  it("chooses by request", async () => {
    const engine = createScriptedEngine({ fault: (request, index) => (index === 1 && request.text === text ? { kind: "error", code: "SERVICE" } : undefined) });
    await collect(synthesize(engine, requestFor(engine), never));
    await expect(collect(synthesize(engine, requestFor(engine), never))).rejects.toMatchObject({ code: "SERVICE" });
    await collect(synthesize(engine, requestFor(engine), never));
    expect(engine.requests.map(({ state }) => state)).toEqual(["finished", "failed", "finished"]);
  });
});
