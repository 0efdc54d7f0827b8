import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { createSegmenter } from "../segments/create-segmenter.ts";
import { fittingUnits, forwardableUnits, sentenceUnits } from "./forwardable-text.ts";

/** What a stream does that flushes at sentences only: the segments, and whether an end of a sentence was ever found behind what was forwarded. */
function speakPieces(pieces: readonly string[]): { segments: string[]; missed: number; forwarded: string } {
  const segmenter = createSegmenter();
  const segments: string[] = [];
  let text = "";
  let written = 0;
  let missed = 0;
  let forwarded = "";
  const work = (ended: boolean): void => {
    for (;;) {
      if (text.trim() === "") return;
      const all = segmenter.cuts(1000);
      const solid = text.slice(0, written).trimEnd().length;
      const cuts = all.filter((cut) => cut.at >= solid);
      missed += all.filter((cut) => cut.kind === "sentence" && cut.at < solid).length;
      const end = sentenceUnits({ text, cuts, ended });
      const units = Math.max(written, end > 0 ? end : forwardableUnits({ text, cuts, ended }));
      forwarded += text.slice(written, units);
      written = units;
      if (end === 0) return;
      segments.push(text.slice(0, units).trim());
      segmenter.take(units);
      text = text.slice(units);
      written = 0;
    }
  };
  for (const piece of pieces) {
    segmenter.add(piece);
    text += piece;
    work(false);
  }
  segmenter.add("", true);
  work(true);
  return { segments, missed, forwarded };
}

function cutAt(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let index = 0; start < text.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(text.slice(start, start + size));
    start += size;
  }
  return pieces;
}

const forwardableOf = (text: string, ended = false): string => {
  const segmenter = createSegmenter();
  segmenter.add(text, ended);
  return text.slice(0, forwardableUnits({ text, cuts: segmenter.cuts(1000), ended }));
};

describe("what may be forwarded", () => {
  it.each([
    ["Hel", ""],
    ["Hello ", "Hello "],
    ["Hello\t wor", "Hello\t "],
    ["  Hello, dear wor", "  Hello, dear "],
    ["It's a co-op in 1990 and", "It's a co-op in 1990 "],
    ["The end. ", "The "],
    ["The end. No", "The end."],
    ["Dr. Smith went ", "Dr. Smith went "],
    ["Call me at 3", "Call me at "],
    ["A title\nand ", "A title"],
    ["你好世界", "你好世"],
    ["สวัส", "สวั"],
    ["🇩🇪", ""],
    ["", ""],
  ])("of %j is %j", (text, expected) => {
    expect(forwardableOf(text).trimEnd()).toBe(expected.trimEnd());
  });

  it("is everything when no more comes", () => {
    expect(forwardableOf("Half a wor", true)).toBe("Half a wor");
  });
});

describe("text of which an engine takes little in one piece", () => {
  const forwardedOf = (text: string, segmentCharacters: number): string => {
    const segmenter = createSegmenter();
    segmenter.add(text);
    return text.slice(0, forwardableUnits({ text, cuts: segmenter.cuts(1000), ended: false }, { segmentCharacters }));
  };
  const fittingOf = (text: string, segmentCharacters: number): string => {
    const segmenter = createSegmenter();
    segmenter.add(text, true);
    return text.slice(0, fittingUnits({ text, cuts: segmenter.cuts(1000) }, text.length, { segmentCharacters }));
  };

  it.each([
    ["字字字字字字字字字字", 40, "字字字字字字字字字"],
    ["字字字字字字字字字字", 10, "字字字字字"],
    ["字字字か\u3099か\u3099字", 10, "字字字か\u3099"],
    ["字字字か\u3099か\u3099字", 8, "字字字"],
    ["1 000 000 000 000 ", 40, "1 000 000 000 000 "],
    ["1 000 000 000 000 ", 20, "1 000 000 "],
  ])("is forwarded without a known cut up to the half of that: %j, %i", (text, limit, expected) => {
    expect(forwardedOf(text, limit)).toBe(expected);
  });

  it.each([
    ["one two three", 13, "one two three"],
    ["one two three", 12, "one two "],
    ["one https://example.com/a", 20, "one "],
    ["https://example.com/a", 20, "https://example.com/"],
    ["about 1 000 000 000 in all", 16, "about 1 "],
  ])("is cut behind the last cut that fits, or what may have been forwarded by then: %j, %i", (text, limit, expected) => {
    expect(fittingOf(text, limit)).toBe(expected);
  });
});

describe("segments of text that was forwarded", () => {
  const words = fastCheck.constantFrom("Hello", "world.", "Dr.", "3.", "3.5", "p.m.", "U.S.", "etc.", "\"Go.", "Now.\"", "(see", "it)", "e.g.", "wait...", "What?!", "好。", "你好", "สวัสดี", "नमस्ते।", "-", "*", "1)", "https://a.b/c.d", "I", "the", "NASA", "a,", "b;", "c:", "it's", "5%", "<b>", "</b>", "`x.y`", "…", "é", "👩‍👩‍👧", "#");
  const spaces = fastCheck.constantFrom(" ", " ", " ", "  ", "\n", "\n\n", "\t", "", "\u00a0");
  const texts = fastCheck.array(fastCheck.tuple(words, spaces), { maxLength: 60 }).map((parts) => parts.flat().join(""));
  const sizes = fastCheck.array(fastCheck.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });

  it("do not depend on the pieces, and no end of a sentence is run over", () => {
    fastCheck.assert(
      fastCheck.property(texts, sizes, (text, pieceSizes) => {
        const whole = speakPieces([text]);
        const piecewise = speakPieces(cutAt(text, pieceSizes));
        expect(piecewise.segments).toEqual(whole.segments);
        expect(piecewise.missed + whole.missed).toBe(0);
        expect(text.startsWith(piecewise.forwarded) && text.trim() === piecewise.forwarded.trim()).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
