import { describe, expect, it } from "vitest";
import { mergeStreamOptions } from "./stream-defaults.ts";

describe("mergeStreamOptions", () => {
  it("joins output and time-outs field by field", () => {
    const defaults = { output: { sampleRate: 8000, chunkMs: 20 }, timeouts: { firstAudioMs: 5000, betweenMs: 2000 } };
    expect(mergeStreamOptions(defaults, { output: { chunkMs: undefined }, timeouts: { betweenMs: 500 } })).toEqual({
      output: { sampleRate: 8000, chunkMs: 20 },
      timeouts: { firstAudioMs: 5000, betweenMs: 500 },
    });
  });
});
