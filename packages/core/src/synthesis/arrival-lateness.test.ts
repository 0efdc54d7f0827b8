import { createRandom } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { ArrivalLateness, createArrivalMeter } from "./arrival-lateness.ts";
import { ForgettingHistogram } from "./forgetting-histogram.ts";

/** Measures pieces of so much audio, each waited for as long as told. */
function measure(waitsMs: readonly number[], audioMs = 100): ReturnType<ReturnType<typeof createArrivalMeter>["measure"]> {
  const meter = createArrivalMeter();
  for (const waitMs of waitsMs) {
    meter.waited(waitMs);
    meter.made(audioMs);
  }
  return meter.measure();
}

/** Whether a listener hears no gap who begins with the first piece at which more than `aheadMs` is there. */
function playsThrough(waitsMs: readonly number[], aheadMs: number, audioMs = 100): boolean {
  let atMs = 0;
  let madeMs = 0;
  let beganAtMs: number | undefined;
  for (const waitMs of waitsMs) {
    atMs += waitMs;
    if (beganAtMs !== undefined && atMs - beganAtMs > madeMs) return false;
    madeMs += audioMs;
    if (madeMs > aheadMs) beganAtMs ??= atMs;
  }
  return true;
}

describe("how late the audio of a request came", () => {
  it("is nothing for an engine that is fast and steady, whatever it takes to begin", () => {
    expect(measure([5000, 50, 50, 50, 50, 50, 50])).toEqual({ latenessMs: 0, neededMs: 0, realTimeFactor: 0.5 });
    expect(measure([300, 100, 100, 100, 100, 100])).toMatchObject({ latenessMs: 0, neededMs: 0, realTimeFactor: 1 });
  });

  it("is what a listener would have missed who began with the first sample", () => {
    expect(measure([0, 150, 10, 10, 400])).toMatchObject({ latenessMs: 170, neededMs: 300 });
    expect(measure([0, 120, 120, 120, 120, 120]).latenessMs).toBe(100);
  });

  it("tells the least that must be ahead: with more there is no gap, with no more there is one", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = createRandom(seed);
      const waits = Array.from({ length: 30 }, () => Math.round(40 * Math.exp(0.9 * random.normal())));
      const { neededMs, latenessMs } = measure(waits);
      expect(playsThrough(waits, neededMs)).toBe(true);
      expect(latenessMs > 0).toBe(neededMs > 0);
      if (neededMs > 0) expect(playsThrough(waits, neededMs - 1)).toBe(false);
    }
  });
});

describe("what was learned", () => {
  it("is nothing before the first call, and for a steady engine", () => {
    const account = new ArrivalLateness();
    expect(account.headstartMs(60_000)).toBe(0);
    for (let call = 0; call < 100; call += 1) account.learnNeeded(0);
    account.learnFactor(0.5);
    expect(account.headstartMs(60_000)).toBe(0);
  });

  it("is a high quantile: one bad call in a hundred does not count, one in ten does", () => {
    for (const [every, expected] of [[100, 0], [10, 310]] as const) {
      const account = new ArrivalLateness();
      for (let call = 1; call <= 400; call += 1) account.learnNeeded(call % every === every / 2 ? 300 : 0);
      expect(account.headstartMs(0)).toBe(expected);
    }
  });

  it("is forgotten when the network has become better", () => {
    const account = new ArrivalLateness();
    for (let call = 0; call < 50; call += 1) account.learnNeeded(500);
    expect(account.headstartMs(0)).toBe(510);
    for (let call = 0; call < 200; call += 1) account.learnNeeded(0);
    expect(account.headstartMs(0)).toBe(0);
  });

  it("counts what an engine slower than real time will lose of what is still to be spoken", () => {
    const account = new ArrivalLateness();
    account.learnFactor(undefined);
    account.learnFactor(1.25);
    expect(account.headstartMs(10_000)).toBeCloseTo(2_000, 6);
    expect(account.headstartMs(0)).toBe(0);
  });
});

describe("a histogram that forgets", () => {
  it("gives the quantiles of what it was told, to a bucket", () => {
    const histogram = new ForgettingHistogram();
    expect(histogram.quantile(0.95)).toBe(0);
    const random = createRandom(3);
    for (let count = 0; count < 5_000; count += 1) histogram.add(random.next() * 1_000);
    expect(Math.abs(histogram.quantile(0.5) - 500)).toBeLessThan(150);
    expect(histogram.quantile(0.95)).toBeGreaterThan(850);
  });

  it("takes what is out of range for its ends", () => {
    const histogram = new ForgettingHistogram();
    histogram.add(-50);
    expect(histogram.quantile(0.95)).toBe(0);
    histogram.add(1e9);
    expect(histogram.quantile(0.95)).toBe(2_010);
  });
});
