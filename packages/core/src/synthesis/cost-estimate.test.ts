import { describe, expect, it } from "vitest";
import { CostEstimate, guessMsPerCharacter } from "./cost-estimate.ts";

const GUESS = { startMs: 200, perCharacterMs: 10 };

describe("CostEstimate", () => {
  it("begins with the guess of the engine", () => {
    expect(new CostEstimate(GUESS, "whole").current()).toMatchObject(GUESS);
  });

  it.each(["whole", "streaming"] as const)("finds what calls cost (%s)", (output) => {
    const estimate = new CostEstimate(GUESS, output);
    for (let call = 0; call < 40; call += 1) {
      const characters = 10 + ((call * 37) % 90);
      const startMs = 400;
      const totalMs = startMs + 30 * characters;
      estimate.learn({ characters, firstAudioMs: output === "whole" ? totalMs : startMs, totalMs, audioMs: characters * 80 });
    }
    const { startMs, startMsHigh, perCharacterMs } = estimate.current();
    expect(perCharacterMs).toBeGreaterThan(25);
    expect(perCharacterMs).toBeLessThan(36);
    expect(startMs).toBeGreaterThan(150);
    expect(startMs).toBeLessThan(600);
    expect(startMsHigh).toBeGreaterThanOrEqual(startMs);
    expect(estimate.msPerCharacter("Latin letters")).toBeCloseTo(80, 0);
  });

  it("forgets the call that had to load the engine", () => {
    const estimate = new CostEstimate({ startMs: 20, perCharacterMs: 1 }, "streaming");
    for (const firstAudioMs of [1500, 20, 20, 20, 20]) estimate.learn({ characters: 40, firstAudioMs, totalMs: firstAudioMs + 40, audioMs: 3000 });
    expect(estimate.current().startMsHigh).toBeLessThan(40);
  });

  it("knows that starts which vary have a long tail", () => {
    const estimate = new CostEstimate({ startMs: 100, perCharacterMs: 1 }, "streaming");
    for (let call = 0; call < 32; call += 1) {
      const firstAudioMs = 100 * Math.exp(0.5 * Math.sin(call * 2.4) * Math.SQRT2);
      estimate.learn({ characters: 40, firstAudioMs, totalMs: firstAudioMs + 40, audioMs: 3000 });
    }
    const { startMs, startMsHigh } = estimate.current();
    expect(startMsHigh / startMs).toBeGreaterThan(1.6);
    expect(startMsHigh / startMs).toBeLessThan(2.6);
  });

  it("guesses the length of speech by the script", () => {
    expect(guessMsPerCharacter("hello there")).toBeCloseTo(66.7, 0);
    expect(guessMsPerCharacter("你好世界")).toBe(200);
    expect(guessMsPerCharacter("")).toBeCloseTo(66.7, 0);
  });
});
