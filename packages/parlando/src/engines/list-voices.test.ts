import { describe, expect, it } from "vitest";
import { createToneEngine, toneVoice } from "../testing/tone-engine.ts";
import { listVoices } from "./list-voices.ts";

const signal = new AbortController().signal;
const engine = createToneEngine({ voices: [toneVoice("en", "en"), toneVoice("en-us", "en-US", "female"), toneVoice("enm", "enm"), toneVoice("ar", "ar_EG", "male")] });

async function ids(filter: Parameters<typeof listVoices>[1]): Promise<string[]> {
  return (await listVoices([engine], filter, signal)).map((voice) => voice.id);
}

describe("listVoices", () => {
  it.each([
    [{}, ["en", "en-us", "enm", "ar"]],
    [{ language: "en" }, ["en", "en-us"]],
    [{ language: "EN_us" }, ["en-us"]],
    [{ language: "ar-EG" }, ["ar"]],
    [{ language: "*" }, ["en", "en-us", "enm", "ar"]],
    [{ gender: "female" as const }, ["en-us"]],
    [{ name: "TONE EN" }, ["en", "en-us", "enm"]],
    [{ name: "-us" }, ["en-us"]],
    [{ language: "en", gender: "male" as const }, []],
  ])("finds with %o", async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  it("joins engines, asks one of the same name once, and skips those without a list", async () => {
    const other = createToneEngine({ id: "other", voices: [toneVoice("x", "fr")] });
    const voices = await listVoices([engine, engine, other, createToneEngine({ id: "mute" })], { name: "x" }, signal);
    expect(voices.map((voice) => voice.id)).toEqual(["x"]);
    expect(await listVoices([engine, engine], {}, signal)).toHaveLength(4);
  });

  it("passes over an engine that cannot tell, and fails where none can", async () => {
    const broken = (id: string) => ({ ...createToneEngine({ id }), voices: () => Promise.reject(new TypeError(`${id} is offline`)) });
    expect(await listVoices([broken("first"), engine], {}, signal)).toHaveLength(4);
    await expect(listVoices([broken("first"), broken("second"), createToneEngine({ id: "mute" })], {}, signal)).rejects.toThrow("first is offline");
  });
});
