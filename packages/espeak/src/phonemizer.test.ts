import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createPhonemizer, phonemize } from "@parlando/espeak";
import { describe, expect, it } from "vitest";
import type { PhonemizeJob } from "./espeak-wire.ts";
import { phonemizeText } from "./phonemes/phonemize-text.ts";

/** A folder of JSON files, each with a `refText` in Arabic and the `phonemes` that were published for it. */
const referenceFolder = process.env["PARLANDO_PHONEME_REFERENCES"] ?? "";

describe("phonemize", () => {
  it.each([
    ["Hello, world! Is it 3.5?", "en-us", {}, "həlˈoʊ , wˈɜːld ! ɪz ɪt θɹˈiː pɔɪnt fˈaɪv ?"],
    ["He said: \"Yes.\" (no)", "en-us", { punctuation: "attached" }, "hiː sˈɛd: \"jˈɛs.\" (nˈoʊ)"],
    ["Hello, world!", "en-GB", { punctuation: "none", stress: false }, "hələʊ wɜːld"],
    ["مرحبا، Logo شوية!", "ar", {}, "mrħbˈaː lˈoʊɡoʊ ʃˈuːajjˌa !"],
    ["يفتح البحار الكتاب كل مساء، ثم يقرأ منه صفحة واحدة.", "ar", {}, "jftħ ʔalbˈaħħaːr ʔalkitˈaːb kˈull mˈasaːʔ θˈumma jqrʔ mˈinh s̪ˈafħa waːħdt ."],
    ["متى تصل السفينة؟ قالت الجدة: «بعد الغروب بقليل»!", "ar", {}, "mˈataː ts̪l ʔassˈafiːnˌa qˈaːlt ʔaldʒˈidːa : « bˈaʕd ʔalɣˈuruːb bqliːl »!"],
    ["فَتَحَ الحارِسُ البابَ، وَدَخَلَ الضَّوءُ.", "ar", {}, "fatˌaħa ʔalħˈaːrisˌu ʔalbaːbˌa wadˈaχalˌa ʔadˤdˤdˤʔˈu ."],
    ["Привет Logo", "ru", { latinLanguage: false, languageSwitches: true }, "prʲivʲˈet (en)lˈəʊɡəʊ(ru)"],
    ["a < b & <c> [[d]]\u0000", "en-us", {}, "ɐ bˈiː ænd sˈiː [[ dˈiː ]]"],
    ["  \n ", "en-us", {}, ""],
    ["", "en-us", {}, ""],
  ] as const)("of %j in %s %o", async (text, language, options, expected) => {
    expect(await phonemize(text, language, options)).toBe(expected);
  });

  it("tells what is wrong", async () => {
    await expect(phonemize("x", "xx")).rejects.toMatchObject({ code: "VOICE_NOT_FOUND" });
    await expect(phonemize("x", "ar", { latinLanguage: "yy" })).rejects.toMatchObject({ code: "VOICE_NOT_FOUND" });
    await expect(phonemize("x".repeat(100_001), "en")).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
    await expect(phonemize("x", "")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(phonemize("x", "en", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("answers many at once, in any language", async () => {
    const languages = ["en-us", "de", "ar", "hi", "cmn"];
    const one = await Promise.all(languages.map((language) => phonemize("123", language)));
    const other = await Promise.all([...languages].reverse().map((language) => phonemize("123", language)));
    expect(other.reverse()).toEqual(one);
    expect(new Set(one).size).toBe(languages.length);
  });

  it("can be had with a worker of its own, which closes", async () => {
    const own = createPhonemizer();
    expect(await own.phonemize("world", "en-us")).toBe("wˈɜːld");
    await own.close();
    await own.close();
    await expect(own.phonemize("world", "en-us")).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });

  it.skipIf(referenceFolder === "")("gives the phonemes that were published for reference texts (skipped unless PARLANDO_PHONEME_REFERENCES names their folder)", async () => {
    const files = readdirSync(referenceFolder).filter((file) => file.endsWith(".json"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { refText, phonemes } = JSON.parse(readFileSync(join(referenceFolder, file), "utf8")) as { refText: string; phonemes: string };
      expect(await phonemize(refText, "ar"), file).toBe(phonemes);
    }
  });
});

describe("phonemizeText", () => {
  const job: PhonemizeJob = { text: "", language: "ar", latinLanguage: "en", stress: true, punctuation: "spaced", languageSwitches: false };
  const asked: string[] = [];
  const phonemes = (text: string, rest: Partial<PhonemizeJob> = {}): string => {
    asked.length = 0;
    const say = (kind: string) => (part: string): string => {
      asked.push(`${kind} ${part.trim()}`);
      return part.trim().split(" ").map((word) => [...word].join("_")).join(" | ");
    };
    return phonemizeText({ ...job, text, ...rest }, { language: rest.language ?? "ar", main: say("main"), latin: say("latin") });
  };

  it("speaks each phrase for itself and joins clauses with a space", () => {
    expect(phonemes("ab cd, ef.", { language: "en" })).toBe("ab cd , ef .");
    expect(asked).toEqual(["main ab cd", "main ef"]);
  });

  it("gives Latin letters to the other language, where the first is not written in them", () => {
    phonemes("لل my Logo 2 شو");
    expect(asked).toEqual(["main لل", "latin my Logo 2", "main شو"]);
    phonemes("my Logo", { language: "de" });
    expect(asked).toEqual(["main my Logo"]);
    phonemes("لل Logo", { latinLanguage: undefined });
    expect(asked).toEqual(["main لل Logo"]);
  });

  it("keeps what belongs to a number or an abbreviation", () => {
    phonemes("3.5 at 10:30 in U.S.A. or 1,000", { language: "en" });
    expect(asked).toEqual(["main 3.5 at 10:30 in U.S.A", "main or 1,000"]);
  });
});
