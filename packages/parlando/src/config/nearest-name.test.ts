import { describe, expect, it } from "vitest";
import { nearestName, suggestion } from "./nearest-name.ts";

describe("nearestName", () => {
  const names = ["espeak", "polly", "latency", "voice"];

  it.each([
    ["espaek", "espeak"],
    ["Espeak", "espeak"],
    ["poly", "polly"],
    ["latancy", "latency"],
    ["vocie", "voice"],
  ])("finds %s near %s", (given, expected) => {
    expect(nearestName(given, names)).toBe(expected);
  });

  it("finds nothing where nothing is near", () => {
    expect(nearestName("whisper", names)).toBeUndefined();
    expect(nearestName("", names)).toBeUndefined();
    expect(nearestName("v".repeat(10_000), names)).toBeUndefined();
  });

  it("ends a sentence with a question, or not at all", () => {
    expect(suggestion("poly", names)).toBe('; did you mean "polly"?');
    expect(suggestion("whisper", names)).toBe("");
  });
});
