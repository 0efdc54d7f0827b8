import { describe, expect, it } from "vitest";
import { isVoiceName, modelNamePattern } from "./names.ts";

describe("names", () => {
  it.each(["en-us", "Joanna", "Microsoft Ava Online (Natural) - English (United States)", "21m00Tcm4TlvDq8ikWAM", "en-us+f3", "زينة"])("may be a voice: %s", (name) => {
    expect(isVoiceName(name)).toBe(true);
  });

  it.each(["", "../etc/passwd", "%2e%2e", "/abs", "a\\b", "a\0b", "a\nb", ".hidden", "a<b", "a\"b", "x".repeat(257), "a\u202Eb"])("are no voice: %j", (name) => {
    expect(isVoiceName(name)).toBe(false);
    expect(modelNamePattern.test(name)).toBe(false);
  });

  it("of models have no dots", () => {
    expect(["default", "gpt-4o-mini-tts", "a_b"].every((name) => modelNamePattern.test(name))).toBe(true);
    expect(modelNamePattern.test("a.b")).toBe(false);
  });
});
