import { describe, expect, it } from "vitest";
import { layConfigOver } from "./config-layers.ts";

describe("layConfigOver", () => {
  it("lets the upper config win where it says something", () => {
    expect(layConfigOver({ rate: 2, pitch: 1 }, { rate: 1, pitch: undefined })).toEqual({ rate: 1, pitch: 1 });
  });

  it("joins output and time-outs field by field", () => {
    const lower = { output: { sampleRate: 8000, chunkMs: 20 }, timeouts: { firstAudioMs: 5000, betweenMs: 2000 } };
    expect(layConfigOver(lower, { output: { sampleRate: 16_000 }, timeouts: { betweenMs: 500, firstAudioMs: undefined } })).toEqual({
      output: { sampleRate: 16_000, chunkMs: 20 },
      timeouts: { firstAudioMs: 5000, betweenMs: 500 },
    });
  });

  it("drops the voice and options of an engine that is replaced", () => {
    const joined = layConfigOver({ engine: "polly", voice: "Joanna", engineOptions: { neural: true }, rate: 2 }, { engine: "espeak" });
    expect(joined.engine).toBe("espeak");
    expect(joined.voice).toBeUndefined();
    expect(joined.engineOptions).toBeUndefined();
    expect(joined.rate).toBe(2);
  });

  it("keeps them when the same engine is named again", () => {
    expect(layConfigOver({ engine: "polly", voice: "Joanna" }, { engine: "polly" })).toEqual({ engine: "polly", voice: "Joanna" });
  });

  it("keeps the settings of an engine that the upper config only names", () => {
    const lower = { engine: ["polly", { engine: "azure", options: { region: "westeurope" } }] };
    expect(layConfigOver(lower, { engine: "azure" }).engine).toEqual({ engine: "azure", options: { region: "westeurope" } });
  });
});
