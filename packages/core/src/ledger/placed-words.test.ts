import type { Mark } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { PlacedWord } from "./placed-word-list.ts";
import { paceOf, placeWords } from "./placed-words.ts";
import { QuietStretches } from "./quiet-stretches.ts";

const RATE = 1000;

function createEntry(text: string, details: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    segment: { index: 0, text, textStart: 0, textEnd: text.length, coverStart: 0, coverEnd: text.length, sourceAt: (index) => index },
    engine: "test",
    attempt: 0,
    startFrame: 0,
    frames: 0,
    trimmedFrames: 0,
    complete: true,
    marks: [],
    unpublished: [],
    estimatedWords: 0,
    billedCharacters: 0,
    ...details,
  };
}

const placedList = (entry: LedgerEntry, sampleRate: number, pace?: number): readonly PlacedWord[] => placeWords(entry, sampleRate, pace).list();

/** Sound and silence in turns, in milliseconds, sound first. */
function listenTo(...stretches: readonly number[]): { quiet: QuietStretches; frames: number } {
  const quiet = new QuietStretches(RATE);
  const samples = stretches.flatMap((length, index) => Array.from({ length }, (_, at) => (index % 2 === 0 ? Math.sin(at) : 0)));
  // In odd pieces, as they come.
  for (let start = 0; start < samples.length; start += 37) quiet.push(Float32Array.from(samples.slice(start, start + 37)));
  return { quiet, frames: samples.length };
}

const mark = (value: string, timeMs: number, textStart: number, durationMs?: number): Mark => ({ kind: "word", timeMs, durationMs, textStart, textEnd: textStart + value.length, value, source: "native" });

describe("QuietStretches", () => {
  it("finds where sound begins, pauses and ends", () => {
    const { quiet } = listenTo(0, 100, 300, 200, 400, 30, 100, 250);
    expect([quiet.soundStart, quiet.soundEnd]).toEqual([100, 1130]);
    expect(quiet.pauses).toEqual([{ startFrame: 400, endFrame: 600 }]);
  });

  it("finds nothing in silence", () => {
    const { quiet } = listenTo(0, 500);
    expect([quiet.soundStart, quiet.pauses]).toEqual([undefined, []]);
  });
});

describe("the last word that marks without lengths tell of", () => {
  const text = "wonderful weather today, extraordinarily nice";
  const marks = [mark("wonderful", 0, 0), mark("weather", 1200, 10), mark("today", 2100, 18), mark("extraordinarily", 3000, 25)];
  const lengthOf = (details: Partial<LedgerEntry>, pace?: number): number => {
    const last = placedList(createEntry(text, { complete: false, ...details }), RATE, pace).at(-1);
    return (last?.endFrame ?? 0) - (last?.startFrame ?? 0);
  };

  it("is as long as it should be at the pace of the words before it, however little of it is made", () => {
    const [common, slow] = [lengthOf({ frames: 10, marks: [mark("extraordinarily", 0, 25)] }), lengthOf({ frames: 3010, marks })];
    expect(common).toBeGreaterThan(500);
    expect(slow).toBeGreaterThan(common * 1.3);
    expect(lengthOf({ frames: 10, marks: [mark("extraordinarily", 0, 25)] }, 2)).toBe(common * 2);
    expect(lengthOf({ frames: 3010, trimmedFrames: 500, marks })).toBe(slow);
  });

  it("is no shorter than what is made of it, and ends where the audio does or where its engine says", () => {
    expect(lengthOf({ frames: 6000, marks })).toBe(3000);
    expect(lengthOf({ frames: 3400, complete: true, broken: true, marks })).toBe(400);
    expect(lengthOf({ frames: 3010, marks: [...marks.slice(0, -1), mark("extraordinarily", 3000, 25, 800)] })).toBe(800);
  });
});

describe("estimated places", () => {
  it("keep out of the silence at both ends", () => {
    const { quiet, frames } = listenTo(0, 100, 600, 250);
    const words = placedList(createEntry("one two", { quiet, frames }), RATE);
    expect([words[0]?.startFrame, words.at(-1)?.endFrame]).toEqual([100, 700]);
  });

  it("put the words of a clause where its sound is", () => {
    // The first clause is spoken much more slowly than the second.
    const { quiet, frames } = listenTo(600, 300, 600);
    const words = placedList(createEntry("one two, three four five six", { quiet, frames }), RATE);
    expect([words[1]?.endFrame, words[2]?.startFrame]).toEqual([600, 900]);
  });

  it("do not take the closure of a consonant for a comma", () => {
    const { quiet, frames } = listenTo(300, 80, 2000, 250, 400);
    const words = placedList(createEntry("one two three four five six seven eight, nine", { quiet, frames }), RATE);
    expect(words.at(-1)?.startFrame).toBe(2630);
  });

  it("follow the pace of the engine while the audio is not complete", () => {
    const whole = createEntry("one two three four", { frames: 4000 });
    const pace = paceOf(whole, RATE);
    const begun = placedList(createEntry("one two three four", { frames: 1000, complete: false }), RATE, pace);
    expect(begun.map((word) => word.startFrame)).toEqual(placedList(whole, RATE).map((word) => word.startFrame));
  });

  it("of an engine that failed end with its audio", () => {
    const words = placedList(createEntry("one two three four", { frames: 500, broken: true }), RATE);
    expect(words.map((word) => word.value)).toEqual(["one", "two"]);
    expect(placedList(createEntry("one two", { frames: 0, broken: true }), RATE)).toEqual([]);
    const marks = [mark("one", 0, 0), mark("two", 300, 4), mark("three", 600, 8)];
    expect(placedList(createEntry("one two three", { frames: 500, broken: true, marks }), RATE).map((word) => word.value)).toEqual(["one", "two"]);
  });

  it("go on where the marks of an engine end, if there is sound left", () => {
    const text = "one two three four";
    const marks = [mark("one", 0, 0, 300), mark("two", 300, 4, 300)];
    const long = placedList(createEntry(text, { frames: 1600, marks }), RATE);
    expect(long.map((word) => [word.value, word.isMark, word.startFrame])).toEqual([["one", true, 0], ["two", true, 300], ["three", false, 600], ["four", false, expect.any(Number)]]);
    expect(placedList(createEntry(text, { frames: 700, marks }), RATE)).toHaveLength(2);
  });

  it("are in order and inside the audio, whatever the text and the sound", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 9 }), fc.boolean(), (text, stretches, complete) => {
        const { quiet, frames } = listenTo(...stretches);
        const words = placedList(createEntry(text, { quiet, frames, complete }), RATE);
        let last = 0;
        for (const word of words) {
          expect(word.startFrame).toBeGreaterThanOrEqual(last);
          expect(word.endFrame).toBeGreaterThanOrEqual(word.startFrame);
          last = word.startFrame;
        }
        if (complete) expect(words.at(-1)?.endFrame ?? 0).toBeLessThanOrEqual(frames);
      }),
    );
  });
});
