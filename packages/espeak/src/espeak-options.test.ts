import { describe, expect, it } from "vitest";
import { checkOptions, checkRequestOptions } from "./espeak-options.ts";
import { prepareJob } from "./speak-job.ts";

describe("checkOptions", () => {
  it("takes what is right", () => {
    expect(checkOptions(undefined)).toEqual({ variant: undefined, intonation: undefined, assetsUrl: undefined, workerUrl: undefined });
    const checked = checkOptions({ assetsUrl: "https://example.org/espeak/", variant: "f3", intonation: 0, workerUrl: undefined });
    expect(checked).toEqual({ variant: "f3", intonation: 0, assetsUrl: new URL("https://example.org/espeak/"), workerUrl: undefined });
  });

  it.each([
    [[], /a list, expected an object/u], ["x", /"x", expected an object/u], [{ voic: 1 }, /no option "voic".*variant, intonation, assetsUrl, workerUrl/u],
    [{ intonation: 3 }, /intonation is 3, expected a number from 0 to 2/u], [{ intonation: Number.NaN }, /intonation is NaN/u], [{ variant: "" }, /variant is "", expected/u],
    [{ assetsUrl: 5 }, /assetsUrl is 5, expected a URL/u], [{ workerUrl: "relative/path.js" }, /workerUrl is "relative/u],
  ])("refuses %o", (options, message) => {
    expect(() => checkOptions(options)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringMatching(message) as string }) as Error);
  });

  it("lets a request name only what is its own", () => {
    expect(checkRequestOptions({ variant: "m3" })).toEqual({ variant: "m3", intonation: undefined });
    expect(() => checkRequestOptions({ assetsUrl: "https://example.org" })).toThrow("no option \"assetsUrl\"");
  });
});

describe("prepareJob", () => {
  const request = { text: "Hi", ssml: false, format: { encoding: "pcm-s16le", sampleRate: 22_050, channels: 1 }, marks: [] } as const;

  it("puts a request in the library's units", () => {
    expect(prepareJob(request, {}).job).toMatchObject({ wordsPerMinute: 175, pitch: 50, range: 50, volume: 1, variant: undefined });
    expect(prepareJob({ ...request, rate: 2, pitch: 4, volume: 0.5 }, { intonation: 2, variant: "f1" }).job).toMatchObject({ wordsPerMinute: 350, pitch: 70, range: 99, volume: 0.5, variant: "f1" });
    expect(prepareJob({ ...request, pitch: -9, engineOptions: { intonation: 0, variant: "m1" } }, { intonation: 2, variant: "f1" }).job).toMatchObject({ pitch: 6, range: 0, variant: "m1" });
    expect(prepareJob({ ...request, voice: "de+f2" }, { variant: "f1" }).job.variant).toBeUndefined();
  });

  it("warns of what it cannot honour", () => {
    const { job, warnings } = prepareJob({ ...request, rate: 5, pitch: -40, volume: -1 }, {});
    expect(job).toMatchObject({ wordsPerMinute: 450, pitch: 0, volume: 0 });
    expect(warnings.map((warning) => (warning.type === "warning" ? warning.message : ""))).toEqual([
      expect.stringContaining("rate of 0.46 to 2.57; 5 was asked for"), expect.stringContaining("-10.2 to 10.0 semitones; -40 was asked for"), expect.stringContaining("volume of 0.00 to 4.00; -1 was asked for"),
    ]);
  });
});
