import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAdaptivePlanner } from "./adaptive-planner.ts";
import type { ChunkPlanner, MachineSpeed } from "./chunk-planner.ts";
import type { ChunkShape } from "./chunk-shape.ts";
import { createChunkPlanner } from "./create-chunk-planner.ts";
import { chunkLadder, createFixedPlanner } from "./fixed-planner.ts";
import { machineAt, simulate, simulateUpstream, type SimulationResult } from "./simulate.test-helper.ts";

const codeDurationMs = 20;
const rule = { lookBack: 51, lookAhead: 4, fade: 2, tail: 2 };
const shape: ChunkShape = { codeDurationMs, rule, contextCodes: 10 };
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

interface Case {
  readonly factor: number;
  readonly codecShare: number;
  readonly whileDecoding: number;
  readonly jitter?: number;
  readonly seed?: number;
  readonly codes?: number;
  /** How far the first belief is from the truth. */
  readonly believed?: number;
}

function believe({ factor, codecShare, whileDecoding, believed = 1 }: Case): MachineSpeed {
  return { codeMs: believed * 20 * factor * (1 - codecShare), decode: { startMs: 0, perCodeMs: 20 * factor * codecShare }, whileDecoding, samples: 0 };
}

function speak(planner: ChunkPlanner, given: Case): SimulationResult {
  return simulate({ planner, shape, machine: machineAt(given), codes: given.codes ?? 500, guess: believe(given) });
}

const adaptive = (): ChunkPlanner => createAdaptivePlanner({ shape });
const ladder = (): ChunkPlanner => createChunkPlanner({ chunkCodes: "adaptive", reproducible: true, shape });

/** What one needs of the machine in the long run, windows of 107 codes for 50 counted: above 1 nothing can keep up. */
function load({ factor, codecShare, whileDecoding }: Case): number {
  const window = (factor * codecShare * 107) / 50;
  return Math.max(window, factor * (1 - codecShare) + window * (1 - whileDecoding));
}

describe("the adaptive planner", () => {
  const machines = [0.05, 0.1, 0.25].flatMap((codecShare) => [1, 0.5].map((whileDecoding) => ({ factor: 0.46, codecShare, whileDecoding })));

  it.each([...machines, { factor: 0.46, codecShare: 0.1, whileDecoding: 0 }])("is heard in at most 0.35 of upstream's time at a real-time factor of 0.46, and never runs dry: %o", (given) => {
    for (const seed of seeds) {
      const ours = speak(adaptive(), { ...given, seed, jitter: 0.3 });
      const upstream = simulateUpstream({ machine: machineAt({ ...given, seed, jitter: 0.3 }), codes: 500, codeDurationMs });
      expect(ours.firstMs / upstream.firstMs).toBeLessThanOrEqual(0.35);
      expect(ours.dry).toBe(0);
      expect(ours.tooSlow).toBeUndefined();
    }
  });

  it("never runs dry on a machine that keeps up, however codes jitter and whatever the codec takes", () => {
    const cases = fc.record({
      factor: fc.double({ min: 0.1, max: 0.85, noNaN: true }),
      codecShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
      whileDecoding: fc.double({ min: 0, max: 1, noNaN: true }),
      jitter: fc.double({ min: 0, max: 0.3, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1_000 }),
      codes: fc.integer({ min: 1, max: 700 }),
      believed: fc.double({ min: 0.5, max: 2, noNaN: true }),
    });
    const property = fc.property(cases, (given) => {
      fc.pre(load(given) < 0.8);
      const { dryMs, pieces } = speak(adaptive(), given);
      // A rare run of slow codes may be heard as a gap, of less than one code.
      expect(dryMs).toBeLessThan(20);
      expect(pieces.reduce((sum, count) => sum + count, 0)).toBe(given.codes);
      expect(Math.max(...pieces)).toBeLessThan(54);
    });
    fc.assert(property, { numRuns: 300, seed: 42 });
  });

  it("begins with four codes on a quick machine and soon makes whole seconds", () => {
    const { pieces } = speak(adaptive(), { factor: 0.2, codecShare: 0.1, whileDecoding: 1 });
    expect(pieces[0]).toBe(4);
    expect(pieces.indexOf(50)).toBeLessThanOrEqual(3);
  });

  it.each([{ factor: 1.1, codecShare: 0.05 }, { factor: 1.3, codecShare: 0.1 }, { factor: 2, codecShare: 0.05 }])("holds back on a machine that cannot keep up, so that it never runs dry, and no longer than that: %o", (given) => {
    const machine = { ...given, whileDecoding: 1 };
    const { dry, firstMs, tooSlow, endMs } = speak(adaptive(), machine);
    expect(dry).toBe(0);
    expect(tooSlow?.realTimeFactor).toBeCloseTo(load(machine), 0);
    // Whoever begins earlier than this runs dry.
    const least = endMs - 500 * codeDurationMs;
    expect(firstMs).toBeGreaterThan(least);
    expect(firstMs).toBeLessThan(1.3 * least + 1_500);
  });

  it("has one gap, not many, when the machine stalls", () => {
    const machine = { whileDecoding: 1, decodeMs: (window: number) => window, codeMs: (code: number) => (code === 150 ? 3_000 : 8) };
    const { dry, pieces } = simulate({ planner: adaptive(), shape, machine, codes: 500, guess: { codeMs: 8, decode: { startMs: 0, perCodeMs: 1 }, samples: 0 } });
    expect(dry).toBe(1);
    expect(pieces.length).toBeLessThan(25);
  });

  it("takes all that is left at the end, however little it is, and nothing when nothing is left", () => {
    const planner = adaptive();
    const speed = believe({ factor: 0.3, codecShare: 0.1, whileDecoding: 1 });
    const state = { nowMs: 0, expectedCodes: 100, ended: true };
    expect(planner.next({ ...state, generated: 1, handed: 0, aheadMs: undefined }, speed)).toBe(1);
    expect(planner.next({ ...state, generated: 30, handed: 28, aheadMs: 400 }, speed)).toBe(2);
    expect(planner.next({ ...state, generated: 30, handed: 30, aheadMs: 400 }, speed)).toBe(0);
    expect(planner.next({ ...state, ended: false, generated: 9, handed: 0, aheadMs: undefined }, speed)).toBe(0);
  });
});

describe("the fixed planners", () => {
  it("cut at the same places on every machine when the speech must be reproducible", () => {
    const property = fc.property(fc.double({ min: 0.05, max: 3, noNaN: true }), fc.double({ min: 0, max: 0.6, noNaN: true }), fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 400 }), (factor, codecShare, seed, codes) => {
      const one = speak(ladder(), { factor, codecShare, whileDecoding: 1, jitter: 0.5, seed, codes });
      const other = speak(ladder(), { factor: 0.3, codecShare: 0.1, whileDecoding: 1, codes });
      expect(one.pieces).toEqual(other.pieces);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it("never run dry on a machine that keeps up: they begin later instead", () => {
    for (const factor of [0.2, 0.46, 0.6, 0.75, 0.85]) {
      for (const codecShare of [0.05, 0.1, 0.2]) {
        for (const seed of seeds) {
          expect(speak(ladder(), { factor, codecShare, whileDecoding: 1, seed, jitter: 0.2 }).dryMs).toBeLessThan(20);
          expect(speak(createFixedPlanner({ sizes: [25], shape }), { factor, codecShare: 0.05, whileDecoding: 1, seed, jitter: 0.2 }).dryMs).toBeLessThan(20);
        }
      }
    }
  });

  it("are heard in at most 0.35 of upstream's time at a real-time factor of 0.46", () => {
    for (const codecShare of [0.05, 0.1, 0.25]) {
      const given = { factor: 0.46, codecShare, whileDecoding: 1 };
      const upstream = simulateUpstream({ machine: machineAt(given), codes: 500, codeDurationMs });
      expect(speak(ladder(), given).firstMs / upstream.firstMs).toBeLessThanOrEqual(0.35);
    }
  });

  it("hold back on a machine that cannot keep up", () => {
    const { dry, tooSlow } = speak(ladder(), { factor: 1.3, codecShare: 0.05, whileDecoding: 1 });
    expect(dry).toBe(0);
    expect(tooSlow?.bufferMs).toBeGreaterThan(1_500);
  });

  it("have the size that was asked for, and the rest at the end", () => {
    const planner = createChunkPlanner({ chunkCodes: 60, reproducible: false, shape });
    expect(speak(planner, { factor: 0.3, codecShare: 0.1, whileDecoding: 1, codes: 200 }).pieces).toEqual([60, 60, 60, 20]);
  });

  it("grow by at most 1.3", () => {
    for (const [index, size] of chunkLadder.slice(1).entries()) expect(size / (chunkLadder[index] ?? 1)).toBeLessThanOrEqual(1.34);
  });
});
