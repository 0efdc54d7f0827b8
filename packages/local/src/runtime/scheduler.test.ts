import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseRuns, type RunState, type ScheduleOptions } from "./scheduler.ts";

const options = (given: Partial<ScheduleOptions> = {}): ScheduleOptions => ({
  nowMs: 0, together: () => 4, stepMs: (_group, runs) => 5 + runs, prefillMs: () => 30, afterPrefill: false, ...given,
});
const run = (id: number, state: Partial<RunState> = {}): RunState => ({ id, group: 1, state: "speaking", deadlineMs: 1_000, workMs: 50, ...state });

describe("who takes the next step", () => {
  it("is the run that will run dry first, counted with the work that is left for its next piece", () => {
    const chosen = chooseRuns([run(1, { deadlineMs: 500, workMs: 10 }), run(2, { deadlineMs: 600, workMs: 300 })], options({ together: () => 1 }));
    expect(chosen).toEqual([2]);
  });

  it("takes others of the same model along, the most urgent first, as many as can share a step", () => {
    const runs = [run(1, { deadlineMs: 900 }), run(2, { deadlineMs: 400 }), run(3, { deadlineMs: 700 }), run(4, { group: 2, deadlineMs: 500 })];
    expect(chooseRuns(runs, options({ together: () => 2 }))).toEqual([2, 3]);
  });

  it("takes fewer along when one more would make the most urgent late", () => {
    // Alone 60 ms of work; each more adds a fifth: two are in time, three are not.
    const stepMs = (_group: number, runs: number): number => 4 + runs;
    const runs = [run(1, { deadlineMs: 75, workMs: 60 }), run(2), run(3)];
    expect(chooseRuns(runs, options({ stepMs }))).toEqual([1, 2]);
  });

  it("takes all along when the most urgent is late already", () => {
    expect(chooseRuns([run(1, { deadlineMs: 10, workMs: 60 }), run(2), run(3)], options())).toEqual([1, 2, 3]);
  });

  it("leaves out who rests, and nobody is left when all rest", () => {
    expect(chooseRuns([run(1, { state: "held", deadlineMs: 0 }), run(2)], options())).toEqual([2]);
    expect(chooseRuns([run(1, { state: "held" })], options())).toEqual([]);
    expect(chooseRuns([], options())).toEqual([]);
  });

  it("evaluates a piece of a prompt by itself", () => {
    expect(chooseRuns([run(1, { state: "prefill", deadlineMs: 300 }), run(2)], options())).toEqual([1]);
    expect(chooseRuns([run(1, { state: "prefill", deadlineMs: 300 }), run(2, { deadlineMs: 70 })], options())).toEqual([2]);
  });

  it("evaluates a prompt as soon as all who speak can wait for that", () => {
    expect(chooseRuns([run(1, { state: "prefill", deadlineMs: 300 }), run(2, { deadlineMs: 90 })], options())).toEqual([1]);
  });

  it("lets no second piece of a prompt follow while somebody who speaks would run dry meanwhile", () => {
    const runs = [run(1, { state: "prefill", deadlineMs: -500 }), run(2, { deadlineMs: 70, workMs: 50 })];
    expect(chooseRuns(runs, options())).toEqual([1]);
    expect(chooseRuns(runs, options({ afterPrefill: true }))).toEqual([2]);
    expect(chooseRuns([runs[0]!, run(2, { deadlineMs: 200, workMs: 50 })], options({ afterPrefill: true }))).toEqual([1]);
  });

  it("chooses somebody whenever anybody is ready, never more than fit, never one twice, and of one model only", () => {
    const runs = fc.uniqueArray(
      fc.record({ id: fc.nat(50), group: fc.nat(2), state: fc.constantFrom("prefill", "speaking", "held"), deadlineMs: fc.integer({ min: -2_000, max: 5_000 }), workMs: fc.nat(500) }) as fc.Arbitrary<RunState>,
      { selector: ({ id }) => id, maxLength: 12 },
    );
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 8 }), fc.boolean(), (states, together, afterPrefill) => {
        const chosen = chooseRuns(states, options({ together: () => together, afterPrefill }));
        const found = chosen.map((id) => states.find((state) => state.id === id)!);
        expect(chosen.length > 0).toBe(states.some(({ state }) => state !== "held"));
        expect(chosen.length).toBeLessThanOrEqual(together);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(new Set(found.map(({ group }) => group)).size).toBeLessThanOrEqual(1);
        expect(found.every(({ state }) => state !== "held")).toBe(true);
        expect(found.some(({ state }) => state === "prefill") && found.length > 1).toBe(false);
      }),
    );
  });
});
