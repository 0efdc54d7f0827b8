import { createMemorySink, createSpeechStream, type AudioChunk, type StreamOptions } from "@parlando/core";
import type { AudioFormat, Engine } from "@parlando/engine";
import { createEngine } from "@parlando/espeak";
import { assertNoClicks, createFakeClock, createPacedSink, levelDb, measureClicks } from "@parlando/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vowel } from "./vowel.test-helper.ts";

const RATES = [16_000, 22_050, 24_000, 48_000] as const;
const TEXT = "One two three, four five six. Seven eight nine! Ten eleven twelve, thirteen fourteen. Fifteen sixteen seventeen? Eighteen nineteen.";

/** Says a vowel for each request, another one each time, cut off hard at both ends. */
function createLoudEngine(sampleRate: number, kind: "pcm" | "bytes" = "pcm"): Engine {
  const format: AudioFormat = { encoding: kind === "pcm" ? "pcm-f32le" : "pcm-s16le", sampleRate, channels: 1 };
  let requests = 0;
  return {
    contract: "parlando/1",
    id: "loud",
    capabilities: {
      input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: {}, prosody: [], runsIn: ["node"],
      cancelCost: "none", cost: { startMs: 20, perCharacterMs: 5 }, deterministic: false,
    },
    async *synthesize({ text }) {
      requests += 1;
      const samples = vowel(Math.round((text.length * 30 * sampleRate) / 1000), { sampleRate, pitchHz: 90 + 13 * (requests % 5), seed: requests });
      yield { type: "start", format };
      const block = Math.round(sampleRate / 50);
      for (let start = 0; start < samples.length; start += block) {
        const part = samples.subarray(start, start + block);
        if (kind === "pcm") yield { type: "pcm", samples: part.slice() };
        else yield { type: "audio", bytes: new Uint8Array(Int16Array.from(part, (sample) => Math.round(sample * 32_767)).buffer) };
      }
    },
    close: async () => undefined,
  };
}

/** Where one segment's audio begins behind another's, in frames of the stream. */
function joinsOf(chunks: readonly AudioChunk[]): number[] {
  const starts = new Map<number, number>();
  for (const chunk of chunks) for (const part of chunk.segments) if (!starts.has(part.index)) starts.set(part.index, chunk.startFrame + part.offsetFrames);
  return [...starts.values()].slice(1);
}

/** Feeds a text word by word, with a cut after every two where that is asked for, and takes the audio into memory. */
async function speak(engine: Engine, options: StreamOptions & { cuts?: boolean; pauseMs?: number }): Promise<{ samples: Float32Array; joins: number[] }> {
  const { pauseMs = 0, cuts = false, ...rest } = options;
  const sink = createMemorySink();
  const stream = createSpeechStream({ engines: [{ engine }] }, { ...rest, sink });
  for (const [index, word] of TEXT.split(/(?<= )/u).entries()) {
    await stream.feed(word);
    if (cuts && index % 2 === 1) stream.flush();
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  stream.done();
  await stream.waitUntilDone();
  return { samples: sink.samples(), joins: joinsOf(sink.chunks) };
}

describe("the measure itself", () => {
  it.each(RATES)("hears two of these vowels cut together at %i Hz", (sampleRate) => {
    const frames = sampleRate / 2;
    const cut = new Float32Array(2 * frames);
    cut.set(vowel(frames, { sampleRate, pitchHz: 103, seed: 1 }));
    cut.set(vowel(frames, { sampleRate, pitchHz: 129, seed: 2 }), frames);
    expect(measureClicks(cut, sampleRate, [frames])[0]?.db).toBeGreaterThan(6);
    // And that they begin and end in the middle of a sound.
    const alone = new Float32Array(3 * frames);
    alone.set(cut.subarray(0, frames), frames);
    expect(Math.max(...measureClicks(alone, sampleRate, [frames, 2 * frames]).map(({ db }) => db))).toBeGreaterThan(6);
  });
});

describe("joins of segments", () => {
  it.each(RATES)("do not click at the engine's own rate, %i Hz", async (sampleRate) => {
    const { samples, joins } = await speak(createLoudEngine(sampleRate), { cuts: true });
    expect(joins.length).toBeGreaterThan(5);
    expect(levelDb(samples)).toBeGreaterThan(-30);
    assertNoClicks(samples, sampleRate, { positions: [...joins, 0, samples.length] });
  });

  it.each(RATES)("do not click resampled from 24,000 to %i Hz", async (sampleRate) => {
    const { samples, joins } = await speak(createLoudEngine(24_000, "bytes"), { cuts: true, output: { sampleRate } });
    expect(joins.length).toBeGreaterThan(5);
    assertNoClicks(samples, sampleRate, { positions: joins });
  });

  it("do not click where the stream's volume is not 1", async () => {
    const { samples, joins } = await speak(createLoudEngine(24_000), { cuts: true, volume: 1.7 })
    expect(joins.length).toBeGreaterThan(5);
    assertNoClicks(samples, 24_000, { positions: joins });
  });
});

describe("joins of the embedded voice", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine();
  });
  afterAll(() => engine.close());

  it.each(["soonest", "balanced", "smoothest"] as const)("do not click, fed live with latency %s", async (latency) => {
    const { samples, joins } = await speak(engine, { voice: "en-us", latency, pauseMs: 12 });
    expect(joins.length).toBeGreaterThan(0);
    assertNoClicks(samples, 22_050, { positions: joins });
  });

  it.each(RATES)("do not click at %i Hz", async (sampleRate) => {
    const { samples, joins } = await speak(engine, { voice: "en-us", cuts: true, output: { sampleRate } });
    assertNoClicks(samples, sampleRate, { positions: joins });
  });
});

describe("the samples of a stream", () => {
  it.each(RATES)("are the same at %i Hz whether it was paused or not: no edge is added, and none is lost", async (sampleRate) => {
    const play = async (pauses: number): Promise<Float32Array> => {
      const clock = createFakeClock();
      const sink = createPacedSink({ clock });
      const stream = createSpeechStream({ engines: [{ engine: createLoudEngine(sampleRate) }], clock }, { sink, latency: "smoothest" });
      void stream.feed(TEXT);
      stream.done();
      for (let pause = 0; pause < pauses; pause += 1) {
        await clock.advance(333);
        await clock.runUntil(stream.pause());
        await clock.advance(200);
        await clock.runUntil(stream.resume());
      }
      await clock.runUntil(stream.waitUntilDone());
      return sink.played();
    };
    const unbroken = await play(0);
    expect(unbroken.length).toBeGreaterThan(sampleRate);
    expect(Buffer.compare(Buffer.from((await play(4)).buffer), Buffer.from(unbroken.buffer))).toBe(0);
  });
});
