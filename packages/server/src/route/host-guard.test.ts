import { describe, expect, it } from "vitest";
import { createHostGuard, type HostGuard } from "./host-guard.ts";

const lets = (guard: HostGuard, host: string): boolean => {
  try {
    guard.check(host);
    return true;
  } catch {
    return false;
  }
};

describe("createHostGuard", () => {
  it("lets everything in where nothing is said", () => {
    expect(lets(createHostGuard(undefined), "any.example")).toBe(true);
  });

  it("on a loopback address takes its names, and those that were given", () => {
    const bare = createHostGuard(undefined);
    bare.restrictToLoopback();
    const named = createHostGuard(["Speech.example.org"]);
    named.restrictToLoopback();
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:80"]) expect([lets(bare, host), lets(named, host)]).toEqual([true, true]);
    expect([lets(bare, "speech.example.org"), lets(named, "speech.example.org:443")]).toEqual([false, true]);
    expect([lets(bare, "evil.example"), lets(named, "evil.example")]).toEqual([false, false]);
  });

  it("elsewhere takes only the names that were given", () => {
    const guard = createHostGuard(["speech.example.org"]);
    expect([lets(guard, "speech.example.org"), lets(guard, "localhost"), lets(guard, "")]).toEqual([true, false, false]);
  });
});
