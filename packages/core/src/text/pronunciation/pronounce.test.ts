import { describe, expect, it } from "vitest";
import { said, sourceOf, stage } from "../stages.test-helper.ts";
import { unchangedText } from "../mapped-text.ts";
import { pronounce, type PronounceOptions } from "./pronounce.ts";
import type { Pronunciation } from "./pronunciation-table.ts";

const words: Pronunciation[] = [
  { word: "SQL", say: "sequel" },
  { word: "New York", say: "the Apple" },
  { word: "New", say: "knew" },
  { word: "C++", say: "see plus plus" },
  { word: "US", say: "U S", caseSensitive: true },
  { word: "Neil", say: "kneel" },
  { word: "hôtel", say: "otel" },
  { word: "東京", say: "とうきょう" },
  { word: "Chef", say: "Scheff", language: "de" },
  { word: "🎉", say: "hooray" },
];
const read = (text: string, options: Partial<PronounceOptions> = {}): string => said(pronounce({ words, ...options }), text);

describe("pronounce", () => {
  it.each([
    ["SQL, sql and Sql; not SQLite, MySQL, SQL2 or NoSQL", "sequel, sequel and sequel; not SQLite, MySQL, SQL2 or NoSQL"],
    ["SQL's SQL’s 'SQL' SQLs SQL'ed", "sequel's sequel’s 'sequel' SQLs SQL'ed"],
    ["New  York, New\nYork, New Yorkshire, new", "the Apple, the Apple, knew Yorkshire, knew"],
    ["C++ (C++17) C+", "see plus plus (C++17) C+"],
    ["tell us, US.", "tell us, U S."],
    ["O'Neil, Neil", "O'Neil, kneel"],
    ["SQL_x snake_SQL", "SQL_x snake_SQL"],
    ["東京都は東京", "とうきょう都はとうきょう"],
    ["ho\u0302tel hôtel hôtels", "otel otel hôtels"],
    ["Yes 🎉 SQL!", "Yes hooray sequel!"],
    ["SQL-based", "sequel-based"],
    ["Chef", "Chef"],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("keeps to the language", () => {
    expect(read("Chef", { language: "de-CH" })).toBe("Scheff");
    expect(read("l'hôtel", { language: "fr" })).toBe("l'otel");
    expect(read("sql SQL", { caseSensitive: true })).toBe("sql sequel");
  });

  it("covers the word that was replaced", () => {
    const staged = stage(pronounce({ words }), "In New  York: SQL's.");
    for (const word of ["the", "Apple"]) expect(sourceOf(staged, word)).toBe("New  York");
    expect(sourceOf(staged, "sequel")).toBe("SQL");
  });

  it("passes the word on with its pronunciation, also through a later stage", () => {
    const ipa = pronounce({ words: [{ word: "Nguyen", ipa: "[ŋwiən]" }] });
    const text = "SQL of Nguyen, nguyen's";
    const { mapped } = stage([ipa, pronounce({ words })], text.split(""));
    expect(mapped.text).toBe("sequel of Nguyen, nguyen's");
    expect(mapped.phonemes).toEqual([{ start: 10, end: 16, ipa: "ŋwiən" }, { start: 18, end: 24, ipa: "ŋwiən" }]);
  });

  it("loses a pronunciation whose word is replaced or cut", () => {
    const ipa = pronounce({ words: [{ word: "SQL", ipa: "ɛs" }] });
    expect(stage([ipa, pronounce({ words })], "SQL").mapped.phonemes).toBeUndefined();
  });

  it("holds nothing back that cannot become a word of the list", () => {
    const reader = pronounce({ words })();
    expect(reader.push(unchangedText("Plain word", 0)).text).toBe("Plain word");
    expect(reader.push(unchangedText(" a sq", 10)).text).toBe(" a ");
    expect(reader.push(unchangedText("uare", 15)).text).toBe("square");
  });

  it.each([[{ word: "", say: "x" }], [{ word: "x".repeat(201), say: "x" }], [{ word: "x" }], [{ word: "x", say: "y", ipa: "z" }], [{ word: "x", ipa: " " }]])("refuses %j", (entry) => {
    expect(() => pronounce({ words: [entry] })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });
});
