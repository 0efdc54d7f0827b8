import { describe, expect, it } from "vitest";
import { hasPaused } from "./has-paused.ts";

const MOMENT_MS = 600;
const LONG_MS = 1500;

describe("hasPaused", () => {
  it.each(["It is late.", "Is it late? ", "She said “yes!”", "One moment, ", "Here it is:\n", "A line without a mark\n", "你好。", "هل هذا صحيح؟", "यह ठीक है।", "Well…", "*Done.*", "It costs $3.50, "])("hears a pause in %j", (text) => {
    expect([hasPaused(text, 400), hasPaused(text, MOMENT_MS)]).toEqual([false, true]);
  });

  it.each(["The hippo", "We went to the", "We went to the ", "It costs $3", "It costs $3.", "It is 10:", "Visit https://exam", "Visit https://example.", "Write to me@example.", "Hello <b", "今天天气", "അവന്\u200d", "e\u0301te"])("waits longer behind %j", (text) => {
    expect([hasPaused(text, MOMENT_MS), hasPaused(text, LONG_MS - 1), hasPaused(text, LONG_MS)]).toEqual([false, false, true]);
  });

  it.each(["I saw \ud83d", "I saw 👨\u200d"])("never speaks half a character: %j", (text) => {
    expect(hasPaused(text, 60_000)).toBe(false);
  });
});
