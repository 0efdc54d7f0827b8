import fc from "fast-check";
import { expect, it } from "vitest";
import { splitWords } from "./split-words.ts";

it("keeps every character, at its place", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const pieces = splitWords(text);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.every(({ text: shown, start, end }) => text.slice(start, end) === shown)).toBe(true);
  }));
});

it("cuts at spaces, and between words where a script has none", () => {
  const words = (text: string): string[] => splitWords(text).filter(({ isWord }) => isWord).map(({ text: shown }) => shown);
  expect(words("Well, is it\n3.5 kg?")).toEqual(["Well,", "is", "it", "3.5", "kg?"]);
  expect(words("今日は元気").length).toBeGreaterThan(1);
});
