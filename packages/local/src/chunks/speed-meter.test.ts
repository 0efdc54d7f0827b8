import { describe, expect, it } from "vitest";
import { createBusyClock } from "./busy-clock.ts";
import { createSpeedMeter } from "./speed-meter.ts";

const guess = { codeMs: 9, decode: { startMs: 5, perCodeMs: 1 }, samples: 0 };

describe("the speed meter", () => {
  it("tells the guess until something was measured", () => {
    const meter = createSpeedMeter(guess);
    expect(meter.speed()).toEqual(guess);
    for (const code of [4, 4, 4]) meter.recordCode(code);
    expect(meter.speed().codeMs).toBe(9);
  });

  it("tells the time of codes, a little more while it knows little", () => {
    const meter = createSpeedMeter(guess);
    for (let code = 0; code < 4; code += 1) meter.recordCode(4);
    expect(meter.speed().codeMs).toBeCloseTo(5);
    for (let code = 0; code < 400; code += 1) meter.recordCode(4);
    expect(meter.speed().codeMs).toBeGreaterThan(4);
    expect(meter.speed().codeMs).toBeLessThan(4.2);
    expect(meter.speed().samples).toBe(404);
  });

  it("counts slow codes more than quick ones, and forgets what was long ago", () => {
    const meter = createSpeedMeter(guess);
    for (let code = 0; code < 400; code += 1) meter.recordCode(code % 8 < 4 ? 2 : 6);
    expect(meter.speed().codeMs).toBeGreaterThanOrEqual(6);
    for (let code = 0; code < 400; code += 1) meter.recordCode(3);
    expect(meter.speed().codeMs).toBeLessThan(3.2);
  });

  it("finds the line that windows lie on", () => {
    const meter = createSpeedMeter(guess);
    for (const codes of [16, 30, 60, 107]) meter.recordWindow(codes, 20 + 0.5 * codes);
    expect(meter.speed().decode.startMs).toBeCloseTo(20);
    expect(meter.speed().decode.perCodeMs).toBeCloseTo(0.5);
  });

  it("scales the guess where windows are all alike", () => {
    const meter = createSpeedMeter(guess);
    for (let window = 0; window < 5; window += 1) meter.recordWindow(95, 200);
    expect(meter.speed().decode).toEqual({ startMs: 10, perCodeMs: 2 });
  });

  it("never tells less than nothing for a window", () => {
    const meter = createSpeedMeter(guess);
    for (const [codes, elapsedMs] of [[20, 5], [100, 60], [50, 10]] as const) meter.recordWindow(codes, elapsedMs);
    expect(meter.speed().decode.startMs).toBe(0);
    const falling = createSpeedMeter(guess);
    for (const [codes, elapsedMs] of [[20, 60], [100, 5]] as const) falling.recordWindow(codes, elapsedMs);
    expect(falling.speed().decode.perCodeMs).toBeGreaterThan(0);
  });

  it.each([[1, 0, 4], [0.5, 0.5, 8], [0, 0, 4]])("learns what share of its speed the backbone keeps beside a window: %s", (share) => {
    const meter = createSpeedMeter(guess);
    for (let code = 0; code < 400; code += 1) meter.recordCode(4);
    // A window of 40 ms: at full speed ten codes lie in it, at half five; where one waits for the other, one code lies around it.
    if (share === 0) meter.recordCode(44, 40);
    else for (let code = 0; code < 10 * share; code += 1) meter.recordCode(4 / share, 4 / share);
    expect(meter.speed().whileDecoding).toBeCloseTo(share, 1);
    expect(meter.speed().codeMs).toBeLessThan(4.2);
  });

  it("takes no notice of times that are none", () => {
    const meter = createSpeedMeter(guess);
    for (const time of [Number.NaN, -1, Infinity]) {
      meter.recordCode(time);
      meter.recordWindow(10, time);
    }
    expect(meter.speed().samples).toBe(0);
  });

  it("gives the same object until something new was measured", () => {
    const meter = createSpeedMeter(guess);
    expect(meter.speed()).toBe(meter.speed());
  });
});

describe("the busy clock", () => {
  it("adds up when something was busy, several at once as one", () => {
    const clock = createBusyClock();
    clock.end(5);
    clock.begin(10);
    expect(clock.total(15)).toBe(5);
    clock.begin(20);
    clock.end(30);
    clock.end(40);
    expect(clock.total(100)).toBe(30);
    clock.begin(100);
    expect(clock.total(101)).toBe(31);
  });
});
