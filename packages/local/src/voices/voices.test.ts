import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkVoice, isVoiceName, readVoice } from "./read-voice.ts";
import { createVoiceShelf } from "./voice-shelf.ts";

const engine = "audar";
const valid = { name: "Anna", refText: "Hello there.", codes: Array.from({ length: 300 }, (_, index) => index) };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-voices-"));
  await mkdir(join(folder, "folder.json"));
  await writeFile(join(folder, "Anna.json"), JSON.stringify({ ...valid, name: "Another name", metadata: { lang: "en", gender: "female" } }));
  await writeFile(join(folder, "Eve.json"), JSON.stringify({ ...valid, name: "Eve", refText: "Mine." }));
  await writeFile(join(folder, "torn.json"), '{ "name": "torn", "refText": "periwinkle');
  await writeFile(join(folder, "large.json"), " ".repeat(1_048_577));
  await writeFile(join(folder, "notes.txt"), "no voice");
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the voices of the package", () => {
  it("are seven, each valid, of eight seconds", async () => {
    const shelf = createVoiceShelf({ engine, folder: undefined });
    const names = await shelf.names();
    expect(names).toEqual(["Amal", "Amin", "Eve", "Hanaa", "Salama", "Salem", "Wadee"]);
    for (const name of names) {
      const voice = await shelf.find(name);
      expect(voice.name).toBe(name);
      expect(voice.codes.length * 20).toBeGreaterThan(7_000);
      expect(voice.codes.length * 20).toBeLessThan(10_000);
      expect(voice.phonemes?.length).toBeGreaterThan(20);
      expect(voice.metadata?.lang).toBe("multilingual");
    }
  });

  it("are found in any letters, and once read they are kept", async () => {
    const shelf = createVoiceShelf({ engine, folder: undefined });
    expect((await shelf.find("eve")).name).toBe("Eve");
    expect(await shelf.find("Amal")).toBe(await shelf.find("Amal"));
  });
});

describe("a folder of one's own", () => {
  it("goes before the package's voices", async () => {
    const shelf = createVoiceShelf({ engine, folder });
    expect(await shelf.names()).toEqual(expect.arrayContaining(["Amal", "Anna", "Eve"]));
    expect((await shelf.find("Eve")).refText).toBe("Mine.");
    expect(await shelf.find("Anna")).toMatchObject({ name: "Anna", metadata: { lang: "en", gender: "female" } });
  });

  it.each([
    ["nobody", "VOICE_NOT_FOUND", /no voice "nobody".*Amal/s],
    ["../Anna", "VOICE_NOT_FOUND", /of that name/],
    [join("..", "..", "etc", "passwd"), "VOICE_NOT_FOUND", /letters, digits/],
    ["torn", "INVALID_CONFIG", /not JSON/],
    ["large", "INVALID_CONFIG", /1048577 bytes/],
    ["folder", "INVALID_CONFIG", /no file/],
  ])("refuses %j", async (name, code, message) => {
    const error: unknown = await createVoiceShelf({ engine, folder }).find(name).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain("periwinkle");
  });

  it("that is not there is told", async () => {
    await expect(createVoiceShelf({ engine, folder: join(folder, "nowhere") }).names()).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("voicesFolder") as string });
    await expect(readVoice(join(folder, "nobody.json"), { engine })).rejects.toMatchObject({ code: "VOICE_NOT_FOUND" });
  });
});

describe("checkVoice", () => {
  it.each([
    [undefined, "`name` is missing"],
    [[], "`name` is missing"],
    ["Anna", "is a text"],
    [{ ...valid, name: "../x" }, "`name`"],
    [{ ...valid, name: " x" }, "`name`"],
    [{ ...valid, refText: "" }, "`refText` is an empty text"],
    [{ ...valid, codes: [] }, "`codes`"],
    [{ ...valid, codes: [1, 65_536] }, "`codes.1`"],
    [{ ...valid, codes: [1.5] }, "`codes.0`"],
    [{ ...valid, codes: [-1] }, "`codes.0`"],
    [{ ...valid, codes: ["1"] }, "`codes.0`"],
    [{ ...valid, codes: new Array(6_001).fill(1) }, "`codes`"],
    [{ ...valid, metadata: { gender: "robot" } }, "`metadata.gender`"],
  ])("refuses %#", (value, part) => {
    expect(() => checkVoice(value, { engine, what: "a voice" })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(part) as string }) as Error);
  });

  it("leaves out what it does not know", () => {
    expect(checkVoice({ ...valid, secret: 1 }, { engine, what: "a voice" })).toEqual(valid);
  });
});

describe("isVoiceName", () => {
  it("lets nothing through that leads elsewhere", () => {
    for (const name of ["", ".", "..", "a/b", "a\\b", "a.", "a ", "\u0000", "C:", "-x", "x".repeat(65), "a\nb"]) expect(isVoiceName(name), JSON.stringify(name)).toBe(false);
    for (const name of ["Eve", "a", "هناء", "Anna-Lena 2", "x_y", "x".repeat(64)]) expect(isVoiceName(name), name).toBe(true);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => !isVoiceName(name) || !/[/\\.:\0-\u001f]/.test(name)));
  });
});
