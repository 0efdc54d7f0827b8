import { describe, expect, it } from "vitest";
import { Burst } from "./burst.ts";

/** The pieces of work, each `costMs` long and waited for so long, behind which the event loop goes on. */
function breathsOf(waitsMs: readonly number[], costMs = 0.5): number[] {
  const burst = new Burst();
  let nowMs = 1_000;
  return waitsMs.flatMap((waitedMs, piece) => {
    nowMs += waitedMs + costMs;
    return burst.isTooLong(nowMs, waitedMs) ? [piece] : [];
  });
}

describe("a burst of work", () => {
  it("lets the event loop go on after 4 ms, again and again", () => {
    expect(breathsOf(new Array<number>(30).fill(0))).toEqual([8, 17, 26]);
  });

  it("begins anew with what was waited for", () => {
    expect(breathsOf([0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual([14]);
    expect(breathsOf(new Array<number>(100).fill(20))).toEqual([]);
  });

  it("is short where the pieces are long", () => {
    expect(breathsOf([0, 0, 0, 0], 10)).toEqual([1, 3]);
  });
});
