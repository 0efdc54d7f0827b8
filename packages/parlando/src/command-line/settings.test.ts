import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveSettings } from "./settings.ts";

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-settings-"));
  path = join(folder, "speech.json");
  await writeFile(path, JSON.stringify({ engine: "polly", voice: "Joanna", rate: 0.5, pitch: 3, volume: 2 }));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("resolveSettings", () => {
  it("speaks with the embedded voice when nothing is said", async () => {
    expect(await resolveSettings({}, {})).toEqual({ engine: "espeak" });
  });

  it("lays flags over variables over the file", async () => {
    const settings = await resolveSettings({ rate: "1.5" }, { PARLANDO_CONFIG: path, PARLANDO_RATE: "1", PARLANDO_PITCH: "-1" });
    expect(settings).toEqual({ engine: "polly", voice: "Joanna", rate: 1.5, pitch: -1, volume: 2 });
  });

  it("prefers --config to PARLANDO_CONFIG", async () => {
    expect((await resolveSettings({ config: path }, { PARLANDO_CONFIG: "/nowhere.json" })).voice).toBe("Joanna");
  });

  it("does not take the voice of one engine to another", async () => {
    const settings = await resolveSettings({ config: path, engine: "espeak" }, {});
    expect(settings.engine).toBe("espeak");
    expect(settings.voice).toBeUndefined();
  });

  it("gives --model to the first engine, over what config says", async () => {
    expect((await resolveSettings({ engine: "audar", model: "m.gguf" }, {})).engine).toEqual({ engine: "audar", options: { model: "m.gguf" } });
    expect((await resolveSettings({ engine: "audar,espeak", model: "m.gguf" }, {})).engine).toEqual([{ engine: "audar", options: { model: "m.gguf" } }, "espeak"]);
    const other = join(folder, "audar.json");
    await writeFile(other, JSON.stringify({ engine: { engine: "audar", voice: "Eve", options: { model: "a.gguf", seed: 1 } } }));
    expect((await resolveSettings({ config: other, model: "b.gguf" }, {})).engine).toEqual({ engine: "audar", voice: "Eve", options: { model: "b.gguf", seed: 1 } });
  });

  it.each([
    [{ rate: "fast" }, '--rate: given "fast"'],
    [{ rate: "" }, '--rate: given ""'],
    [{ pitch: "99" }, "--pitch: given 99"],
    [{ sampleRate: "1" }, "--sample-rate: given 1"],
    [{ latency: "asap" }, '--latency: given "asap"'],
  ])("names the flag in %o", async (flags, part) => {
    await expect(resolveSettings(flags, {})).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(part) as string });
  });
});
