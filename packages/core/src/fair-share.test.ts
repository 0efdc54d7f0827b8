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
  it("is 2 ms of work that finds everything there, and then eight pieces for each wait", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    const others = new FairShare(clock);
    const found: number[] = [];
    for (let piece = 0; piece < 30; piece += 1) {
      if (share.mustWait(false)) {
        found.push(piece);
        await share.free(false);
        // The turn is as late as before.
        others.mustWait(false);
        pass(3);
      }
      pass(0.5);
    }
    expect(found).toEqual([4, 13, 22]);
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

  it("comes to those who wait in the order of their asking, a few milliseconds of it in a turn", async () => {
    const { clock, pass } = createTime();
    const turnOf: number[] = [];
    let turn = 0;
    for (let name = 0; name < 30; name += 1) {
      void new FairShare(clock).free(false).then(() => {
        turnOf[name] = turn;
        pass(1);
      });
    }
    for (; turnOf.length < 30; turn += 1) await turnEnds();
    expect(turnOf).toEqual([...turnOf].sort((left, right) => left - right));
    const most = Math.max(...turnOf.map((found) => turnOf.filter((other) => other === found).length));
    // The time that one takes is seen when he has taken it, and by then the promises of the next are under way.
    expect(most).toBeLessThanOrEqual(8);
    expect(new Set(turnOf).size).toBeGreaterThan(4);
  });

  it("comes first to those who can wait least, and to nobody a second later than to who came with him", async () => {
    const { clock, pass } = createTime();
    const order: string[] = [];
    const wait = (name: string, slackMs: number): Promise<unknown> => new FairShare(clock).free(false, slackMs).then(() => order.push(name));
    const all = [wait("a minute ahead", 60_000), wait("half a second ahead", 500), wait("dry", 0)];
    pass(400);
    all.push(wait("50 ms ahead", 50), wait("200 ms ahead", 200));
    pass(599);
    all.push(wait("dry, later", 0), wait("2 ms ahead, later", 2));
    await Promise.all(all);
    expect(order).toEqual(["dry", "50 ms ahead", "half a second ahead", "200 ms ahead", "dry, later", "a minute ahead", "2 ms ahead, later"]);
  });

  it("comes in the order of asking to one who waits twice, though he can wait less the second time", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    const order: string[] = [];
    const wait = (of: FairShare, name: string, slackMs: number): Promise<unknown> => of.free(false, slackMs).then(() => order.push(name));
    const both = [wait(share, "first", 500), wait(share, "second", 100)];
    pass(1);
    await Promise.all([...both, wait(new FairShare(clock), "other", 200)]);
    expect(order).toEqual(["other", "first", "second"]);
    order.length = 0;
    await Promise.all([wait(new FairShare(clock), "other", 200), wait(share, "third", 100)]);
    expect(order).toEqual(["third", "other"]);
  });

  it("is waited for by whoever comes while others wait, though the turn has just begun", async () => {
    const { clock } = createTime();
    const waits = new FairShare(clock).free(false);
    expect(new FairShare(clock).mustWait(false)).toBe(true);
    await waits;
    await turnEnds();
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });

  it("need not be waited for with what is urgent, for two pieces in each turn; then it goes before the others", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      new FairShare(clock).mustWait(false);
      pass(10);
      expect(Array.from({ length: 4 }, () => share.mustWait(true))).toEqual([false, false, true, true]);
      await turnEnds();
    }
    await Promise.all([new FairShare(clock).free(false).then(() => order.push("other")), share.free(true).then(() => order.push("urgent"))]);
    expect(order).toEqual(["urgent", "other"]);
  });

  it("is as long for the others as for what is urgent, however much there is of that", async () => {
    const { clock, pass } = createTime();
    let served = 0;
    let isOver = false;
    const share = new FairShare(clock);
    const insist = async (): Promise<void> => {
      while (!isOver) {
        await share.free(true);
        pass(1);
      }
    };
    const all = Array.from({ length: 20 }, insist);
    await Promise.all(Array.from({ length: 20 }, () => new FairShare(clock).free(false).then(() => (served += 1))));
    isOver = true;
    await Promise.all(all);
    expect(served).toBe(20);
  });

  it("goes on for whoever has waited for no longer than 10 ms", async () => {
    const { clock, pass } = createTime();
    const share = new FairShare(clock);
    new FairShare(clock).mustWait(false);
    pass(20);
    await share.free(false);
    const others = new FairShare(clock).free(false);
    expect(share.mustWait(false)).toBe(false);
    pass(9);
    expect(share.mustWait(false)).toBe(false);
    pass(1);
    expect(share.mustWait(false)).toBe(true);
    await others;
  });

  it("comes to thousands", async () => {
    const { clock } = createTime();
    let served = 0;
    await Promise.all(Array.from({ length: 5_000 }, () => new FairShare(clock).free(false).then(() => (served += 1))));
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
    const lost = share.free(false);
    vi.unstubAllGlobals();
    // Whoever comes next is served at once, and so is who was forgotten.
    await Promise.all([lost, new FairShare(clock).free(false)]);
    pass(1_000);
    expect(new FairShare(clock).mustWait(false)).toBe(false);
  });
});
