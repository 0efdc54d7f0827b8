import { afterEach, describe, expect, it, vi } from "vitest";
import { callAfter, systemClock, type Clock } from "./clock.ts";

afterEach(() => vi.unstubAllGlobals());

describe("systemClock", () => {
  it("never goes back", () => {
    const first = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(first);
  });

  it("waits as long as it was told, and is woken by its signal", async () => {
    const startedAt = systemClock.now();
    await systemClock.sleep(20);
    // Timers of Node may be early by the fraction of a millisecond.
    expect(systemClock.now() - startedAt).toBeGreaterThan(19);
    const abort = new AbortController();
    const long = systemClock.sleep(1e9, abort.signal);
    abort.abort();
    await long;
    await systemClock.sleep(1e9, abort.signal);
  });

  it("does not take for ever for at once", async () => {
    const abort = new AbortController();
    const rung: string[] = [];
    const asleep = systemClock.sleep(Infinity, abort.signal).then(() => rung.push("sleep"));
    const callOff = callAfter(systemClock, Infinity, () => rung.push("after"));
    await systemClock.sleep(10);
    expect(rung).toEqual([]);
    callOff();
    abort.abort();
    await asleep;
  });

  it.each(["setImmediate", "messages"])("lets other work go first when told to wait 0 ms (%s)", async (way) => {
    if (way === "messages") vi.stubGlobal("setImmediate", undefined);
    const order: string[] = [];
    const waits = [systemClock.sleep(0).then(() => order.push("first")), systemClock.sleep(0).then(() => order.push("second"))];
    await Promise.resolve().then(() => order.push("microtask"));
    await Promise.all(waits);
    expect(order).toEqual(["microtask", "first", "second"]);
  });
});

describe("callAfter", () => {
  /** A clock of an app, which only sleeps. */
  const sleeper: Clock = { now: () => systemClock.now(), sleep: (ms, signal) => systemClock.sleep(ms, signal) };

  it.each([
    ["a clock that can", systemClock],
    ["a clock that only sleeps", sleeper],
  ])("calls back once, later, unless it was called off (%s)", async (_, clock) => {
    const rung: string[] = [];
    const calls = [0, 5].map((ms) => callAfter(clock, ms, () => rung.push(`${ms}`)));
    for (const ms of [0, 5]) callAfter(clock, ms, () => rung.push(`off ${ms}`))();
    expect(rung).toEqual([]);
    await systemClock.sleep(30);
    expect(rung).toEqual(["0", "5"]);
    // Too late, and twice.
    for (const callOff of [...calls, ...calls]) callOff();
    await systemClock.sleep(10);
    expect(rung).toEqual(["0", "5"]);
  });
});
