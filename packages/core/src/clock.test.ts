import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";

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

  it.each(["setImmediate", "messages"])("lets other work go first when told to wait 0 ms (%s)", async (way) => {
    if (way === "messages") vi.stubGlobal("setImmediate", undefined);
    const order: string[] = [];
    const waits = [systemClock.sleep(0).then(() => order.push("first")), systemClock.sleep(0).then(() => order.push("second"))];
    await Promise.resolve().then(() => order.push("microtask"));
    await Promise.all(waits);
    expect(order).toEqual(["microtask", "first", "second"]);
  });
});
