import type { Mark } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "./ledger-entry.ts";
import { Ledger } from "./ledger.ts";

const RATE = 1000;
const TEXT = "one two three four five six";

function createEntry(index: number, textStart: number, textEnd: number, details: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    segment: { index, text: TEXT.slice(textStart, textEnd), textStart, textEnd, coverStart: Math.max(0, textStart - 1), coverEnd: textEnd, sourceAt: (offset) => textStart + offset },
    engine: "test",
    attempt: 0,
    startFrame: undefined,
    frames: 0,
    trimmedFrames: 0,
    complete: false,
    marks: [],
    unpublished: [],
    estimatedWords: undefined,
    billedCharacters: textEnd - textStart,
    ...details,
  };
}

const word = (value: string, timeMs: number, textStart: number): Mark => ({ kind: "word", timeMs, textStart, textEnd: textStart + value.length, value, source: "native" });

describe("Ledger", () => {
  it("counts a word as heard when its middle was played", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(0, 0, 13, { startFrame: 0, frames: 900, complete: true, marks: [word("one", 0, 0), word("two", 300, 4), word("three", 600, 8)] }));
    expect(ledger.heardAt(0)).toEqual({ heardUntil: 0, basis: "estimate" });
    expect(ledger.heardAt(149).heardUntil).toBe(0);
    expect(ledger.heardAt(150)).toEqual({ heardUntil: 3, basis: "marks" });
    expect(ledger.heardAt(449).heardUntil).toBe(3);
    expect(ledger.heardAt(450).heardUntil).toBe(7);
    expect(ledger.heardAt(749).heardUntil).toBe(7);
    expect(ledger.heardAt(900).heardUntil).toBe(13);
  });

  it("does not count a word as heard of which only the beginning is made, by the pace of the segments before", () => {
    const midOf = (before?: number): number => {
      const ledger = new Ledger(RATE);
      const at = (ms: number): Mark[] => [word("one", 0, 0), word("two", ms, 4), word("three", 2 * ms, 8)];
      if (before !== undefined) ledger.begin(createEntry(0, 0, 13, { startFrame: 0, frames: 3 * before, complete: true, marks: at(before) }));
      ledger.heardAt(1);
      const startFrame = 3 * (before ?? 0);
      ledger.begin(createEntry(1, 14, 27, { startFrame, frames: 20, marks: [word("four", 0, 0)] }));
      for (let frame = startFrame + 1; frame < startFrame + 2000; frame += 1) if (ledger.heardAt(frame).heardUntil === 18) return frame - startFrame;
      return Infinity;
    };
    expect(midOf()).toBeGreaterThan(80);
    expect(midOf(600)).toBeGreaterThan(1.8 * midOf(300));
  });

  it("counts trimmed frames off the times of marks", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(0, 0, 7, { startFrame: 0, frames: 600, trimmedFrames: 200, complete: true, marks: [word("one", 200, 0), word("two", 500, 4)] }));
    expect(ledger.heardAt(150).heardUntil).toBe(3);
    expect(ledger.textBegunBefore(300)).toBe(4);
    expect(ledger.textBegunBefore(301)).toBe(7);
  });

  it("spreads words by their letters where there are no marks, and says so", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(0, 0, 13, { startFrame: 0, frames: 1300, complete: true }));
    expect(ledger.heardAt(200)).toEqual({ heardUntil: 3, basis: "estimate" });
    expect(ledger.heardAt(600).heardUntil).toBe(7);
    expect(ledger.textBegunBefore(1)).toBe(4);
    expect(ledger.textBegunBefore(1300)).toBe(13);
  });

  it("cuts by an estimate as if the voice were slower than it was heard to be, in this stream, in others, or at a common pace", () => {
    const unitsOf = (voicePace?: LedgerEntry["voicePace"], heardMs?: number): number => {
      const ledger = new Ledger(RATE);
      if (heardMs !== undefined) ledger.begin(createEntry(0, 0, 13, { startFrame: 0, frames: heardMs, complete: true, voicePace }));
      ledger.heardAt(1);
      const dying = createEntry(1, 0, 27, { frames: 900, broken: true, voicePace });
      ledger.begin(dying);
      return ledger.cutOf(dying, 900).units;
    };
    const slow = { slowest: 2, learn: (pace: number) => void learned.push(pace) };
    const learned: number[] = [];
    // Three words of these take 690 ms at a common pace.
    expect(TEXT.slice(unitsOf())).toBe("four five six");
    expect(TEXT.slice(unitsOf(slow))).toBe("two three four five six");
    expect(TEXT.slice(unitsOf(slow, 345))).toBe("six");
    expect(learned).toHaveLength(1);
    expect(TEXT.slice(unitsOf(undefined, 1380))).toBe("two three four five six");
  });

  it("keeps what was folded in its totals", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(0, 0, 7, { startFrame: 0, frames: 700, complete: true }));
    ledger.begin(createEntry(1, 8, 18, { startFrame: 700, frames: 1000, complete: true }));
    ledger.fold(699);
    expect(ledger.entries).toHaveLength(2);
    ledger.fold(700);
    expect(ledger.entries).toHaveLength(1);
    expect(ledger.heardAt(700)).toEqual({ heardUntil: 7, basis: "estimate" });
    expect(ledger.textBegunBefore(1700)).toBe(18);
    expect(ledger.billedCharacters()).toBe(17);
  });

  it("replaces an attempt by the next, and keeps its bill", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(1, 8, 18));
    ledger.begin(createEntry(0, 0, 7));
    const second = createEntry(0, 0, 7, { attempt: 1 });
    ledger.begin(second);
    expect(ledger.entries.map((entry) => [entry.segment.index, entry.attempt])).toEqual([[0, 1], [1, 0]]);
    expect(ledger.billedCharacters()).toBe(24);
  });

  it("tells which attempts lie in a stretch of audio", () => {
    const ledger = new Ledger(RATE);
    ledger.begin(createEntry(0, 0, 7, { startFrame: 0, frames: 700, complete: true }));
    ledger.begin(createEntry(1, 8, 18, { startFrame: 700, frames: 100 }));
    expect(ledger.spans(600, 800).map(({ entry, offsetFrames, frames }) => [entry.segment.index, offsetFrames, frames])).toEqual([[0, 0, 100], [1, 100, 100]]);
  });
});
