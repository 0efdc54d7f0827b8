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

  it("takes names with a port, in any letters, and addresses, as clients write them in `Host`", () => {
    for (const [given, host] of [
      ["speech.example.org:8443", "speech.example.org:8443"],
      ["speech.example.org:8443", "Speech.Example.org"],
      ["192.0.2.1:80", "192.0.2.1"],
      ["::1", "[::1]:8080"],
      ["2001:DB8:0:0::1", "[2001:db8::1]"],
      ["[2001:db8::1]:8443", "[2001:db8::1]:9000"],
      ["b\u00fccher.example", "xn--bcher-kva.example"],
      ["speech_1", "speech_1:80"],
    ] as const) {
      const guard = createHostGuard([given]);
      expect([given, lets(guard, host), lets(guard, "evil.example"), lets(guard, "8443")]).toEqual([given, true, false, false]);
    }
  });

  it.each(["https://speech.example.org", "speech.example.org/path", "*", "*.example.org", "", " ", "a b", "name@host", "host?query", "host#part", "host:port", "host:99999", ":8080", "[::1", "fe80::1%eth0", "a\\b"])("refuses %j, which no request could name", (given) => {
    expect(() => createHostGuard([given])).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining("is no name of a host") as string }));
  });

  it("takes an empty list for none", () => {
    const guard = createHostGuard([]);
    expect(lets(guard, "any.example")).toBe(true);
    guard.restrictToLoopback("127.0.0.1");
    expect([lets(guard, "any.example"), lets(guard, "localhost")]).toEqual([false, true]);
  });
});
