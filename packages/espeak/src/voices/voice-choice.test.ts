import { describe, expect, it } from "vitest";
import type { LibraryVoice } from "../library/espeak-library.ts";
import { chooseVoice, type VoiceShelf } from "./voice-choice.ts";
import { describeVoice, readVoices } from "./voice-list.ts";

const voice = (identifier: string, name: string, languages: string): LibraryVoice => ({
  identifier, name, gender: 1,
  languages: languages.split(" ").map((entry) => ({ name: entry.split(":")[0] ?? "", priority: Number(entry.split(":")[1] ?? 5) })),
});
const shelf: VoiceShelf = {
  voices: readVoices([
    voice("gmw/en", "English (Great Britain)", "en-gb:2 en:2"), voice("gmw/en-US", "English (America)", "en-us:2 en:3"), voice("gmw/en-US-nyc", "New York", "en-us-nyc"),
    voice("roa/fr-BE", "French (Belgium)", "fr-be fr:8"), voice("roa/fr", "French (France)", "fr-fr fr"), voice("roa/ca", "Catalan", "ca"), voice("roa/ca-ba", "Catalan (Balearic)", "ca-ba"),
    voice("sit/yue", "Chinese (Cantonese)", "yue zh-yue zh:8"), voice("sit/yue-Latn-jyutping", "Jyutping", "yue zh-yue zh:8"), voice("sit/cmn", "Mandarin", "cmn zh-cmn zh"), voice("gmq/nb", "Norwegian", "nb no"),
  ]),
  variants: ["f3", "Annie", "whisper"],
};

const found = (wish: { voice?: string; language?: string; variant?: string }): string => {
  const choice = chooseVoice(shelf, { voice: wish.voice, language: wish.language, variant: wish.variant });
  return choice.found ? choice.identifier : choice.message;
};

describe("readVoices", () => {
  it("gives every voice an id of its own and BCP-47 languages", () => {
    expect(shelf.voices.map(({ id }) => id)).toEqual(["en-gb", "en-us", "en-us-nyc", "fr-be", "fr-fr", "ca", "ca-ba", "yue", "yue-latn-jyutping", "cmn", "nb"]);
    expect(shelf.voices.map(({ languages }) => languages[0])).toEqual(["en-GB", "en-US", "en-US-x-nyc", "fr-BE", "fr-FR", "ca", "ca-x-balear", "yue", "yue-Latn-jyutping", "zh", "nb"]);
    expect(describeVoice(shelf.voices[1]!, 22_050)).toEqual({ id: "en-us", name: "English (America)", engine: "espeak", languages: ["en-US", "en"], gender: "male", sampleRates: [22_050], native: { identifier: "gmw/en-US" } });
  });
});

describe("chooseVoice", () => {
  it.each([
    [{}, "gmw/en-US"], [{ voice: "en-gb" }, "gmw/en"], [{ voice: "EN" }, "gmw/en"], [{ voice: "gmw/en-us" }, "gmw/en-US"], [{ voice: "french (france)" }, "roa/fr"], [{ voice: "fr" }, "roa/fr"],
    [{ voice: "en-gb+f3" }, "gmw/en+f3"], [{ voice: "en-gb", variant: "annie" }, "gmw/en+Annie"], [{ language: "de", voice: "fr-fr" }, "roa/fr"],
    [{ language: "en" }, "gmw/en-US"], [{ language: "en-GB" }, "gmw/en"], [{ language: "en_gb" }, "gmw/en"], [{ language: "en-AU" }, "gmw/en-US"], [{ language: "fr" }, "roa/fr"], [{ language: "fr-BE" }, "roa/fr-BE"], [{ language: "fr-CA" }, "roa/fr"],
    [{ language: "zh" }, "sit/cmn"], [{ language: "cmn" }, "sit/cmn"], [{ language: "zh-Hant-TW" }, "sit/cmn"], [{ language: "zh-HK" }, "sit/yue"], [{ language: "yue" }, "sit/yue"], [{ language: "nn-NO" }, "gmq/nb"], [{ language: "ca-ES" }, "roa/ca"],
  ])("%o is %s", (wish, identifier) => {
    expect(found(wish)).toBe(identifier);
  });

  it("says what was asked for and what is near", () => {
    expect(found({ voice: "en-uk" })).toMatch(/"en-uk".*Near it: en-us, en-gb/u);
    expect(found({ voice: "en-us+f9" })).toMatch(/variant "f9".*f3/u);
    expect(found({ language: "tlh" })).toMatch(/language "tlh"/u);
    expect(found({ voice: "x".repeat(10_000) }).length).toBeLessThan(300);
  });
});
