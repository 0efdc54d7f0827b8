import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskMarkup } from "./mask-markup.ts";
import { numberMs } from "./number-length.ts";
import { spokenMs } from "./spoken-length.ts";
import { spokenWords, type SpokenWordsOptions } from "./spoken-words.ts";

const valuesOf = (text: string, options?: SpokenWordsOptions): string[] => listOf(text, options).map((word) => word.value);

function listOf(text: string, options?: SpokenWordsOptions): { start: number; end: number; value: string; lengthMs: number; pauseMs: number }[] {
  const words = spokenWords(text, options);
  return words.starts.map((start, index) => ({ start, end: words.ends[index] ?? -1, value: words.valueAt(index), lengthMs: words.lengthsMs[index] ?? -1, pauseMs: words.pausesMs[index] ?? -1 }));
}

describe("spokenWords", () => {
  it.each<[string, string[]]>([
    ["“Well,” she said — don't!", ["Well", "she", "said", "don't"]],
    ["It costs $4.50 (or 5 %) at a&b.com...", ["It", "costs", "$4.50", "or", "5", "%", "at", "a&b.com"]],
    ["yes—no…maybe - or 1990–2000", ["yes", "no", "maybe", "or", "1990–2000"]],
    ["*** --- 🎉 ok", ["🎉", "ok"]],
    ["", []],
    [" \n ", []],
    ["नमस्ते दुनिया।", ["नमस्ते", "दुनिया"]],
    ["مرحبا، كيف الحال؟", ["مرحبا", "كيف", "الحال"]],
  ])("finds what is read aloud in %j", (text, words) => {
    expect(valuesOf(text)).toEqual(words);
  });

  it("finds words where no spaces are written", () => {
    const text = "今天天气很好，我们去公园吧。";
    const words = listOf(text, { language: "zh" });
    expect(words.length).toBeGreaterThan(4);
    expect(words.map((word) => word.value).join("")).toBe("今天天气很好我们去公园吧");
    expect(valuesOf("字".repeat(5000), { language: "zh" }).join("")).toHaveLength(5000);
    expect(valuesOf("字".repeat(10), { language: "no such language" }).join("")).toHaveLength(10);
  });

  it("leaves the tags of a document out, and keeps the offsets", () => {
    const document = "<speak>Fish &amp; <b>chips</b> <break time='1s'/>now</speak>";
    const words = listOf(document, { markup: true });
    expect(words.map((word) => word.value)).toEqual(["Fish", "&", "chips", "now"]);
    expect(document.slice(words[2]?.start, words[2]?.end)).toBe("chips");
  });

  it("expects pauses where punctuation asks for them, and none at the end", () => {
    expect(listOf("One, two. Three four (five)\n\nsix.").map((word) => word.pauseMs > 0)).toEqual([true, true, false, true, true, false]);
  });

  it("points at its words in order, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.boolean(), (text, markup) => {
        let last = 0;
        for (const { start, end, value, lengthMs } of listOf(text, { markup })) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          if (!markup) expect(value).toBe(text.slice(start, end));
          expect(lengthMs).toBeGreaterThan(0);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("parts words at white space, dashes and dots alone, and takes no punctuation at their ends along", () => {
    const units = ["a", "Z", "7", "é", "ß", "字", "か", "ก", "😀", "'", ".", "—", "…", "-", "$", "(", "“", "\u00a0", "\u2009", "\u3000", "\ufeff", "\u001f", "\u0085", " ", "\n", "\t", "\ud83d", "=", "^"];
    const edge = /[\p{L}\p{N}\p{M}\p{S}@#%&§\u200d\ufe0f\ud800-\udfff]/u;
    const isRead = /[\p{L}\p{N}\p{Sc}%&@#+=°§\p{Extended_Pictographic}]/u;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...units), { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const tokens = [...text.matchAll(/(?:(?![—…])\S)+/gu)].filter(([token]) => isRead.test(token));
        const spaced = tokens.filter(([token]) => !/[字かก]/u.test(token));
        for (const { 0: token, index } of spaced) {
          const [from, to] = [[...token.matchAll(/[^]/g)].findIndex(([unit]) => edge.test(unit)), [...token.matchAll(/[^]/g)].findLastIndex(([unit]) => edge.test(unit))];
          const inside = listOf(text).filter(({ start }) => start >= index && start < index + token.length);
          expect(inside.map(({ start, end }) => [start - index, end - index])).toEqual(from < 0 ? [] : [[from, to + 1]]);
        }
        if (spaced.length === tokens.length) expect(listOf(text).length).toBeLessThanOrEqual(tokens.length);
      }),
    );
  });

  it("measures stretches of its words", () => {
    const words = spokenWords("One, two. Three");
    const [one = 0, two = 0, three = 0] = words.lengthsMs;
    const [comma = 0, stop = 0] = words.pausesMs;
    expect([words.lengthMs(), words.lengthMs(0, 2), words.lengthMs(2), words.lengthMs(2, 1)]).toEqual([one + comma + two + stop + three, one + comma + two, three, 0]);
    expect([words.speechMs(), words.speechMs(1, 2)]).toEqual([one + two + three, two]);
    expect([words.firstFrom(0), words.firstFrom(1), words.firstFrom(11), words.firstEndingBehind(0), words.firstEndingBehind(3), words.firstEndingBehind(15)]).toEqual([0, 1, 3, 0, 1, 3]);
  });

  it.each(["!", "<", "(a", "🎉", "—", ".", "a.", "1,", "&#"])("reads a flood of %j in one pass", (unit) => {
    // Quadratic, this would take minutes.
    expect(spokenWords(`${unit.repeat(100_000)}x`, { markup: true }).count).toBeGreaterThan(0);
  });
});

describe("spokenMs", () => {
  const ms = (word: string): number => spokenMs(word, { mixedCase: true });

  it.each([
    ["plan", "piano"],
    ["cat", "catalogue"],
    ["NATO", "BBCQ"],
    ["7", "77"],
    ["100", "777"],
    ["よ", "よろしく"],
    ["प्र", "परम"],
    ["it's", "1987"],
    ["of", "🎉"],
  ])("knows that %j is shorter than %j", (shorter, longer) => {
    expect(ms(shorter)).toBeLessThan(ms(longer));
  });

  it("does not spell a text that is all in capitals", () => {
    expect(spokenMs("THE", { mixedCase: false })).toBeLessThan(ms("THE"));
  });
});

describe("numberMs", () => {
  it("reads amounts with their separators, and long rows digit by digit", () => {
    expect(numberMs("1,250,000")).toBe(numberMs("1250000"));
    expect(numberMs("٢٠٠٤")).toBe(numberMs("2004"));
    expect(numberMs("2000")).toBeLessThan(numberMs("1987"));
    expect(numberMs("3.14")).toBeGreaterThan(numberMs("314") - 250);
    expect(numberMs("004912345678")).toBe(12 * numberMs("5"));
    expect(numberMs("0")).toBeGreaterThan(0);
  });
});

describe("maskMarkup", () => {
  it("blanks tags and keeps every offset", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("<b>", "</s>", "<", ">", "&amp;", "&lt;", "&#65;", "&", "word", " ", "<break time=\"1s\"/>"), { maxLength: 20 }), (parts) => {
        const document = parts.join("");
        expect(maskMarkup(document)).toHaveLength(document.length);
      }),
    );
    expect(maskMarkup("<s>Fish &amp; chips</s>")).toBe("\n\n Fish &     chips\n\n  ");
    expect(maskMarkup("a < b")).toBe("a < b");
  });
});
