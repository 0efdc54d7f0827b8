import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phonemeMarkup } from "./phoneme-markup.ts";

describe("phonemeMarkup", () => {
  it("puts the words in elements, and escapes the rest", () => {
    const { ssml } = phonemeMarkup('Hi "Nguyen" & <co>\u0000', [{ start: 4, end: 10, ipa: 'ŋ"&<' }]);
    expect(ssml).toBe('<speak>Hi &quot;<phoneme alphabet="ipa" ph="ŋ&quot;&amp;&lt;">Nguyen</phoneme>&quot; &amp; &lt;co&gt; </speak>');
  });

  it("leads marks back to the text, whether they take the tags with them or not", () => {
    const text = "Mr & Nguyen, hi";
    const { ssml, markInText } = phonemeMarkup(text, [{ start: 5, end: 11, ipa: "ŋwiən" }]);
    const mark = (textStart: number, textEnd: number): string => {
      const placed = markInText({ kind: "word", timeMs: 0, textStart, textEnd, value: "", source: "native" });
      return text.slice(placed.textStart, placed.textEnd);
    };
    const word = ssml.indexOf(">Nguyen") + 1;
    expect(mark(word, word + 6)).toBe("Nguyen");
    expect(mark(ssml.indexOf("<phoneme"), ssml.indexOf("</phoneme>") + "</phoneme>".length)).toBe("Nguyen");
    expect(mark(ssml.indexOf("&amp;"), ssml.indexOf("&amp;") + 5)).toBe("&");
    expect(mark(ssml.indexOf("&amp;"), ssml.indexOf("&amp;") + 1)).toBe("&");
    expect(mark(0, ssml.length)).toBe(text);
    expect(mark(ssml.indexOf("hi"), ssml.indexOf("hi") + 2)).toBe("hi");
  });

  it("keeps the text, and goes forward only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.array(fc.tuple(fc.nat(70), fc.nat(20)), { maxLength: 5 }), (raw, places) => {
        const text = raw.replaceAll(/[\u0000-\u001F\uFFFE\uFFFF]/gu, "x");
        const phonemes = places.map(([start, units]) => ({ start, end: start + units, ipa: "a" })).sort((left, right) => left.start - right.start);
        const { ssml, textAt } = phonemeMarkup(text, phonemes);
        const letters: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };
        const stripped = ssml.replaceAll(/<\/?[a-z][^>]*>/gu, "").replaceAll(/&\w+;/gu, (found) => letters[found] ?? found);
        expect(stripped).toBe(text);
        let last = 0;
        for (let index = 0; index <= ssml.length; index += 1) {
          expect(textAt(index)).toBeGreaterThanOrEqual(last);
          last = textAt(index);
        }
        expect(textAt(ssml.length)).toBe(text.length);
      }),
    );
  });
});
