import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { numberedText } from "../words/spoken-word.ts";
import { expectedSamples } from "../words/word-audio.ts";
import { assertSameSamples, findLostOrRepeated } from "./alignment.ts";
import { assertNoClicks, measureClicks } from "./clicks.ts";
import { assertContiguous } from "./contiguous.ts";
import { durationMs, findSilences, levelDb, peakDb } from "./level.ts";
import { createTestChunk, createTestChunks } from "./test-chunk.ts";

const text = numberedText({ words: 12 });
const samples = expectedSamples(text, { encoding: "exact" });
const join = (...parts: readonly Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));
const sine = (frames: number, hz: number, amplitude = 0.5): Float32Array => Float32Array.from({ length: frames }, (_, frame) => amplitude * Math.sin((2 * Math.PI * hz * frame) / 24_000));

/** Something like a voice: noise through two resonances, louder and softer twice a second. */
function voiceLike(frames: number): Float32Array {
  const random = createRandom(3);
  const state = [0, 0, 0, 0];
  return Float32Array.from({ length: frames }, (_, frame) => {
    const pulse = frame % 200 < 3 ? 1 : 0;
    const drive = pulse + 0.05 * random.normal();
    const [one = 0, two = 0, three = 0, four = 0] = state;
    const first = drive + 1.9 * Math.cos(0.14) * one - 0.95 * 0.95 * two;
    const second = first + 1.8 * Math.cos(0.4) * three - 0.9 * 0.9 * four;
    state.splice(0, 4, first, one, second, three);
    return 0.01 * second * (1.2 + Math.cos((2 * Math.PI * frame) / 12_000));
  });
}

describe("level", () => {
  it("measures level, peak and length", () => {
    expect(levelDb(sine(24_000, 997, 1))).toBeCloseTo(-3.01, 2);
    expect(levelDb(new Float32Array(10))).toBe(-Infinity);
    expect(peakDb(Float32Array.of(0.1, -0.5))).toBeCloseTo(-6.02, 2);
    expect(durationMs(new Float32Array(960), 24_000, 2)).toBe(20);
  });

  it("finds silence", () => {
    const padded = join(new Float32Array(1000), sine(4800, 500).fill(0.5), new Float32Array(100), sine(4800, 500).fill(0.5), new Float32Array(2400));
    expect(findSilences(padded, 24_000)).toEqual([{ startFrame: 0, endFrame: 1000 }, { startFrame: 10_700, endFrame: 13_100 }]);
  });
});

describe("findLostOrRepeated", () => {
  it("finds nothing where nothing is", () => {
    expect(findLostOrRepeated(samples, samples.slice())).toEqual([]);
    expect(findLostOrRepeated(new Float32Array(0), new Float32Array(0))).toEqual([]);
    expect(findLostOrRepeated(samples, samples.map((sample) => sample + 1e-4), { tolerance: 2e-4 })).toEqual([]);
  });

  it("names each difference, one by one and together", () => {
    const noise = Float32Array.from({ length: 77 }, (_, index) => Math.sin(index * index));
    expect(findLostOrRepeated(samples, join(samples.subarray(0, 5000), samples.subarray(5001)))).toEqual([{ kind: "lost", expectedFrame: 5000, actualFrame: 5000, frames: 1 }]);
    expect(findLostOrRepeated(samples, join(samples.subarray(0, 5000), samples.subarray(4520)))).toEqual([{ kind: "repeated", expectedFrame: 5000, actualFrame: 5000, frames: 480 }]);
    expect(findLostOrRepeated(samples, join(samples.subarray(0, 5000), noise, samples.subarray(5000)))).toEqual([{ kind: "inserted", expectedFrame: 5000, actualFrame: 5000, frames: 77 }]);
    expect(findLostOrRepeated(samples, join(samples.subarray(0, 5000), noise, samples.subarray(5077)))).toEqual([{ kind: "changed", expectedFrame: 5000, actualFrame: 5000, frames: 77 }]);
    expect(findLostOrRepeated(samples, samples.subarray(0, 100))).toEqual([{ kind: "lost", expectedFrame: 100, actualFrame: 100, frames: samples.length - 100 }]);
    expect(findLostOrRepeated(samples, join(samples, noise))).toEqual([{ kind: "inserted", expectedFrame: samples.length, actualFrame: samples.length, frames: 77 }]);
    const two = join(samples.subarray(0, 1000), samples.subarray(1480, 9000), samples.subarray(8900));
    expect(findLostOrRepeated(samples, two).map(({ kind, frames }) => [kind, frames])).toEqual([["lost", 480], ["repeated", 100]]);
    expect(() => assertSameSamples(samples, two)).toThrow(/480 lost at sample 1000/u);
  });

  it("finds blocks in the wrong order, and NaN", () => {
    const swapped = join(samples.subarray(0, 960), samples.subarray(1440, 1920), samples.subarray(960, 1440), samples.subarray(1920));
    expect(findLostOrRepeated(samples, swapped).length).toBeGreaterThan(0);
    const broken = samples.slice();
    broken[700] = Number.NaN;
    expect(findLostOrRepeated(samples, broken)).toEqual([{ kind: "changed", expectedFrame: 700, actualFrame: 700, frames: 1 }]);
  });
});

describe("measureClicks", () => {
  it("hears a hard cut, a lost sample and a repeated block in tones", () => {
    const tones = expectedSamples(text, { wordMs: 300 });
    for (const [cut, go] of [[9000, 9001], [9000, 9500], [9500, 9000]] as const) {
      const broken = join(tones.subarray(0, cut), tones.subarray(go));
      expect(measureClicks(broken, 24_000, [cut])[0]?.db).toBeGreaterThan(6);
      expect(() => assertNoClicks(broken, 24_000, { positions: [cut] })).toThrow(/clicks in 1 place/u);
    }
    assertNoClicks(tones, 24_000);
  });

  it("hears a hard cut in something like a voice, and none where there is none", () => {
    const voice = voiceLike(48_000);
    expect(levelDb(voice)).toBeGreaterThan(-40);
    expect(measureClicks(voice, 24_000, [10_000, 20_000, 30_000]).every(({ db }) => db <= 6)).toBe(true);
    const random = createRandom(4);
    const cuts = Array.from({ length: 20 }, () => random.integer(6000, 20_000));
    const heard = cuts.filter((cut) => (measureClicks(join(voice.subarray(0, cut), voice.subarray(cut + 3333)), 24_000, [cut])[0]?.db ?? 0) > 6);
    expect(heard.length).toBeGreaterThan(10);
  });

  it("hears the edge of a loud sound, and no fade", () => {
    const hard = join(new Float32Array(4800), sine(4800, 440).map((sample, frame) => sample + (frame === 0 ? 0.3 : 0)), new Float32Array(4800));
    expect(measureClicks(hard, 24_000, [4800])[0]?.db).toBeGreaterThan(6);
    const faded = join(new Float32Array(4800), sine(4800, 440).map((sample, frame) => sample * Math.min(1, frame / 120, (4799 - frame) / 120)), new Float32Array(4800));
    assertNoClicks(faded, 24_000, { positions: [4800, 9600] });
  });
});

describe("assertContiguous", () => {
  const chunks = createTestChunks({ samples, chunkFrames: 1000 });
  it("accepts chunks that follow, and says which do not", () => {
    assertContiguous(chunks, 0);
    expect(() => assertContiguous([...chunks.slice(0, 3), ...chunks.slice(4)])).toThrow(/Chunk 3 .* begins at frame 4000, and the one before ended at 3000/u);
    expect(() => assertContiguous(chunks, 5)).toThrow(/Chunk 0/u);
    expect(() => assertContiguous([{ ...createTestChunk({ samples }), durationMs: 1 }])).toThrow(/it says 1 ms/u);
  });
});
