import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it, vi } from "vitest";
import type { Clock } from "./clock.ts";
import { FairShare } from "./fair-share.ts";

/** As long as a turn of the event loop goes on in these tests, whatever time the clock shows. */
const turnEnds = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function createTime(): { clock: Clock; pass: (ms: number) => void } {
  let nowMs = 1_000;
  const clock = { ...createFakeClock(), now: () => nowMs };
  return { clock, pass: (ms) => void (nowMs += ms) };
}

describe("the share in a turn of the event loop", () => {
  it("is 2 ms of work that finds everything there, again and again", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    const found: number[] = [];
    for (let piece = 0; piece < 20; piece += 1) {
      if (share.mustWait(false)) {
        found.push(piece);
        await share.free();
        await turnEnds();
      }
      pass(0.5);
    }
    expect(found).toEqual([4, 9, 14, 19]);
  });

  it("is as long as all that is done in the turn, whoever does it", async () => {
    const { clock, pass } = createTime();
    const found = Array.from({ length: 5 }, () => {
      const mustWait = new FairShare(clock).mustWait(false);
      pass(1);
      return mustWait;
    });
    expect(found).toEqual([false, false, true, true, true]);
    await turnEnds();
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });

  it("is that of one clock: another has turns of its own", () => {
    const { clock, pass } = createTime();
    new FairShare(clock).mustWait(false);
    pass(5);
    expect(new FairShare(createTime().clock).mustWait(false)).toBe(false);
    expect(new FairShare(clock).mustWait(false)).toBe(true);
  });

  it("comes to those who wait in the order of their asking, 2 ms of it in a turn", async () => {
    const { clock, pass } = createTime();
    const turnOf: number[] = [];
    let turn = 0;
    for (let name = 0; name < 7; name += 1) {
      void new FairShare(clock).free().then(() => {
        turnOf[name] = turn;
        pass(1);
      });
    }
    for (; turnOf.length < 7; turn += 1) await turnEnds();
    expect(turnOf).toEqual([...turnOf].sort());
    const most = Math.max(...turnOf.map((found) => turnOf.filter((other) => other === found).length));
    // The time that one takes is seen when he has taken it, and by then the promises of the next are under way.
    expect(most).toBeLessThanOrEqual(5);
    expect(new Set(turnOf).size).toBeGreaterThan(1);
  });

  it("is waited for by whoever comes while others wait, though the turn has just begun", async () => {
    const { clock } = createTime();
    const waits = new FairShare(clock).free();
    expect(new FairShare(clock).mustWait(false)).toBe(true);
    await waits;
    await turnEnds();
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });

  it("need not be waited for with what is urgent, for a few pieces in each turn", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    for (let turn = 0; turn < 3; turn += 1) {
      new FairShare(clock).mustWait(false);
      pass(10);
      expect(Array.from({ length: 6 }, () => share.mustWait(true))).toEqual([false, false, false, false, true, true]);
      await turnEnds();
    }
  });

  it("goes on for a millisecond for whoever has waited, so that what has gathered is done together", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    new FairShare(clock).mustWait(false);
    pass(10);
    expect(share.mustWait(false)).toBe(true);
    await share.free();
    const others = new FairShare(clock).free();
    expect(share.mustWait(false)).toBe(false);
    pass(0.9);
    expect(share.mustWait(false)).toBe(false);
    pass(0.1);
    expect(share.mustWait(false)).toBe(true);
    await others;
  });

  it("comes to thousands", async () => {
    const { clock } = createTime();
    let served = 0;
    await Promise.all(Array.from({ length: 5_000 }, () => new FairShare(clock).free().then(() => (served += 1))));
    expect(served).toBe(5_000);
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });

  it("heals where the end of a turn was lost", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    vi.stubGlobal("setImmediate", () => undefined);
    expect(share.mustWait(false)).toBe(false);
    pass(20);
    expect(share.mustWait(false)).toBe(true);
    const lost = share.free();
    vi.unstubAllGlobals();
    await turnEnds();
    pass(1_000);
    await Promise.all([lost, share.free()]);
    await turnEnds();
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });
});
