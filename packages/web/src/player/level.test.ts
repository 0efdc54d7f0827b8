import { describe, expect, it } from "vitest";
import { LevelListeners, type Level } from "./level-listeners.ts";
import { LevelMeter } from "./level.ts";

describe("the level", () => {
  it("is measured only while it is wanted", () => {
    const meter = new LevelMeter();
    const block = new Float32Array(128).fill(-0.5);
    expect(meter.measure(block)).toBeUndefined();
    meter.everyFrames = 256;
    expect(meter.measure(block)).toBeUndefined();
    expect(meter.measure(new Float32Array(128))).toMatchObject({ type: "level", peak: 0.5, mean: Math.sqrt(0.125) });
    meter.everyFrames = 0;
    expect([meter.measure(block), meter.measure(block)]).toEqual([undefined, undefined]);
  });

  it("goes to each listener at its own pace, and is asked for no more when the last has gone", () => {
    const asked: number[] = [];
    const listeners = new LevelListeners((everyMs) => asked.push(everyMs));
    const [quick, slow]: [Level[], Level[]] = [[], []];
    const stopSlow = listeners.add((level) => slow.push(level), 100);
    const stopQuick = listeners.add((level) => quick.push(level), 33);
    for (const peak of [0.1, 0.9, 0.3]) listeners.tell({ type: "level", peak, mean: 0.2 });
    expect(quick.map(({ peak }) => peak)).toEqual([0.1, 0.9, 0.3]);
    expect(slow).toHaveLength(1);
    expect(slow[0]).toMatchObject({ peak: 0.9 });
    stopQuick();
    stopQuick();
    stopSlow();
    expect(asked).toEqual([100, 33, 100, 0]);
  });
});
