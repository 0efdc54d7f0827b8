import { describe, expect, it } from "vitest";

import { compare } from "./compare.ts";
import { noise } from "./signals.ts";

const wave = noise(2000);
const silence = new Int16Array(100);
const join = (...parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

describe("comparing a recording", () => {
  it("finds everything", () => {
    expect(compare(join(silence, wave, silence), wave, 100)).toEqual({ gaps: [], differsAt: undefined, found: 2000 });
  });

  it("tells a gap", () => {
    expect(compare(join(wave.subarray(0, 700), silence, wave.subarray(700)), wave, 0)).toEqual({ gaps: [{ at: 700, frames: 100 }], differsAt: undefined, found: 2000 });
  });

  it("tells one lost sample, one doubled sample, and a missing end", () => {
    expect(compare(join(wave.subarray(0, 700), wave.subarray(701)), wave, 0).differsAt).toBe(700);
    expect(compare(join(wave.subarray(0, 700), wave.subarray(699)), wave, 0).differsAt).toBe(700);
    expect(compare(wave.subarray(0, 1900), wave, 0).differsAt).toBe(1900);
  });
});
