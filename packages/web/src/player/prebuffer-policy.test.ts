import { describe, expect, it } from "vitest";
import { grownPrebuffer, leastPrebufferMs, mostPrebufferMs, PrebufferPolicy } from "./prebuffer-policy.ts";

describe("the prebuffer's policy", () => {
  it("grows by half at each underrun, up to its most, and leaves what an app has set above that", () => {
    expect([grownPrebuffer(120, 1_500), grownPrebuffer(1_400, 1_500), grownPrebuffer(2_000, 1_500), grownPrebuffer(0, 1_500)]).toEqual([180, 1_500, 2_000, 0]);
  });

  it("shrinks after each 30 s without, to its least", () => {
    const policy = new PrebufferPolicy();
    expect(policy.wantedMs(0)).toBe(leastPrebufferMs);
    policy.learn(270, 1_000);
    expect([1_000, 30_999, 31_000, 61_000, 600_000].map((nowMs) => policy.wantedMs(nowMs))).toEqual([270, 270, 180, 120, 120]);
    policy.learn(9_000, 700_000);
    expect(policy.wantedMs(700_000)).toBe(mostPrebufferMs);
    policy.learn(180, 700_001);
    expect(policy.wantedMs(700_001)).toBe(mostPrebufferMs);
  });
});
