import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterStart } from "./cluster-start.ts";
import { fitLimits, fitsLimits, type SegmentLimits } from "./fit-limits.ts";

const family = "👩‍👩‍👧‍👦";
/** Each is one character to its reader. */
const characters = [family, "👍🏽", "❤️‍🔥", "🇫🇷", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "1️⃣", "e\u0301", "z\u0323\u0302\u0301", "각", "\u1112\u1161\u11ab", "क्षि", "นี่", "か\u3099", "𠮷", "\r\n", "a", "漢", " "];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 40 }).map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom("", "a", "xy", "  ", "🇫"), fc.constantFrom(...characters), fc.integer({ min: 2, max: 60 })).map(([first, character, count]) => first + character.repeat(count)),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
);
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function bordersOf(text: string): Set<number> {
  return new Set(Array.from(graphemes.segment(text), ({ index }) => index).concat(text.length));
}

function parts(text: string, limits: SegmentLimits): string[] {
  const found: string[] = [];
  for (let rest = text; rest !== "";) {
    const units = fitLimits(rest, rest.length, [], limits);
    found.push(rest.slice(0, units));
    rest = rest.slice(units);
  }
  return found;
}

describe("a cut that a limit forces", () => {
  it.each<[string, SegmentLimits, readonly string[]]>([
    [family.repeat(3), { segmentCharacters: 12 }, [family, family, family]],
    [family.repeat(3), { segmentBytes: 30 }, [family, family, family]],
    ["🇩🇪🇫🇷🇮🇹", { segmentCharacters: 6 }, ["🇩🇪", "🇫🇷", "🇮🇹"]],
    ["ae\u0301e\u0301", { segmentCharacters: 2 }, ["a", "e\u0301", "e\u0301"]],
    ["\u1112\u1161\u11ab\u1100\u1173\u11af", { segmentCharacters: 5 }, ["\u1112\u1161\u11ab", "\u1100\u1173\u11af"]],
    ["ab\r\ncd", { segmentCharacters: 3 }, ["ab\r\n", "cd"]],
    ["abc", { segmentCharacters: 2 }, ["ab", "c"]],
  ])("falls between characters as readers see them: %j, %j", (text, limits, expected) => {
    expect(parts(text, limits)).toEqual(expected);
  });

  it.each<[string, number, readonly string[]]>([
    [`a${family}b`, 6, ["a", "👩‍👩\u200d", "👧‍👦b"]],
    [`  ${family}`, 6, ["  👩‍👩\u200d", "👧‍👦"]],
    ["👩👩", 1, ["👩", "👩"]],
    [" 👩x", 1, [" 👩", "x"]],
  ])("falls inside of one that is longer than the limit, never inside a pair: %j, %i", (text, segmentCharacters, expected) => {
    expect(parts(text, { segmentCharacters })).toEqual(expected);
  });

  it("keeps the limit, and every character whole that fits in it", () => {
    const limits = fc.oneof(fc.record({ segmentCharacters: fc.integer({ min: 2, max: 60 }) }), fc.record({ segmentBytes: fc.integer({ min: 4, max: 120 }) }));
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const units = fitLimits(text, text.length, [], limit);
        expect(units).toBeGreaterThan(0);
        expect(fitsLimits(text.slice(0, units), limit)).toBe(true);
        const borders = bordersOf(text);
        const start = Math.max(...[...borders].filter((border) => border <= units));
        const end = Math.min(...[...borders].filter((border) => border > start));
        expect(borders.has(units) || text.slice(0, start).trim() === "" && !fitsLimits(text.slice(start, end), limit)).toBe(true);
        expect(/^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(units - 1))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("has the same place whatever follows the limit", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), fc.nat(), (text, segmentCharacters, more) => {
        const units = fitLimits(text, text.length, [], { segmentCharacters });
        // As much as shows that it does not fit, with a whole character there.
        const least = text.trimStart().length === text.length ? segmentCharacters + 2 : text.length;
        if (units === text.length || least >= text.length || /\s/.test(text)) return;
        const shown = text.slice(0, least + (more % (text.length - least + 1)));
        expect(fitLimits(shown, shown.length, [], { segmentCharacters })).toBe(units);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the start of a cluster", () => {
  it("is the one that all of the text shows", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const borders = bordersOf(text);
        let start = 0;
        for (let at = 0; at < text.length; at += 1) {
          if (borders.has(at)) start = at;
          expect(clusterStart(text, at)).toBe(start);
        }
      }),
      { numRuns: 500 },
    );
  });
});
