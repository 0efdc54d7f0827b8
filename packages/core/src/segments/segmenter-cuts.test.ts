import { describe, expect, it } from "vitest";
import { createSegmenter } from "./create-segmenter.ts";
import type { Cut } from "./segment.ts";

/** The text with its cuts drawn in: `|` word, `/` clause, `#` sentence. */
function drawn(text: string, cuts: readonly Cut[]): string {
  const signs = { word: "|", clause: "/", sentence: "#" } as const;
  let result = "";
  let from = 0;
  for (const { at, kind } of cuts) {
    result += text.slice(from, at) + signs[kind];
    from = at;
  }
  return result + text.slice(from);
}

function cutsOf(text: string, language?: string, ended = true): string {
  const segmenter = createSegmenter({ language });
  segmenter.add(text, ended);
  return drawn(text, segmenter.cuts());
}

describe("cuts", () => {
  it.each<[string, string, string?]>([
    ["It rained, so we stayed.", "It| rained,/ so| we| stayed.#"],
    ["Dr. Lee left. He ran.", "Dr.| Lee| left.# He| ran.#"],
    ["She said: “Go. Now.” He went", "She| said:/ “Go./ Now.”# He| went#"],
    ["a — b; c (d) e... f", "a| —/ b;/ c| (d)| e.../ f#"],
    ["Il dit : « Non ! » Bon", "Il| dit :/ « Non ! »# Bon#", "fr"],
    ["It costs 1 000 000 now", "It| costs| 1 000 000| now#"],
    ["1. First thing", "1. First| thing#"],
    ["see <b class=\"a b\">this one</b> now", "see| <b class=\"a b\">this| one</b>| now#"],
    ["今天很冷，你好。再见", "今天|很|冷，/你好。#再见#", "zh"],
    ["no-break\u00a0space", "no-break|\u00a0space#"],
  ])("%j", (text, expected, language) => {
    expect(cutsOf(text, language)).toBe(expected);
  });

  it("are listed only when nothing that follows can change them", () => {
    expect(cutsOf("Hello world", "en", false)).toBe("Hello| world");
    expect(cutsOf("Hello ", "en", false)).toBe("Hello ");
    expect(cutsOf("Hello. ", "en", false)).toBe("Hello. ");
    expect(cutsOf("Hello.", "en", true)).toBe("Hello.#");
    expect(cutsOf("at 5 p.m. T", "en", false)).toBe("at| 5| p.m. T");
  });

  it("are none in white space", () => {
    expect(cutsOf("", "en")).toBe("");
    expect(cutsOf(" \n\n ", "en")).toBe(" \n\n ");
  });

  it("count from what was taken, and taking moves on", () => {
    const segmenter = createSegmenter();
    segmenter.add("One two. Three");
    expect(segmenter.cuts()).toEqual([{ at: 3, kind: "word" }, { at: 8, kind: "sentence" }]);
    expect(segmenter.take(3)).toEqual({ text: "One", start: 0, end: 3, kind: "word" });
    expect(segmenter.cuts()).toEqual([{ at: 5, kind: "sentence" }]);
    expect(segmenter.take(5)).toEqual({ text: " two.", start: 3, end: 8, kind: "sentence" });
    expect(segmenter.cuts()).toEqual([]);
    segmenter.add(" four", true);
    expect(segmenter.cuts()).toEqual([{ at: 6, kind: "word" }, { at: 11, kind: "sentence" }]);
    expect(segmenter.take(11)).toEqual({ text: " Three four", start: 8, end: 19, kind: "sentence" });
    expect(segmenter.cuts()).toEqual([]);
  });

  it("can be passed by taking inside a word", () => {
    const segmenter = createSegmenter();
    segmenter.add("abcdef ghi jkl", true);
    expect(segmenter.take(4)).toEqual({ text: "abcd", start: 0, end: 4, kind: "word" });
    expect(segmenter.cuts().map((cut) => cut.at)).toEqual([2, 6, 10]);
  });

  it("end at the limit, behind white space at the head", () => {
    const segmenter = createSegmenter();
    segmenter.add(`${" ".repeat(5000)}${"word ".repeat(1000)}`);
    const all = segmenter.cuts();
    expect(all[0]?.at).toBe(5004);
    expect(all.at(-1)?.at).toBeLessThanOrEqual(7000);
    expect(all.length).toBe(400);
    expect(segmenter.cuts(20).map((cut) => cut.at)).toEqual([5004, 5009, 5014, 5019]);
  });

  it("are the same array while nothing changes", () => {
    const segmenter = createSegmenter();
    segmenter.add("One two three");
    expect(segmenter.cuts()).toBe(segmenter.cuts());
  });

  it.each([
    ["letters", "a"],
    ["digits", "1"],
    ["digits with spaces", "1 "],
    ["dots", "."],
    ["spaced dots", ". "],
    ["quotes", '"'],
    ["brackets", "(["],
    ["less-than signs", "<"],
    ["tags", "<b>"],
    ["open tags", "<a "],
    ["emoji", "😀"],
    ["families", "👩‍👩‍👧"],
    ["flags", "🇫🇷"],
    ["marks", "\u0301"],
    ["Han", "漢"],
    ["Thai", "ก"],
    ["backticks", "`"],
  ])("come at a bounded distance in a flood of %s", (_name, unit) => {
    const text = unit.repeat(Math.ceil(20_000 / unit.length));
    const segmenter = createSegmenter();
    segmenter.add(text, true);
    let taken = 0;
    while (taken < text.trimEnd().length) {
      const [first] = segmenter.cuts();
      expect(first).toBeDefined();
      if (first === undefined) return;
      expect(first.at).toBeLessThanOrEqual(900);
      const { text: piece } = segmenter.take(first.at);
      expect(/[\uD800-\uDBFF]$/.test(piece)).toBe(false);
      taken += first.at;
    }
  });

  it("never fall inside a character that is joined of several, when they are forced", () => {
    const family = "👩‍👩‍👧";
    const segmenter = createSegmenter();
    segmenter.add(family.repeat(1000), true);
    const cuts = segmenter.cuts(1_000_000);
    expect(cuts.length).toBeGreaterThan(10);
    for (const cut of cuts) expect(cut.at % family.length).toBe(0);
  });
});
