import { describe, expect, it } from "vitest";
import { createFakeClock } from "./fake-clock.ts";

describe("createFakeClock", () => {
  it("ends sleeps in the order of time, and lets chains go on in between", async () => {
    const clock = createFakeClock();
    const seen: string[] = [];
    const sleeper = async (name: string, ...waits: number[]): Promise<void> => {
      for (const wait of waits) {
        await clock.sleep(wait);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name}@${clock.now()}`);
      }
    };
    void sleeper("a", 30, 10);
    void sleeper("b", 20, 15);
    await clock.advance(100);
    expect(seen).toEqual(["b@20", "a@30", "b@35", "a@40"]);
    expect(clock.now()).toBe(100);
    expect(clock.pending).toBe(0);
  });

  it("holds a sleep of nothing until it is stepped", async () => {
    const clock = createFakeClock();
    let woken = false;
    void clock.sleep(0).then(() => (woken = true));
    await clock.settle();
    expect(woken).toBe(false);
    await clock.advance(0);
    expect(woken).toBe(true);
  });

  it("ends a sleep when its signal is aborted, and leaves no listener", async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleep = clock.sleep(1000, controller.signal);
    const other = clock.sleep(1000);
    expect(clock.pending).toBe(2);
    controller.abort();
    await sleep;
    expect(clock.pending).toBe(1);
    expect(clock.nextDueMs).toBe(1000);
    await clock.advance(1000);
    await other;
    await clock.sleep(5, controller.signal);
    expect(clock.now()).toBe(1000);
  });

  it("runs until a promise settles, either way", async () => {
    const clock = createFakeClock();
    expect(await clock.runUntil(clock.sleep(5000).then(() => "woken"))).toBe("woken");
    expect(clock.now()).toBe(5000);
    await expect(clock.runUntil(clock.sleep(5).then(() => Promise.reject(new RangeError("known"))))).rejects.toThrow("known");
  });

  it("waits for real work", async () => {
    const clock = createFakeClock();
    await clock.runUntil(new Promise((resolve) => setTimeout(resolve, 20)).then(() => clock.sleep(10)));
    expect(clock.now()).toBe(10);
  });

  it("says so when a promise can never settle, or not in time", async () => {
    const clock = createFakeClock();
    await expect(clock.runUntil(new Promise(() => {}), { idleMs: 5 })).rejects.toThrow(/nobody sleeps/u);
    void clock.sleep(1e9);
    await expect(clock.runUntil(new Promise(() => {}), { maxMs: 1000, idleMs: 5 })).rejects.toThrow(/only 1000 ms/u);
  });

  it("keeps order with many sleepers, some of them aborted", async () => {
    const clock = createFakeClock();
    const ended: number[] = [];
    const controllers = Array.from({ length: 500 }, (_, index) => {
      const controller = new AbortController();
      const due = (index * 7919) % 997;
      void clock.sleep(due, controller.signal).then(() => ended.push(controller.signal.aborted ? -1 : due));
      return controller;
    });
    controllers.forEach((controller, index) => index % 3 === 0 && controller.abort());
    await clock.settle();
    ended.length = 0;
    await clock.advance(1000);
    expect(ended.length).toBe(333);
    expect(ended).toEqual(ended.toSorted((left, right) => left - right));
  });
});
