import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { codecTrims, knownSound } from "./known-codec.ts";
import { createScriptedCodec } from "./scripted-codec.ts";

const { signal } = new AbortController();

describe("a scripted codec", () => {
  it("makes the known codec's sound, one window at a time, in the time that it should take", async () => {
    const clock = createFakeClock();
    const codec = createScriptedCodec({ clock, windowMs: (codes) => 10 + codes });
    const windows = Promise.all([codec.decode(Int32Array.of(1, 2, 3), signal), codec.decode(Int32Array.of(4, 5), signal)]);
    const [first, second] = await clock.runUntil(windows);
    expect(clock.now()).toBe(13 + 12);
    expect(first).toEqual(knownSound([1, 2, 3]).slice(240, -240));
    expect(second).toEqual(knownSound([4, 5]).slice(240, -240));
    expect(codec.windows).toEqual([3, 2]);
  });

  it("trims nothing as torch does, and skips what is not wanted any more", async () => {
    const codec = createScriptedCodec({ trim: codecTrims.torch });
    expect(await codec.decode(Int32Array.of(9), signal)).toEqual(knownSound([9]));
    await expect(codec.decode(Int32Array.of(9), AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    expect(codec.windows).toEqual([1]);
  });
});
