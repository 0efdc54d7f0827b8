import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlanner } from "./create-planner.ts";
import { createSegmenter } from "./create-segmenter.ts";
import { fitLimits, type SegmentLimits } from "./fit-limits.ts";
import { LONGEST_SEGMENT_UNITS } from "./longest-segment.ts";
import type { Cut } from "./segment.ts";
import { unspacedTexts } from "./unspaced-texts.test-helper.ts";

const languages = Object.keys(unspacedTexts) as (keyof typeof unspacedTexts)[];

/** Sizes of pieces, used in turn: letter by letter, a few words, or more than is looked at for a word at once. */
const sizes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
);

/** Runs that begin and end anywhere, so that every word may be the first of one; with a letter of another script, a mark or nothing between. */
function runsOf(text: string): fc.Arbitrary<string> {
  const part = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 90 })).map(([from, length]) => text.slice(from, from + length));
  return fc.array(fc.tuple(part, fc.constantFrom("", "", "", " ", "A", "7", "。", "，", "\u200b", "\n")), { minLength: 1, maxLength: 6 }).map((parts) => parts.flat().join(""));
}

function piecesOf(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const length = lengths[pieces.length % lengths.length] ?? 1;
    pieces.push(text.slice(from, from + length));
    from += length;
  }
  return pieces;
}

/** All cuts, asked for behind every piece. */
function cutsOf(pieces: readonly string[], language: string): readonly Cut[] {
  const segmenter = createSegmenter({ language });
  for (const piece of pieces) {
    segmenter.add(piece);
    segmenter.cuts(100_000);
  }
  segmenter.add("", true);
  return segmenter.cuts(100_000);
}

/** What is sent, piece after piece, by a planner that cuts at sentences only, to an engine with limits. */
function sent(pieces: readonly string[], language: string, limits: SegmentLimits): string[] {
  const planner = createPlanner({ latency: "smoothest" });
  const segmenter = createSegmenter({ language });
  const found: string[] = [];
  let pendingText = "";
  const send = (ended: boolean): void => {
    for (;;) {
      const cuts = segmenter.cuts(1000);
      const answer = planner.next({ nowMs: 0, pendingText, cuts, ended, sentSegments: found.length, inFlight: 0, freeSlots: 1, securedMs: 1000, msPerCharacter: 200, cost: { startMs: 100, startMsHigh: 150, perCharacterMs: 20 }, output: "streaming" });
      if (typeof answer !== "number" || answer === 0) return;
      const units = fitLimits(pendingText, answer, cuts, limits);
      found.push(segmenter.take(units).text);
      pendingText = pendingText.slice(units);
    }
  };
  for (const piece of pieces) {
    segmenter.add(piece);
    pendingText += piece;
    send(false);
  }
  segmenter.add("", true);
  send(true);
  return found;
}

describe.each(languages)("a run without spaces: %s", (language) => {
  const text = unspacedTexts[language];
  const limits = fc.oneof(fc.record({ segmentCharacters: fc.integer({ min: 4, max: 80 }) }), fc.record({ segmentBytes: fc.integer({ min: 12, max: 240 }) }));

  it("has the same words however it came", () => {
    fc.assert(
      fc.property(runsOf(text), sizes, (run, lengths) => {
        expect(cutsOf(piecesOf(run, lengths), language)).toEqual(cutsOf([run], language));
      }),
      { numRuns: 60 },
    );
  });

  it("is cut at the same places where an engine takes little at once", () => {
    fc.assert(
      fc.property(runsOf(text), sizes, limits, (run, lengths, limit) => {
        const parts = sent(piecesOf(run, lengths), language, limit);
        expect(parts).toEqual(sent([run], language, limit));
        expect(parts.join("").trimEnd()).toBe(run.trimEnd());
      }),
      { numRuns: 60 },
    );
  });

  it("is cut at the same places where it is longer than a segment may be", () => {
    const long = text.repeat(Math.ceil((3 * LONGEST_SEGMENT_UNITS) / text.length));
    const whole = sent([long], language, {});
    expect(whole.length).toBeGreaterThan(2);
    for (const lengths of [[1], [7], [5, 24, 1], [199, 3], [700]]) expect(sent(piecesOf(long, lengths), language, {})).toEqual(whole);
  });

  it("has words that are short", () => {
    let last = 0;
    for (const { at } of cutsOf([text], language)) {
      expect(at - last).toBeLessThanOrEqual(24);
      last = at;
    }
  });
});
