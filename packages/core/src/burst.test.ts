import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it, vi } from "vitest";
import { Burst } from "./burst.ts";

/** As long as a turn of the event loop goes on in these tests, whatever time the clock shows. */
const turnEnds = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The pieces of work, each `costMs` long and all in one turn, before which the event loop is to go on. */
async function breathsOf(bursts: readonly Burst[], pieces: number, pass: (ms: number) => Promise<void>, costMs: number): Promise<number[]> {
  const found: number[] = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    if (bursts[piece % bursts.length]?.isTooLong() === true) {
      found.push(piece);
      await turnEnds();
    }
    await pass(costMs);
  }
  return found;
}

function createTime(): { clock: ReturnType<typeof createFakeClock>; pass: (ms: number) => Promise<void> } {
  let nowMs = 1_000;
  const clock = { ...createFakeClock(), now: () => nowMs };
  return { clock, pass: async (ms) => void (nowMs += ms) };
}

describe("a burst of work", () => {
  it("lets the event loop go on after 4 ms, again and again", async () => {
    const { clock, pass } = createTime();
    expect(await breathsOf([new Burst(clock)], 30, pass, 0.5)).toEqual([8, 17, 26]);
  });

  it("is as long as all that is done in the turn, whoever does it, and lets nobody starve", async () => {
    const { clock, pass } = createTime();
    const many = Array.from({ length: 5 }, () => new Burst(clock));
    // Each has its first piece in the turn, however late it is.
    expect(await breathsOf(many, 12, pass, 1.5)).toEqual([5, 11]);
  });

  it("knows pieces that are long by themselves", async () => {
    const { clock, pass } = createTime();
    expect(await breathsOf([new Burst(clock)], 6, pass, 10)).toEqual([1, 3, 5]);
  });

  it("heals where the end of a turn was lost", async () => {
    const { clock, pass } = createTime();
    vi.stubGlobal("setImmediate", () => undefined);
    const lost = new Burst(clock);
    expect([lost.isTooLong(), lost.isTooLong()]).toEqual([false, false]);
    await pass(20);
    expect(lost.isTooLong()).toBe(true);
    vi.unstubAllGlobals();
    await pass(1_000);
    expect(lost.isTooLong()).toBe(false);
    await turnEnds();
    await pass(20);
    expect(lost.isTooLong()).toBe(false);
  });

  it("begins anew with the turn", async () => {
    const { clock, pass } = createTime();
    const burst = new Burst(clock);
    for (let turn = 0; turn < 10; turn += 1) {
      expect([burst.isTooLong(), burst.isTooLong()]).toEqual([false, false]);
      await pass(20);
      await turnEnds();
    }
  });
});
