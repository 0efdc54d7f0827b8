import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSegmenter } from "./create-segmenter.ts";
import type { Segment } from "./segment.ts";

const atoms = [
  ..."aIé1.!?…,;:\"'“”«»„()[]<>`#*_/@-—",
  ..." \n\t",
  ..."。！？、「」漢これกा।؟ع",
  "The ", "he ", "Smith ", "Dr. ", "e.g. ", "U.S. ", "p.m. ", "1. ", "2) ", "b) ", "• ", "\n\n", "\r\n", "...", ". . . ",
  "<b>", "</b>", "<p>", "</p>", "<a href='x. Y'>", "```", "\n```\n", "http://x.y/z", "a@b.c", "Node.js", "3.50", "😀", "👩‍👩‍👧", "🇫🇷", "e\u0301", "\ud83d", "\udc00", "\u200d", "\u00a0", "\u2029",
  "l'Ing. ", "J.-P. ", "u. a. ", "`a.B`", "[2, 3]", "①", "♪", "“長い長い話をしていた”", "「行く」", "Basándose ", "Collections", "XVIII ", "U.S. Millions ", "; Selon ", ":) Dann ",
  ..."‘’〝〞《》（）『』．※＃★·：，；＂说道的之地",
  "他说，", "她低声说道", "不知道。", "之后", "这个", "等口号", "“走！”", "「走。」", "史密斯．乔", "斯.乔", "J.K.", "Yahoo!", "vs.", "２", "１．", "**", "……", "！”", "。》", "？）", "を",
  "Hello world. ", "It is late.It is. ", "Ոչինչ: ", "Πού; ", "<stop>", "<prd>",
];
const messy = fc.array(fc.constantFrom(...atoms), { maxLength: 80 }).map((parts) => parts.join(""));
const anything = fc.oneof(messy, fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 100 }));
const languages = fc.constantFrom(undefined, "en", "de", "fr", "ja", "zh", "ar", "da");
const runs = { numRuns: 250 };

function pushed(text: string, language: string | undefined, lengths: readonly number[]): Segment[] {
  const segmenter = createSegmenter({ language });
  const segments: Segment[] = [];
  let from = 0;
  for (let index = 0; from < text.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    segments.push(...segmenter.push(text.slice(from, from + length)));
    from += length;
  }
  return [...segments, ...segmenter.flush()];
}

describe("push and flush", () => {
  it("give the same for ten cuttings of a text", () => {
    const cuttings = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(anything, languages, cuttings, (text, language, eight) => {
        const whole = pushed(text, language, [Math.max(1, text.length)]);
        for (const lengths of [[1], ...eight]) expect(pushed(text, language, lengths)).toEqual(whole);
      }),
      runs,
    );
  });

  it("lose, change and reorder nothing but white space between segments", () => {
    fc.assert(
      fc.property(anything, languages, (text, language) => {
        let last = 0;
        for (const segment of pushed(text, language, [4])) {
          expect(segment.text).toBe(text.slice(segment.start, segment.end));
          expect(segment.text).toBe(segment.text.trim());
          expect(segment.text).not.toBe("");
          expect(text.slice(last, segment.start).trim()).toBe("");
          last = segment.end;
        }
        expect(text.slice(last).trim()).toBe("");
      }),
      runs,
    );
  });
});

describe("characters as readers see them", () => {
  /** Sequences of several units that are one character. Lone halves of pairs and marks without a base are left out: they have no right place. */
  const characters = ["👩‍👩‍👧", "👍🏽", "🇫🇷", "❤️", "1️⃣", "e\u0301", "각", "\u1100\u1161\u11a8", "क्षि", "ক্ষ", "นี่", "ကြို", "が", "か\u3099", "𠮷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "z\u0323\u0302", "．", "?", "!", "。", ". ", " ", "a", "漢", "”", "”。", "(", "）"];
  const written = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 120 }).map((parts) => parts.join(""));
  const flood = fc.tuple(fc.constantFrom("", "a", "ab", "abc", "abcdefgh"), fc.constantFrom(...characters), fc.integer({ min: 100, max: 500 })).map(([first, character, count]) => first + character.repeat(count));
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

  it("are never cut in two", () => {
    fc.assert(
      fc.property(fc.oneof(written, flood), languages, (text, language) => {
        const borders = new Set(Array.from(graphemes.segment(text), ({ index }) => index).concat(text.length));
        for (const segment of pushed(text, language, [3])) expect(borders.has(segment.end), JSON.stringify(segment.text)).toBe(true);
        const segmenter = createSegmenter({ language });
        segmenter.add(text, true);
        for (const { at } of segmenter.cuts(100_000)) expect(borders.has(at), JSON.stringify(text.slice(at - 4, at + 4))).toBe(true);
      }),
      runs,
    );
  });
});

describe("add, cuts and take", () => {
  it("find the sentences that push finds", () => {
    fc.assert(
      fc.property(anything, languages, (text, language) => {
        const segmenter = createSegmenter({ language });
        segmenter.add(text, true);
        const sentences = segmenter.cuts().filter((cut) => cut.kind === "sentence");
        expect(sentences.map((cut) => cut.at)).toEqual(pushed(text, language, [4]).map((segment) => segment.end));
      }),
      runs,
    );
  });

  it("list the same for every cutting, and a list that only grows", () => {
    fc.assert(
      fc.property(anything, languages, fc.integer({ min: 1, max: 6 }), (text, language, step) => {
        const whole = createSegmenter({ language });
        whole.add(text, true);
        const growing = createSegmenter({ language });
        let before: readonly unknown[] = [];
        for (let from = 0; from < text.length; from += step) {
          growing.add(text.slice(from, from + step));
          const now = growing.cuts();
          expect(now.slice(0, before.length)).toEqual(before);
          before = now;
        }
        growing.add("", true);
        expect(growing.cuts().slice(0, before.length)).toEqual(before);
        expect(growing.cuts()).toEqual(whole.cuts());
      }),
      runs,
    );
  });

  it("cut behind a unit that is no white space, never inside a pair, and at the end", () => {
    fc.assert(
      fc.property(anything, languages, (text, language) => {
        const segmenter = createSegmenter({ language });
        segmenter.add(text, true);
        const cuts = segmenter.cuts();
        for (const { at } of cuts) {
          expect(text.charAt(at - 1).trim()).not.toBe("");
          expect(/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1))).toBe(false);
        }
        if (text.trim() === "") expect(cuts).toEqual([]);
        else expect(cuts.at(-1)).toEqual({ at: text.trimEnd().length, kind: "sentence" });
      }),
      runs,
    );
  });

  it("find the same cuts however much is taken in between, and the taken pieces are the text", () => {
    fc.assert(
      fc.property(anything, languages, fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 }), (text, language, picks) => {
        const reference = createSegmenter({ language });
        reference.add(text, true);
        const expected = new Map(reference.cuts().map((cut) => [cut.at, cut.kind]));
        const segmenter = createSegmenter({ language });
        let taken = "";
        for (let from = 0, index = 0; from <= text.length; from += 5, index += 1) {
          segmenter.add(text.slice(from, from + 5), from + 5 > text.length);
          for (const cut of segmenter.cuts()) expect(expected.get(taken.length + cut.at)).toBe(cut.kind);
          const cut = segmenter.cuts()[picks[index % picks.length] ?? 0];
          if (cut === undefined) continue;
          const segment = segmenter.take(cut.at);
          expect(segment.start).toBe(taken.length);
          expect(segment.kind).toBe(cut.kind);
          taken += segment.text;
          expect(segment.end).toBe(taken.length);
        }
        expect(text.startsWith(taken)).toBe(true);
      }),
      runs,
    );
  });
});
