import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configFromEnvironment } from "./config-from-environment.ts";

describe("configFromEnvironment", () => {
  it("reads every variable", async () => {
    const config = await configFromEnvironment({
      PARLANDO_ENGINE: "espeak",
      PARLANDO_VOICE: "en-us",
      PARLANDO_LANGUAGE: "en-US",
      PARLANDO_RATE: "1.25",
      PARLANDO_PITCH: "-2",
      PARLANDO_VOLUME: "0.5",
      PARLANDO_SSML: "true",
      PARLANDO_LATENCY: "soonest",
      PARLANDO_SAMPLE_RATE: "24000",
    });
    expect(config).toEqual({ engine: "espeak", voice: "en-us", language: "en-US", rate: 1.25, pitch: -2, volume: 0.5, ssml: true, latency: "soonest", output: { sampleRate: 24_000 } });
  });

  it("takes several engines for a list to fail over along", async () => {
    expect(await configFromEnvironment({ PARLANDO_ENGINE: "polly, espeak" })).toEqual({ engine: ["polly", "espeak"] });
  });

  it("counts empty variables as not set and leaves others alone", async () => {
    expect(await configFromEnvironment({ PARLANDO_ENGINE: "espeak", PARLANDO_VOICE: "", PARLANDO_PORT: "80" })).toEqual({ engine: "espeak" });
  });

  it.each([
    ["PARLANDO_RATE", "fast"],
    ["PARLANDO_LATENCY", "now"],
    ["PARLANDO_SSML", "perhaps"],
    ["PARLANDO_SAMPLE_RATE", "12"],
  ])("names the variable %s in its error", async (name, value) => {
    await expect(configFromEnvironment({ PARLANDO_ENGINE: "espeak", [name]: value })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(`${name}: given`) as string });
  });

  it("says how to name an engine when there is none", async () => {
    await expect(configFromEnvironment({})).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("PARLANDO_ENGINE") as string });
  });

  it("lays variables over the file that PARLANDO_CONFIG names", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlando-environment-"));
    const path = join(folder, "speech.json");
    await writeFile(path, JSON.stringify({ engine: "espeak", voice: "en-gb", rate: 2, output: { channels: 2, sampleRate: 8000 } }));
    const config = await configFromEnvironment({ PARLANDO_CONFIG: path, PARLANDO_RATE: "1", PARLANDO_SAMPLE_RATE: "16000" });
    expect(config).toEqual({ engine: "espeak", voice: "en-gb", rate: 1, output: { channels: 2, sampleRate: 16_000 } });
    await rm(folder, { recursive: true });
  });
});
