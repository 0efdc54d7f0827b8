import { describe, expect, it } from "vitest";
import { createPlayhead } from "./playhead.ts";
import { createStepMeter } from "./step-meter.ts";

describe("the time of steps", () => {
  it("is a guess until something was measured, and each more run adds half a step", () => {
    const meter = createStepMeter({ guessMs: 5, slots: 4 });
    expect([0, 1, 3, 9].map((runs) => meter.stepMs(runs))).toEqual([0, 5, 10, 12.5]);
    meter.record(2, 8);
    expect([1, 2, 4].map((runs) => meter.stepMs(runs))).toEqual([8, 8, 12]);
  });

  it("follows what is measured, and one slow step changes little", () => {
    const meter = createStepMeter({ guessMs: 5, slots: 1 });
    for (let step = 0; step < 50; step += 1) meter.record(1, 10);
    meter.record(1, 100);
    expect(meter.stepMs(1)).toBeCloseTo(19);
    meter.record(7, 1);
    expect(meter.stepMs(1)).toBeCloseTo(19);
  });
});

describe("where the listener is", () => {
  it("is not known before the first sound", () => {
    expect(createPlayhead().dryAtMs(5)).toBeUndefined();
  });

  it("plays from the moment sound was handed over, and late sound plays late", () => {
    const playhead = createPlayhead();
    playhead.sent(100, 50);
    playhead.taken(50);
    expect(playhead.dryAtMs(120)).toBe(150);
    playhead.sent(200, 50);
    playhead.taken(50);
    expect(playhead.dryAtMs(200)).toBe(250);
  });

  it("cannot have played what was not read", () => {
    const playhead = createPlayhead();
    playhead.sent(0, 100);
    playhead.taken(20);
    expect(playhead.unreadMs()).toBe(80);
    expect(playhead.dryAtMs(500)).toBe(580);
    playhead.taken(900);
    expect(playhead.unreadMs()).toBe(0);
  });
});
