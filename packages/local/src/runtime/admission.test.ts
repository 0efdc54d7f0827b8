import { describe, expect, it } from "vitest";
import { admit, shareOf, type Load } from "./admission.ts";

const load = (given: Partial<Load> = {}): Load => ({ slots: 4, together: 1, running: [], waiting: [], othersShare: 0, stepMs: (runs) => 5 * runs, decodeMsPerCode: 1, ...given });

describe("letting a speech in", () => {
  it("lets one in that would be alone, however slow the machine is", () => {
    expect(admit(load({ stepMs: () => 500 }))).toEqual({ start: true });
  });

  it("lets as many in as can be made in less time than they take to play", () => {
    // 5 ms of the model and 1 ms of the decoder for each code of 20 ms: three fit.
    expect(admit(load({ running: [50, 50] }))).toEqual({ start: true });
    expect(admit(load({ running: [50, 50, 50] }))).toMatchObject({ start: false, ahead: 0 });
    expect(shareOf(3, load())).toBeCloseTo(0.9);
  });

  it("lets more in where they can share a step", () => {
    const stepMs = (runs: number): number => 5 + runs;
    expect(admit(load({ slots: 8, together: 8, stepMs, decodeMsPerCode: 0.5, running: [50, 50, 50, 50, 50] }))).toEqual({ start: true });
  });

  it("lets nobody in without a slot, nor past those who wait", () => {
    expect(admit(load({ slots: 1, running: [50], stepMs: () => 1 }))).toMatchObject({ start: false });
    expect(admit(load({ running: [], waiting: [30] }))).toMatchObject({ start: false, ahead: 1 });
  });

  it("counts what other models use of the device", () => {
    expect(admit(load({ running: [50], othersShare: 0.5 }))).toMatchObject({ start: false });
  });

  it("estimates the wait by playing forward what runs and waits", () => {
    const single = load({ slots: 1, decodeMsPerCode: 0, stepMs: () => 10 });
    expect(admit({ ...single, running: [30] })).toEqual({ start: false, ahead: 0, waitMs: 300 });
    expect(admit({ ...single, running: [30], waiting: [20, 10] })).toEqual({ start: false, ahead: 2, waitMs: 600 });
  });

  it("estimates the wait for the first of several to end", () => {
    // Three take turns of 5 ms: the shortest has 10 codes left.
    expect(admit(load({ decodeMsPerCode: 0, stepMs: () => 5, slots: 3, running: [40, 10, 30] }))).toEqual({ start: false, ahead: 0, waitMs: 150 });
  });
});
