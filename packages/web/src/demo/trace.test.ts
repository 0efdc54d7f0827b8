import { describe, expect, it } from "vitest";
import { silencesOf, Trace, type TracePoint } from "./trace.ts";

const heard = (...steps: readonly (readonly [timeMs: number, heardMs: number])[]): TracePoint[] => steps.map(([timeMs, heardMs]) => ({ timeMs, heardMs, madeMs: heardMs, handedMs: heardMs }));

describe("silencesOf", () => {
  it("finds where the sound stood still in the middle", () => {
    expect(silencesOf(heard([0, 0], [400, 0], [450, 50], [500, 100], [700, 100], [900, 100], [950, 150], [1_000, 200]))).toEqual([{ fromMs: 500, toMs: 900 }]);
  });

  it("takes no late look for a silence, and neither the beginning nor the end", () => {
    expect(silencesOf(heard([0, 0], [900, 0], [950, 50], [1_500, 600], [1_550, 650], [3_000, 650]))).toEqual([]);
    expect(silencesOf([])).toEqual([]);
  });
});

describe("Trace", () => {
  it("remembers long speech in less detail, and always its last point", () => {
    const trace = new Trace();
    trace.restart(1_000);
    for (let index = 0; index < 20_000; index += 1) trace.add(1_000 + index, { madeMs: index, handedMs: index, heardMs: index });
    expect(trace.points.length).toBeLessThanOrEqual(2_400);
    expect(trace.last.timeMs).toBeGreaterThan(19_990);
    trace.restart(0);
    expect(trace.last.timeMs).toBe(0);
  });
});
