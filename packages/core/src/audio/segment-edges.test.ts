import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, cutting, noise, tone } from "./signals.test-helper.ts";
import { joinSamples } from "./join-samples.ts";
import type { Samples } from "./samples.ts";
import { createSegmentEdges, type SegmentEdgesOptions } from "./segment-edges.ts";

const rate = 8_000;
const frames = (milliseconds: number): number => (milliseconds * rate) / 1_000;
const defaults: SegmentEdgesOptions = { sampleRate: rate, leadMs: 10, pauseMs: 50 };

function run(samples: Float32Array, options: Partial<SegmentEdgesOptions> = {}, sizes: readonly number[] = [Math.max(1, samples.length)]): { output: Float32Array; trimmed: number } {
  const edges = createSegmentEdges({ ...defaults, ...options });
  // What comes out lies where the next will.
  const parts = cut(samples, sizes).map((part) => edges.process(part).slice());
  const output = joinSamples([...parts, edges.flush()]);
  return { output, trimmed: edges.trimmedFrames };
}

/** Not digital silence, but below the threshold: exactness shows. */
const hush = (milliseconds: number): Float32Array => noise(frames(milliseconds), 5).map((sample) => sample * 0.001);
/** Loud inside, for 2 ms quiet at both ends but above silence, so that no fade is needed. */
const sound = (milliseconds: number): Float32Array => {
  const samples = tone(frames(milliseconds), 440, rate);
  return samples.map((sample, index) => (Math.min(index, samples.length - 1 - index) < frames(2) ? 0.0015 : sample));
};

describe("createSegmentEdges", () => {
  it("trims silence at both ends to the set lengths, to the bit", () => {
    const input = joinSamples([hush(200), sound(100), hush(300)]);
    const { output, trimmed } = run(input);
    expect(trimmed).toBe(frames(190));
    expect(output).toEqual(input.slice(frames(190), frames(200 + 100 + 50)));
  });

  it("leaves shorter silence, and pauses inside, whole", () => {
    const input = joinSamples([hush(5), sound(60), hush(700), sound(60), hush(20)]);
    expect(run(input)).toEqual({ output: input, trimmed: 0 });
  });

  it("is the same however it is cut, one unbroken stretch of the input, and loses no sound", () => {
    const piece = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 120 })).map(([loud, length]) => (loud ? sound(length) : hush(length)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), cutting, fc.constantFrom(0, 10, 40), fc.constantFrom(0, 30, 80), (pieces, sizes, leadMs, pauseMs) => {
        const input = joinSamples(pieces);
        const { output, trimmed } = run(input, { leadMs, pauseMs, holdMs: 60 }, sizes);
        expect(run(input, { leadMs, pauseMs, holdMs: 60 })).toEqual({ output, trimmed });
        expect(output).toEqual(input.slice(trimmed, trimmed + output.length));
        const left = joinSamples([input.slice(0, trimmed), input.slice(trimmed + output.length)]);
        expect(left.every((sample) => Math.abs(sample) < 0.001)).toBe(true);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it.each([0, 10, 5_000])("keeps a segment that is all silence (%d ms): it was meant", (milliseconds) => {
    const { output, trimmed } = run(hush(milliseconds), {}, [33]);
    expect(output).toEqual(hush(milliseconds));
    expect(trimmed).toBe(0);
  });

  it("keeps a beginning that is too long to be an accident, and trims the end all the same", () => {
    const { output, trimmed } = run(joinSamples([hush(800), sound(100), hush(400)]), {}, [33]);
    expect(output.length).toBe(frames(800 + 100 + 50));
    expect(trimmed).toBe(0);
  });

  it("gives nothing for nothing, and flushes once", () => {
    const edges = createSegmentEdges(defaults);
    expect(edges.process(new Float32Array(0)).length).toBe(0);
    expect(edges.flush().length).toBe(0);
    edges.process(sound(20));
    edges.flush();
    expect(edges.flush().length).toBe(0);
  });

  it("holds back only 5 ms of sound, and silence beyond the pause until sound follows", () => {
    const edges = createSegmentEdges(defaults);
    expect(edges.process(sound(100)).length).toBe(frames(95));
    expect(edges.process(hush(30)).length).toBe(frames(30));
    expect(edges.process(hush(100)).length).toBe(frames(20));
    expect(edges.process(sound(10)).length).toBe(frames(80 + 10));
  });

  it("lets silence through once it holds too much of it", () => {
    const edges = createSegmentEdges({ ...defaults, holdMs: 100 });
    edges.process(sound(50));
    const released = edges.process(hush(1_000)).length;
    expect(released).toBe(frames(5 + 50 + 850 - 5));
  });

  it("trimmedFrames is final with the first output", () => {
    const edges = createSegmentEdges(defaults);
    let first: number | undefined;
    for (const part of cut(joinSamples([hush(120), sound(200), hush(100)]), [17])) {
      if (edges.process(part).length > 0) first ??= edges.trimmedFrames;
    }
    expect(first).toBe(frames(110));
    expect(edges.trimmedFrames).toBe(frames(110));
  });
});

describe("createSegmentEdges: loud edges", () => {
  const loud = new Float32Array(frames(100)).fill(0.5);

  it("fades 5 ms at each end and nothing else", () => {
    for (const size of [1, 7, 1_000]) {
      const { output } = run(loud, {}, [size]);
      expect(output.length).toBe(loud.length);
      expect(output[0]).toBeLessThan(0.001);
      expect(output[output.length - 1]).toBeLessThan(0.001);
      expect(output.slice(frames(5), frames(95))).toEqual(loud.slice(frames(5), frames(95)));
      expect(output.slice(1, frames(5)).every((sample, index) => sample > (output[index] ?? 0))).toBe(true);
      expect([...output].toReversed()).toEqual([...output]);
    }
  });

  it("never steps by more than the slope of the fade", () => {
    const { output } = run(loud);
    const steps = output.map((sample, index) => Math.abs(sample - (output[index - 1] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan((0.5 * Math.PI) / 2 / frames(5) + 1e-6);
  });

  it.each([0.01, 0.5])("fades what begins and ends in the middle of a sound of %f, at a zero crossing too", (level) => {
    const wave = Float32Array.from({ length: frames(100) + 1 }, (_, index) => level * Math.sin((2 * Math.PI * 400 * index) / rate));
    for (const size of [1, 7, 41, 1_000]) {
      const { output } = run(wave, {}, [size]);
      expect(output.length).toBe(run(wave).output.length);
      // 1.5 ms of the wave, which would be at its full level by then.
      expect(Math.max(...output.slice(0, 8).map(Math.abs), ...output.slice(-8).map(Math.abs))).toBeLessThan(level / 10);
      expect(Math.max(...output)).toBeCloseTo(level, 4);
    }
  });

  it.each([
    ["floating point", new Float32Array(frames(20)), 0.1],
    ["16 bit", new Int16Array(frames(20)), 3_000],
  ])("keeps nothing of the array it was given, and gives nothing of it back (%s)", (_, reused: Samples, level) => {
    const edges = createSegmentEdges<Samples>(defaults);
    const parts: Samples[] = [];
    const given: number[] = [];
    for (let block = 0; block < 10; block += 1) {
      // The blocks in the middle are silence, which waits until sound follows.
      reused.fill(block > 3 && block < 7 ? 0 : level * (1 + (block % 3)));
      given.push(...reused);
      const part = edges.process(reused);
      expect(part.length === 0 || part.buffer !== reused.buffer).toBe(true);
      parts.push(part.slice());
      reused.fill(level * 5);
    }
    parts.push(edges.flush());
    expect([...joinSamples(parts)].slice(frames(5), -frames(5))).toEqual(given.slice(frames(5), -frames(5)));
  });

  it("fades pieces shorter than a fade as a whole", () => {
    const { output } = run(loud.slice(0, 20));
    expect(output.length).toBe(20);
    expect(output.every((sample) => Math.abs(sample) < 0.5)).toBe(true);
  });
});
