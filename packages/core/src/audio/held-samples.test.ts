import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeldSamples } from "./held-samples.ts";
import { joinSamples } from "./join-samples.ts";
import { createSamplePages } from "./sample-pages.ts";
import type { Samples } from "./samples.ts";

/** Numbers that neither kind changes, and that differ from their neighbours. */
const samplesOf = (isInteger: boolean, length: number, first: number): Samples => {
  const integers = Int16Array.from({ length }, (_, index) => ((first + index * 7) % 60_000) - 30_000);
  return isInteger ? integers : Float32Array.from(integers, (sample) => sample / 32_768);
};

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("push" as const), isInteger: fc.boolean(), length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 2_000, max: 9_000 })) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("take" as const), maximum: fc.oneof(fc.integer({ min: -1, max: 400 }), fc.integer({ min: 1_000, max: 12_000 })) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const) }) },
);

describe("HeldSamples", () => {
  it("gives back what was pushed, in order, whatever becomes of the arrays that went in and came out", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), step), { maxLength: 60 }), fc.integer({ min: 0, max: 20 }), (steps, mostFree) => {
        // Three at once: they share the pages that wait.
        const pages = createSamplePages(mostFree);
        const queues = [0, 1, 2].map(() => ({ held: new HeldSamples(pages), model: [] as { value: number; isInteger: boolean }[] }));
        const buffers = new Set<ArrayBufferLike>();
        const handed: { samples: Samples; copy: Samples }[] = [];
        let first = 0;
        for (const [place, each] of steps) {
          const { held, model } = queues[place] ?? { held: new HeldSamples(pages), model: [] };
          if (each.do === "push") {
            const samples = samplesOf(each.isInteger, each.length, (first += 13));
            model.push(...Array.from(samples, (value) => ({ value: each.isInteger ? value / 32_768 : value, isInteger: each.isInteger })));
            held.push(samples);
            samples.fill(each.isInteger ? 4_711 : 0.4711);
          } else if (each.do === "take") {
            const areIntegers = model.length > 0 && model.every(({ isInteger }) => isInteger);
            const samples = held.take(each.maximum);
            const expected = model.splice(0, Math.max(0, each.maximum)).map(({ value }) => value);
            expect(samples.length === 0 || samples instanceof Int16Array === areIntegers).toBe(true);
            expect(Array.from(samples, (value) => (samples instanceof Int16Array ? value / 32_768 : value))).toEqual(expected);
            if (samples.length > 0) {
              expect(samples.byteLength).toBe(samples.buffer.byteLength);
              expect(buffers.has(samples.buffer)).toBe(false);
              buffers.add(samples.buffer);
              handed.push({ samples, copy: samples.slice() });
            }
          } else {
            held.clear();
            model.length = 0;
          }
          expect(held.frames).toBe(model.length);
          expect(pages.free).toBeLessThanOrEqual(mostFree);
        }
        for (const { samples, copy } of handed) expect(samples).toEqual(copy);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it("gives its pages back as soon as they are empty, and uses them again", () => {
    const pages = createSamplePages(100);
    const held = new HeldSamples(pages);
    for (let turn = 0; turn < 50; turn += 1) {
      const block = samplesOf(turn % 2 === 0, 2_400, turn);
      held.push(block);
      held.push(block.subarray(0, 100));
      expect(held.take(2_500)).toEqual(joinSamples([block, block.subarray(0, 100)]));
      expect(held.frames).toBe(0);
      // 2,500 floating-point samples need two pages, as many as were ever borrowed.
      expect(pages.free).toBe(turn === 0 ? 1 : 2);
    }
  });

  it("shares no page between those that wait at once", () => {
    const pages = createSamplePages(100);
    const all = Array.from({ length: 20 }, () => new HeldSamples(pages));
    for (let turn = 0; turn < 3; turn += 1) {
      const whole = (index: number): Samples => samplesOf(index % 2 === 0, 3_000, index);
      for (const [from, to] of [[0, 10], [10, 3_000]]) all.forEach((held, index) => held.push(whole(index).subarray(from, to)));
      all.forEach((held, index) => expect(held.take(3_000)).toEqual(whole(index)));
    }
  });

  it("gives back at most so many pages as may wait, each once", () => {
    const pages = createSamplePages(5);
    const held = new HeldSamples(pages);
    held.push(new Int16Array(12 * 4_096));
    expect(pages.free).toBe(0);
    held.clear();
    held.clear();
    expect(pages.free).toBe(5);
    expect(new Set(Array.from({ length: 5 }, () => pages.borrow())).size).toBe(5);
    expect(pages.free).toBe(0);
  });

  it("copies a piece that nothing waits before once only, and needs no page for it", () => {
    const pages = createSamplePages(5);
    const held = new HeldSamples(pages);
    const block = samplesOf(true, 2_400, 1);
    held.push(block);
    const taken = held.take(10_000);
    expect(taken).toEqual(block);
    expect(taken.buffer).not.toBe(block.buffer);
    // Taken in parts it goes to a page, and so does what stands before more.
    held.push(block);
    expect(held.take(1_000)).toEqual(block.subarray(0, 1_000));
    held.push(block);
    expect(held.take(3_800)).toEqual(joinSamples([block.subarray(1_000), block]));
    expect(pages.free).toBe(2);
  });
});
