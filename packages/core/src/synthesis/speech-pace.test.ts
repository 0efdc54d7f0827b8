import { describe, expect, it } from "vitest";
import { paceAtRate, SpeechPace } from "./speech-pace.ts";

describe("the pace of a voice", () => {
  it("is never reckoned with as faster than the common one", () => {
    const voice = new SpeechPace();
    expect(voice.slowest).toBe(1);
    voice.learn(0.5);
    expect(voice.slowest).toBe(1);
  });

  it("follows what is heard, and is one for all rates", () => {
    const voice = new SpeechPace();
    expect(paceAtRate(voice, 0.5).slowest).toBe(2);
    paceAtRate(voice, 2).learn(0.75);
    expect(voice.slowest).toBe(1.5);
    expect(paceAtRate(voice, 2).slowest).toBe(0.75);
    voice.learn(2);
    expect(voice.slowest).toBeCloseTo(1.7, 6);
  });
});
