import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSentences } from "./sentence-list.ts";
import { findWords } from "./word-list.ts";

const words = (text: string, language = "en"): string[] => findWords(text, [{ start: 0, end: text.length }], language).map(({ start, end }) => text.slice(start, end));

describe("findWords", () => {
  it.each([
    ["Hello, world!", ["Hello", "world"]],
    ["\"It's\" (don't) 'quoted' dogs' ‘tis’", ["It's", "don't", "quoted", "dogs", "tis"]],
    ["e-mail a well-known U.S.A. etc.", ["e-mail", "a", "well-known", "U.S.A", "etc"]],
    ["$12.50, 3,000.5% and -5°C at 10:30 on 1/2", ["$12.50", "3,000.5%", "and", "5°C", "at", "10:30", "on", "1/2"]],
    ["See https://example.org/a?b=c, or me@example.org.", ["See", "https://example.org/a?b=c", "or", "me@example.org"]],
    ["one—two…three/four", ["one", "two", "three", "four"]],
    ["hi😀there 👨‍👩‍👧 🇩🇪🇫🇷", ["hi", "😀", "there", "👨‍👩‍👧", "🇩🇪", "🇫🇷"]],
    ["cafe\u0301 e\u0301te\u0301", ["cafe\u0301", "e\u0301te\u0301"]],
    ["a & b = c", ["a", "&", "b", "=", "c"]],
    ["   \n\t ", []],
    ["", []],
  ])("of %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("divides scripts without spaces as their readers would", () => {
    expect(words("今天天气很好。你好,世界", "zh")).toEqual(["今天", "天气", "很好", "你好", "世界"]);
    expect(words("สวัสดีชาวโลก", "th")).toEqual(["สวัสดี", "ชาว", "โลก"]);
    expect(words("안녕하세요 세계", "ko")).toEqual(["안녕하세요", "세계"]);
    expect(words("नमस्ते दुनिया।", "hi")).toEqual(["नमस्ते", "दुनिया"]);
    expect(words("كيف حالك؟", "ar")).toEqual(["كيف", "حالك"]);
  });

  it("says which are words for certain", () => {
    const found = findWords("a & 😀 9", [{ start: 0, end: 8 }], "en");
    expect(found.map(({ certain }) => certain)).toEqual([true, false, false, true]);
  });

  it("gives spans in order, without white space, that hold every letter", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const found = findWords(text, [{ start: 0, end: text.length }], "en");
      let last = 0;
      for (const { start, end } of found) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(start, end)).not.toMatch(/\s/u);
        last = end;
      }
      const inside = found.map(({ start, end }) => text.slice(start, end)).join("");
      const spaced = /[\p{sc=Latin}\p{sc=Arabic}\p{sc=Cyrillic}]/gu;
      expect(inside.match(spaced)).toEqual(text.match(spaced));
    }));
  });

  it("reads runs of anything to their end", () => {
    for (const unit of ["a", ".", "😀", "\u0301", "(", "a.", "'", "1,", "漢"]) expect(() => findWords(unit.repeat(5_000), [{ start: 0, end: 5_000 }], "en")).not.toThrow();
  });
});

describe("findSentences", () => {
  const sentences = (text: string, breaks: number[] = []): string[] => findSentences(text, { breaks, language: "en" }).map(({ start, end }) => text.slice(start, end));

  it("trims them and leaves nothing out", () => {
    expect(sentences("  One is 3.5. Two?  Three! ")).toEqual(["One is 3.5.", "Two?", "Three!"]);
    expect(sentences("no full stop")).toEqual(["no full stop"]);
    expect(sentences("  ")).toEqual([]);
  });

  it("begins one at every break", () => {
    expect(sentences("one two three", [4, 8])).toEqual(["one", "two", "three"]);
  });
});
