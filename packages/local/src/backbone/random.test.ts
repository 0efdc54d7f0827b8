import { describe, expect, it } from "vitest";
import { chiSquaredProbability } from "./probabilities.test-helper.ts";
import { createRandom, mixSeed } from "./random.ts";

/** The generator as its authors write it, in whole numbers of any size. */
function* plainXoshiro(state: readonly [number, number, number, number]): Generator<number> {
  const mask = 0xffff_ffffn;
  let [a, b, c, d] = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  const rotate = (value: bigint, places: bigint): bigint => ((value << places) | (value >> (32n - places))) & mask;
  for (;;) {
    yield Number((rotate((b * 5n) & mask, 7n) * 9n) & mask);
    const shifted = (b << 9n) & mask;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11n);
  }
}

describe("createRandom", () => {
  it.each([0, 1, 42, 0xffff_ffff])("is xoshiro128** from the seed %i", (seed) => {
    const random = createRandom(seed);
    const plain = plainXoshiro([mixSeed(seed, 0), mixSeed(seed, 1), mixSeed(seed, 2), (mixSeed(seed, 3) | 1) >>> 0]);
    for (let draw = 0; draw < 1_000; draw += 1) expect(random.bits()).toBe(plain.next().value);
  });

  it("gives numbers that are spread evenly, over the draws of one seed and over the first draws of many", () => {
    const one = createRandom(7);
    const draws = [Array.from({ length: 20_000 }, () => one.unit()), Array.from({ length: 20_000 }, (_, seed) => createRandom(seed).unit())];
    const expected = new Map(Array.from({ length: 100 }, (_, bin) => [bin, 0.01]));
    for (const units of draws) {
      expect(Math.min(...units)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...units)).toBeLessThan(1);
      const observed = new Map<number, number>();
      for (const unit of units) observed.set(Math.floor(unit * 100), (observed.get(Math.floor(unit * 100)) ?? 0) + 1);
      expect(chiSquaredProbability(observed, expected)).toBeGreaterThan(0.001);
    }
  });

  it("mixes seeds and steps so that none of a small grid are alike", () => {
    const mixed = new Set(Array.from({ length: 65_536 }, (_, index) => mixSeed(index >> 8, index & 255)));
    expect(mixed.size).toBeGreaterThan(65_530);
  });
});
