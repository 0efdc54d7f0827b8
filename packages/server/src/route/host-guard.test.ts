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
    bare.restrictToLoopback("127.0.0.1");
    const named = createHostGuard(["Speech.example.org"]);
    named.restrictToLoopback("127.0.0.1");
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:80"]) expect([lets(bare, host), lets(named, host)]).toEqual([true, true]);
    expect([lets(bare, "speech.example.org"), lets(named, "speech.example.org:443")]).toEqual([false, true]);
    expect([lets(bare, "evil.example"), lets(named, "evil.example")]).toEqual([false, false]);
  });

  it.each([
    ["127.0.0.2", ["127.0.0.2", "127.0.0.2:8080"]],
    ["::1", ["[::1]", "[::1]:80", "[0:0:0:0:0:0:0:1]:80"]],
    ["::ffff:127.0.0.1", ["[::ffff:127.0.0.1]:80", "[::ffff:7f00:1]:80"]],
  ])("listening on %s, takes that too, and nothing else", (listenedOn, hosts) => {
    const guard = createHostGuard(undefined);
    guard.restrictToLoopback(listenedOn);
    for (const host of [...hosts, "localhost", "127.0.0.1:80"]) expect([host, lets(guard, host)]).toEqual([host, true]);
    for (const host of ["127.0.0.3", "127.0.0.2.evil.example", "evil.example", "[::2]", "[evil]", "[::1]@evil.example", "x@127.0.0.2"]) expect([host, lets(guard, host)]).toEqual([host, false]);
  });

  it("elsewhere takes only the names that were given", () => {
    const guard = createHostGuard(["speech.example.org"]);
    expect([lets(guard, "speech.example.org"), lets(guard, "localhost"), lets(guard, "")]).toEqual([true, false, false]);
  });
});
