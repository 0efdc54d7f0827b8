import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitText } from "./split-text.ts";

const letters = (text: string): string => text.replaceAll(/\s+/gu, "");

describe("splitText", () => {
  it.each([
    ["Short.", 300, ["Short."]],
    ["  ", 300, []],
    ["One two. Three four. Five.", 12, ["One two.", "Three four.", "Five."]],
    ["One two. Three four. Five.", 21, ["One two. Three four.", "Five."]],
    ["أهلا وسهلا. كيف الحال؟ أنا بخير.", 12, ["أهلا وسهلا.", "كيف الحال؟", "أنا بخير."]],
    ["في البيت، وفي السوق؛ ثم عاد", 11, ["في البيت،", "وفي السوق؛", "ثم عاد"]],
    ["He said \"Stop!\" She left.", 16, ["He said \"Stop!\"", "She left."]],
    ["one, two; three four five", 10, ["one, two;", "three four", "five"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["😀😀😀", 3, ["😀", "😀", "😀"]],
    ["first line\nsecond line", 12, ["first line", "second line"]],
  ] as const)("cuts %j at %i", (text, longest, expected) => {
    expect(splitText(text, longest)).toEqual(expected);
  });

  it("loses nothing and keeps to the limit, whatever the text", () => {
    const word = fc.oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), fc.constantFrom("كلمة", "؟", "،", "end.", "a,", "\n", "!"));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.integer({ min: 2, max: 80 }), (words, longest) => {
        const text = words.join(" ");
        const parts = splitText(text, longest);
        expect(letters(parts.join(""))).toBe(letters(text));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(longest);
        for (const part of parts) expect(part.trim()).toBe(part);
      }),
    );
  });

  it.each([" ", '"', ".\"", " \u2028", "[ "])("takes no time that grows with the square of the length, for many times %j", (sign) => {
    // With such growth these take minutes: the time allowed for a test is the limit.
    const text = `a${sign.repeat(100_000)}b`;
    expect(letters(splitText(text, 300).join(""))).toBe(letters(text));
  });
});
