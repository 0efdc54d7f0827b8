import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { toFailure } from "./failure.ts";

const doing = "Speaking";
const text = `A long secret that nobody else may read. ${"And more of it. ".repeat(30)}`;

describe("toFailure", () => {
  it("tells a runtime's own words", () => {
    expect(toFailure(new Error("out of memory\nstack"), { doing, spoken: [text] })).toMatchObject({ code: "SERVICE", message: "Speaking: the runtime failed with Error: out of memory." });
  });

  it.each([
    ["all of the text, which is cut off", `cannot tokenize ${text}`],
    ["a piece of the text", "cannot tokenize 'secret that nobody'"],
  ])("leaves out words that have %s in them", (_, message) => {
    const failure = toFailure(new Error(message), { doing, spoken: ["", text] });
    expect(failure.message).toContain("left out");
    expect(failure.message).not.toContain("secret");
  });

  it("leaves out a short text too", () => {
    expect(toFailure(new Error("at 'Hi'"), { doing, spoken: ["Hi"] }).message).toContain("left out");
  });

  it("keeps errors of Parlando as they are", () => {
    expect(toFailure(new TTSError("NO_AUDIO", "Nothing."), { doing })).toEqual({ code: "NO_AUDIO", message: "Nothing.", retryable: expect.any(Boolean) as boolean, retryAfterMs: undefined, broken: false });
  });
});
