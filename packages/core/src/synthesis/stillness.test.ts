import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { watchStillness } from "./stillness.ts";

describe("watchStillness", () => {
  it("tells each that was waited for too long, once, and leaves no timer behind", async () => {
    const clock = createFakeClock();
    const expired: string[] = [];
    const watch = (name: string, limitMs: number, sinceMs: number): (() => void) =>
      watchStillness(clock, { lookMs: limitMs, limitMs: () => limitMs, waitedMs: () => clock.now() - sinceMs, expired: () => expired.push(`${name} ${clock.now()}`) });
    watch("slow", 500, 0);
    const stop = watch("short", 100, 0);
    const stopOther = watch("other", 300, 0);
    await clock.advance(200);
    expect(expired).toEqual(["short 100"]);
    stopOther();
    stop();
    await clock.advance(1000);
    expect(expired).toEqual(["short 100", "slow 500"]);
    expect(clock.pending).toBe(0);
  });

  it("goes on with what was heard from in the meantime", async () => {
    const clock = createFakeClock();
    let since = 0;
    let expiredAt: number | undefined;
    const stop = watchStillness(clock, { lookMs: 100, limitMs: () => 100, waitedMs: () => clock.now() - since, expired: () => (expiredAt = clock.now()) });
    await clock.advance(80);
    since = 80;
    await clock.advance(90);
    expect(expiredAt).toBeUndefined();
    await clock.advance(20);
    expect(expiredAt).toBe(180);
    stop();
    expect(clock.pending).toBe(0);
  });
});
