import { describe, expect, it } from "vitest";
import { createPlanner } from "./create-planner.ts";
import type { PlannerState } from "./planner-state.ts";

const steady = { startMs: 250, startMsHigh: 250, perCharacterMs: 33 };
const unsteady = { startMs: 350, startMsHigh: 700, perCharacterMs: 8 };

function stateWith(part: Partial<PlannerState>): PlannerState {
  return { nowMs: 0, pendingText: "", ended: false, sentSegments: 0, inFlight: 0, freeSlots: 1, securedMs: Infinity, msPerCharacter: 67, cost: steady, output: "whole", ...part };
}

const text = "She opened the letter slowly and read it to the very end before she said a single word about it. ";

/** Writes the text at a speed and tells what was sent first, and when. */
function first(part: Partial<PlannerState>, { unitsPerMs, latency = "soonest", textMs = 60_000 }: { unitsPerMs: number; latency?: "soonest" | "balanced"; textMs?: number }): { units: number; atMs: number } {
  const planner = createPlanner({ latency });
  for (let nowMs = 1_000; nowMs < 11_000; nowMs += 1) {
    const pendingText = text.slice(0, 4 + 4 * Math.floor((Math.min(nowMs - 1_000, textMs) * unitsPerMs) / 4));
    const answer = planner.next(stateWith({ ...part, nowMs, pendingText }));
    if (typeof answer === "number" && answer > 0) return { units: answer, atMs: nowMs - 1_000 };
  }
  return { units: 0, atMs: Infinity };
}

describe("the first request", () => {
  it("does not wait for more than it needs where starts are steady", () => {
    const { units, atMs } = first({ cost: steady }, { unitsPerMs: 0.4 });
    expect(text.slice(0, units)).toBe("She opened the");
    expect(atMs).toBeLessThanOrEqual(40);
  });

  it("takes more where starts vary and text comes quickly, and less where it comes slowly", () => {
    const quick = first({ cost: unsteady, freeSlots: 3 }, { unitsPerMs: 0.4 });
    const slow = first({ cost: unsteady, freeSlots: 3 }, { unitsPerMs: 0.06 });
    expect(quick.units).toBeGreaterThan(slow.units);
    expect(slow.units).toBeGreaterThanOrEqual(9);
  });

  it("puts the first audio off by less than half of the time at which it could come", () => {
    for (const unitsPerMs of [0.05, 0.12, 0.4, 2]) {
      const { units, atMs } = first({ cost: unsteady, freeSlots: 3 }, { unitsPerMs });
      const firstWordMs = 350 + 8 * 3;
      // The least that keeps up is nine units; what comes after that is the delay.
      const leastMs = 350 + 8 * 10 + 12 / unitsPerMs;
      expect(atMs + 350 + 8 * units).toBeLessThanOrEqual(Math.max(1.5 * firstWordMs, leastMs) + 8);
    }
  });

  it("does not wait for a writer who has stopped", () => {
    const { units, atMs } = first({ cost: unsteady, freeSlots: 3 }, { unitsPerMs: 0.4, textMs: 40 });
    expect(units).toBeGreaterThanOrEqual(9);
    expect(atMs).toBeLessThan(200);
  });

  it("does not depend on what the clock said before", () => {
    const planner = createPlanner({ latency: "soonest" });
    const state = stateWith({ nowMs: 1e9, pendingText: text, cost: unsteady });
    expect(planner.next(state)).toBe(createPlanner({ latency: "soonest" }).next({ ...state, nowMs: 0 }));
  });
});

describe("later requests", () => {
  const many = "One short sentence is here. ".repeat(20);

  it("are one sentence each when plenty of audio is ahead", () => {
    const planner = createPlanner({ latency: "balanced" });
    const state = stateWith({ pendingText: many, cost: unsteady, sentSegments: 3 });
    expect(planner.next({ ...state, securedMs: 60_000 })).toBe(27);
    expect(planner.next({ ...state, securedMs: 1_500 })).toBe(54 + 1);
  });

  it("are not single words beside others that run, while there is time", () => {
    const state = stateWith({ pendingText: "and then the", cost: unsteady, sentSegments: 1, inFlight: 1, freeSlots: 2, securedMs: 1_000 });
    expect(createPlanner({ latency: "soonest" }).next({ ...state, pendingText: "and th" })).toEqual({ askAgainInMs: expect.any(Number) as number });
    expect(createPlanner({ latency: "soonest" }).next({ ...state, pendingText: "and th", securedMs: 700 })).toBe(3);
  });

  it("weigh no more cuts of a long text than they need", () => {
    const planner = createPlanner({ latency: "balanced" });
    const pendingText = "mountain harbour ".repeat(4_000);
    let looked = 0;
    const cuts = Array.from({ length: 8_000 }, (_, index) => {
      const at = 8 + 8 * index + Math.floor(index / 2);
      return { kind: "word" as const, get at() { looked += 1; return at; } };
    });
    planner.next(stateWith({ pendingText, cuts, cost: steady, sentSegments: 1, securedMs: 1_000 }));
    // Each is looked at once, to leave out those before the first letter; few of them again.
    expect(looked).toBeLessThan(1.2 * cuts.length);
  });
});
