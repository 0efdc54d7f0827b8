import { systemClock } from "@parlando/core";
import { describe, expect, it } from "vitest";
import { createAlarm } from "./alarm.ts";
import { createFakeClock } from "./fake-clock.ts";

describe("createAlarm", () => {
  it("rings once, at the time it was set to last", async () => {
    const clock = createFakeClock();
    const rings: number[] = [];
    const alarm = createAlarm(clock, () => rings.push(clock.now()));
    alarm.set(100);
    await clock.advance(50);
    alarm.set(20);
    expect(clock.pending).toBe(1);
    await clock.advance(1000);
    expect(rings).toEqual([70]);
    alarm.set(5);
    alarm.clear();
    alarm.clear();
    expect(clock.pending).toBe(0);
    await clock.advance(1000);
    expect(rings).toEqual([70]);
  });

  it("can be set again while it rings", async () => {
    const clock = createFakeClock();
    const rings: number[] = [];
    const alarm = createAlarm(clock, () => {
      rings.push(clock.now());
      if (rings.length < 3) alarm.set(10);
    });
    alarm.set(10);
    await clock.advance(1000);
    expect(rings).toEqual([10, 20, 30]);
  });

  it("rings in real time, but not when it was cleared", async () => {
    const rings: string[] = [];
    const cleared = createAlarm(systemClock, () => rings.push("cleared"));
    cleared.set(1);
    await new Promise<void>((resolve) => {
      const alarm = createAlarm(systemClock, resolve);
      alarm.set(1000);
      alarm.set(4.2);
      cleared.clear();
    });
    expect(rings).toEqual([]);
  });
});
