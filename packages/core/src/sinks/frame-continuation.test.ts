import { createRandom } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { continueSound } from "./frame-continuation.ts";

const wave = (frames: number, at: (frame: number) => number): Float32Array => Float32Array.from({ length: frames }, (_, frame) => at(frame));

describe("a sound that is continued", () => {
  it("goes on as it was where it is nothing but resonances", () => {
    const at = (frame: number): number => 0.3 * Math.sin(frame * 0.2) + 0.2 * Math.sin(frame * 0.55 + 1) + 0.1 * Math.sin(frame * 1.3 + 2);
    const continued = continueSound(wave(480, at), 40);
    continued.forEach((sample, index) => expect(Math.abs(sample - at(480 + index))).toBeLessThan(0.02));
  });

  it("stays within full scale and a number, whatever came before", () => {
    const random = createRandom(3);
    const pasts = [
      new Float32Array(0), wave(1, () => 1), wave(3, () => -1), new Float32Array(480), wave(480, () => 1), wave(480, (frame) => frame / 480),
      wave(480, (frame) => (frame % 2 === 0 ? 1 : -1)), wave(480, (frame) => (frame === 479 ? 1 : 0)), wave(480, (frame) => 1.02 ** (frame - 480)),
      ...Array.from({ length: 50 }, () => wave(random.integer(1, 500), () => Math.max(-1, Math.min(1, random.normal())))),
    ];
    for (const past of pasts) {
      const continued = continueSound(past, 240);
      expect(continued.length).toBe(240);
      expect(continued.every((sample) => Math.abs(sample) <= 1)).toBe(true);
    }
  });

  it("does not change what it was given, and is silence after silence", () => {
    const past = wave(200, (frame) => Math.sin(frame));
    const copy = past.slice();
    continueSound(past, 10);
    expect(past).toEqual(copy);
    expect(continueSound(new Float32Array(200), 10)).toEqual(new Float32Array(10));
    expect(continueSound(past, 0).length).toBe(0);
  });
});
