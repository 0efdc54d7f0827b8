import { describe, expect, it } from "vitest";
import { runInNewContext } from "node:vm";
import { engineSamples } from "./engine-samples.ts";

describe("engineSamples", () => {
  const sound = [0, 0.25, -0.5, 1];

  it("leaves a Float32Array as it is", () => {
    const samples = Float32Array.from(sound);
    expect(engineSamples(samples, "acme")).toBe(samples);
  });

  it.each([
    ["doubles", Float64Array.from(sound)],
    ["16-bit samples", Int16Array.from(sound, (sample) => Math.min(32_767, sample * 32_768))],
    ["floats of another realm", runInNewContext("Float32Array.of(0, 0.25, -0.5, 1)")],
    ["doubles of another realm", runInNewContext("Float64Array.of(0, 0.25, -0.5, 1)")],
    ["16-bit samples of another realm", runInNewContext("Int16Array.of(0, 8192, -16384, 32767)")],
  ])("hears the sound in %s", (_, samples) => {
    const heard = engineSamples(samples, "acme");
    expect(heard).toBeInstanceOf(Float32Array);
    for (const [index, sample] of heard.entries()) expect(sample).toBeCloseTo(sound[index] ?? NaN, 4);
    expect(heard).toHaveLength(4);
  });

  it.each([[sound, "Array"], [Uint8Array.of(1, 2), "Uint8Array"], [new DataView(new ArrayBuffer(8)), "DataView"], ["0.5", "string"], [undefined, "undefined"]])("refuses what could be anything: %o", (samples, found) => {
    expect(() => engineSamples(samples, "acme")).toThrow(expect.objectContaining({ code: "BAD_AUDIO", engine: "acme", message: expect.stringContaining(`of the type ${found};`) as string }));
  });
});
