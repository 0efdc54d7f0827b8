import { describe, expect, it } from "vitest";
import { spokenWords } from "../../words/spoken-word.ts";
import { plainText } from "./ssml-text.ts";

/** The words of SSML as they stand in it. */
function sourcesOf(ssml: string): [string, string][] {
  const { text, sourceAt, sourceEnd } = plainText(ssml);
  return spokenWords(text).map(({ text: word, textStart, textEnd }) => [word, ssml.slice(sourceAt(textStart), sourceEnd(textEnd))]);
}

describe("plainText", () => {
  it("leaves plain text as it is", () => {
    const { text, marks, sourceAt, sourceEnd } = plainText("Just words, 1 2.");
    expect([text, marks, sourceAt(0), sourceAt(5), sourceAt(16), sourceEnd(16), sourceEnd(0)]).toEqual(["Just words, 1 2.", [], 0, 5, 16, 16, 0]);
    expect(plainText("")).toMatchObject({ text: "", marks: [] });
    expect(plainText("").sourceAt(0)).toBe(0);
  });

  it("takes tags out and keeps the places of words", () => {
    const ssml = '<speak xml:lang="en-US"><voice name="x"><p>One <emphasis level="strong">two</emphasis>, three.</p><p>Four</p></voice></speak>';
    expect(plainText(ssml).text.replaceAll(/\s+/gu, " ").trim()).toBe("One two, three. Four");
    expect(sourcesOf(ssml)).toEqual([["One", "One"], ["two,", "two</emphasis>,"], ["three.", "three."], ["Four", "Four"]]);
  });

  it("separates words at breaks, and at nothing that stands inside a word", () => {
    expect(plainText("<speak>one<break time='1s'/>two<s>three</s>f<b>ou</b>r</speak>").text.split(/\s+/u).filter(Boolean)).toEqual(["one", "two", "three", "four"]);
  });

  it("reads entities, by name and number, and finds the words with them", () => {
    const ssml = "<speak>AT&amp;T &lt;&quot;&apos;&gt; &#72;&#x49; &#x1F3B5;x &unknown;</speak>";
    expect(plainText(ssml).text.trim()).toBe("AT&T <\"'> HI 🎵x &unknown;");
    expect(sourcesOf(ssml)).toEqual([["AT&T", "AT&amp;T"], ["<\"'>", "&lt;&quot;&apos;&gt;"], ["HI", "&#72;&#x49;"], ["🎵x", "&#x1F3B5;x"], ["&unknown;", "&unknown;"]]);
  });

  it("reads CDATA, and leaves comments and declarations out", () => {
    const ssml = '<?xml version="1.0"?><speak>a <!-- b <c> -->d <![CDATA[<e> & f]]></speak>';
    expect(sourcesOf(ssml).map(([word]) => word)).toEqual(["a", "d", "<e>", "&", "f"]);
    expect(sourcesOf(ssml)[2]).toEqual(["<e>", "<e>"]);
  });

  it("finds marks and bookmarks where they stand", () => {
    const { text, marks } = plainText("<speak>one <mark name=\"a&amp;b\"/>two<bookmark mark='end'/><mark  xml:id=\"i\" name='z'/></speak>");
    expect(marks.map(({ name, at }) => [name, text.slice(at).trim()])).toEqual([["a&b", "two"], ["end", ""], ["z", ""]]);
  });
});
