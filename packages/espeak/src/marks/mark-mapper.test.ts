import type { Mark, MarkKind } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { NativeEvent } from "../library/espeak-module.ts";
import { plainSpokenText } from "../text/spoken-text.ts";
import { createMarkMapper } from "./mark-mapper.ts";
import { visemeOf } from "./viseme-table.ts";

type Short = [type: NativeEvent["type"], position: number, timeMs: number, length?: number, id?: string];

const events = (list: Short[]): NativeEvent[] => list.map(([type, text_position, audio_position, word_length = 0, id]) => ({ type, text_position, audio_position, word_length, id }));

function marksOf(source: string, list: Short[], options: { kinds?: MarkKind[]; totalMs?: number; language?: string } = {}): Mark[] {
  const { kinds = ["word"], totalMs = 1_000, language = "en" } = options;
  const mapper = createMarkMapper({ source, spoken: plainSpokenText(source), language, kinds });
  return [...events(list).flatMap((event) => mapper.push([event])), ...mapper.finish(totalMs)];
}

const brief = (marks: Mark[]): unknown[] => marks.map(({ value, timeMs, durationMs, source }) => [value, timeMs, durationMs, source]);

describe("word marks", () => {
  it("end where the next begins, or where silence does", () => {
    const marks = marksOf("One two", [["word", 1, 0, 3], ["phoneme", 1, 10, 0, "w"], ["word", 5, 300, 3], ["phoneme", 5, 310, 0, "t"], ["phoneme", 8, 700, 0, ""], ["end", 8, 1000]]);
    expect(brief(marks)).toEqual([["One", 0, 300, "native"], ["two", 300, 400, "native"]]);
  });

  it("come once for a number that the library says in several parts", () => {
    const marks = marksOf("It is $12.50 now", [["word", 1, 0, 2], ["word", 4, 100, 2], ["word", 7, 200, 1], ["word", 8, 250, 5], ["word", 9, 400, 5], ["word", 9, 600, 5], ["word", 14, 800, 3], ["end", 17, 1000]]);
    expect(brief(marks)).toEqual([["It", 0, 100, "native"], ["is", 100, 100, "native"], ["$12.50", 200, 600, "native"], ["now", 800, 200, "native"]]);
  });

  it("are counted in UTF-16 units behind an emoji", () => {
    const [, world] = marksOf("😀 world", [["word", 1, 0, 1], ["word", 2, 200, 1], ["word", 3, 400, 5], ["end", 8, 900]]);
    expect(world).toMatchObject({ value: "world", textStart: 3, textEnd: 8, timeMs: 400 });
  });

  it("are worked out for words that the library passes over, by their length", () => {
    const marks = marksOf("aaaa bb cc dd", [["word", 1, 0, 4], ["word", 12, 800, 2], ["end", 14, 1000]]);
    expect(brief(marks)).toEqual([["aaaa", 0, 400, "native"], ["bb", 400, 200, "estimated"], ["cc", 600, 200, "estimated"], ["dd", 800, 200, "native"]]);
  });

  it("are worked out up to the end of the clause, and after it from there", () => {
    const marks = marksOf("aa bb, cc dd", [["word", 1, 0, 2], ["end", 7, 400], ["word", 11, 900, 2], ["end", 13, 1000]]);
    expect(brief(marks)).toEqual([["aa", 0, 200, "native"], ["bb", 200, 200, "estimated"], ["cc", 400, 500, "estimated"], ["dd", 900, 100, "native"]]);
  });

  it("leave out signs that nobody said", () => {
    // The library is given `a &amp; b`, so its second letter is the ninth.
    expect(brief(marksOf("a & b", [["word", 1, 0, 1], ["word", 9, 500, 1]]))).toEqual([["a", 0, 500, "native"], ["b", 500, 500, "native"]]);
    expect(brief(marksOf("a & b", [["word", 1, 0, 1], ["word", 3, 200, 1], ["word", 9, 500, 1]]))).toHaveLength(3);
  });

  it("never go back, whatever the library tells", () => {
    const marks = marksOf("a b c", [["word", 5, 100, 1], ["word", 1, 200, 1], ["word", 99, 300, 1], ["word", 0, 50, 1], ["end", 0, 10], ["end", 99, 900]]);
    expect(marks.map(({ value }) => value)).toEqual(["a", "b", "c"]);
    expect(marks.map(({ timeMs }) => timeMs)).toEqual([...marks.map(({ timeMs }) => timeMs)].sort((one, other) => one - other));
    expect(marks.every(({ durationMs }) => durationMs !== undefined && durationMs >= 0)).toBe(true);
  });

  it("come for every word even when the library says nothing at all", () => {
    expect(brief(marksOf("one two", [], { totalMs: 600 }))).toEqual([["one", 0, 300, "estimated"], ["two", 300, 300, "estimated"]]);
  });
});

describe("the other kinds", () => {
  it("are in one order of time, sentences before their first word", () => {
    const marks = marksOf("Hi you. Go.", [
      ["word", 1, 0, 2], ["phoneme", 1, 0, 0, "h"], ["phoneme", 1, 90, 0, "aɪ"], ["word", 4, 200, 3], ["phoneme", 4, 200, 0, "j"], ["phoneme", 8, 400, 0, ""], ["end", 8, 500],
      ["word", 9, 500, 2], ["phoneme", 9, 500, 0, "ɡ"], ["end", 12, 800],
    ], { kinds: ["sentence", "word", "phoneme", "viseme"], totalMs: 800 });
    expect(marks.map(({ kind, value, timeMs }) => `${kind} ${value} ${String(timeMs)}`)).toEqual([
      "sentence Hi you. 0", "word Hi 0", "phoneme h 0", "viseme 12 0", "phoneme aɪ 90", "viseme 11 90", "word you 200", "phoneme j 200", "viseme 6 200", "viseme 0 400",
      "sentence Go. 500", "word Go 500", "phoneme ɡ 500", "viseme 20 500",
    ]);
  });

  it("wait only for what is asked", () => {
    const spoken = plainSpokenText("one two");
    const idle = createMarkMapper({ source: "one two", spoken, language: "en", kinds: ["bookmark"] });
    idle.push(events([["word", 1, 0, 3]]));
    expect(idle.settledMs()).toBe(Number.POSITIVE_INFINITY);
    const waiting = createMarkMapper({ source: "one two", spoken, language: "en", kinds: ["word"] });
    expect(waiting.push(events([["word", 1, 100, 3]]))).toEqual([]);
    expect(waiting.settledMs()).toBe(100);
    expect(waiting.push(events([["word", 5, 400, 3]]))).toHaveLength(1);
  });
});

describe("visemeOf", () => {
  it.each([["ˈoʊ", "8"], ["aɪ", "11"], ["ˌaʊ", "9"], ["tʃ", "16"], ["t", "19"], ["ɜː", "5"], ["ɔ̃", "3"], ["s̪", "15"], ["tˤ", "19"], ["ɑu2", "2"], ["i.5", "6"], ["", "0"], ["ǀ", "0"]])("of %s is %s", (phoneme, viseme) => {
    expect(visemeOf(phoneme)).toBe(viseme);
  });
});
