import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isConfigPath, readConfigFile } from "./config-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-config-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("readConfigFile", () => {
  it("reads JSON with comments, trailing commas, a byte order mark and $schema", async () => {
    const path = await file("a.jsonc", '\uFEFF{ // which voice\n "$schema": "./x.json", "engine": ["polly", { "engine": "espeak", "voice": "en-us", }], /* faster */ "rate": 1.5, }');
    expect(await readConfigFile(path)).toEqual({ engine: ["polly", { engine: "espeak", voice: "en-us" }], rate: 1.5 });
  });

  it.each([
    ["broken.json", '{\n  "engine": "espeak"\n  "rate": 1\n}', "line 3, column 3"],
    ["empty.json", "", "not JSON"],
    ["list.json", "[]", "given a list of 0"],
    ["wrong.json", '{ "engine": "espeak", "rate": "fast" }', 'rate: given "fast"'],
  ])("says what is wrong with %s", async (name, content, expected) => {
    const path = await file(name, content);
    await expect(readConfigFile(path)).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(expected) as string });
    await expect(readConfigFile(path)).rejects.toThrow(name);
  });

  it("says that there is no such file, or that it is a folder", async () => {
    await expect(readConfigFile(join(folder, "nowhere.json"))).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("no such file") as string });
    await expect(readConfigFile(folder)).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("a folder") as string });
  });

  it("does not read files that are too large for a config", async () => {
    const path = await file("large.json", " ".repeat(1_048_577));
    await expect(readConfigFile(path)).rejects.toThrow("1048577 bytes");
  });
});

describe("isConfigPath", () => {
  it.each(["a.json", "a.jsonc", "A.JSON", "./a", "dir/x", "c:\\x"])("takes %s for a path", (value) => {
    expect(isConfigPath(value)).toBe(true);
  });
  it.each(["espeak", "my-engine", "json"])("takes %s for a name", (value) => {
    expect(isConfigPath(value)).toBe(false);
  });
});
