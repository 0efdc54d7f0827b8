import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainSpokenText } from "./spoken-text.ts";
import { ssmlSpokenText } from "./ssml-text.ts";

describe("plainSpokenText", () => {
  it("escapes what would be markup, and knows where each character came from", () => {
    const { text, sourceOffsets } = plainSpokenText("a<b&😀c");
    expect(text).toBe("a&lt;b&amp;😀c");
    expect(sourceOffsets).toEqual([0, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 4, 6, 7]);
  });

  it("takes phoneme brackets and control characters apart", () => {
    expect(plainSpokenText("[[x]]").text).toBe("[ [x]]");
    expect(plainSpokenText("[[[x").text).toBe("[ [ [x");
    expect(plainSpokenText("a\u0000b\u0001\u001bc\td\u007f").text).toBe("a b  c\td ");
    expect(plainSpokenText("\ud800x\udc00").text).toBe("\ufffdx\ufffd");
  });

  it("maps every character of any text to a place in it, in order", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), fc.boolean(), (source, ssml) => {
      const spoken = ssml ? ssmlSpokenText(source) : plainSpokenText(source);
      expect(spoken.sourceOffsets).toHaveLength([...spoken.text].length + 1);
      expect(spoken.readable).toHaveLength(source.length);
      expect(spoken.sourceOffsets.every((offset, index, all) => offset >= (all[index - 1] ?? 0) && offset <= source.length)).toBe(true);
      if (!ssml) expect(spoken.text).not.toMatch(/<|\[\[|[\0\x01]/u);
    }));
  });
});

describe("ssmlSpokenText", () => {
  const said = (source: string): string[] => ssmlSpokenText(source).spans.map(({ start, end }) => source.slice(start, end));

  it("keeps tags and finds the text between them", () => {
    const source = "<speak>Hi <emphasis level='a>b'>you</emphasis><!-- not <this> --><?nor this?></speak>";
    expect(said(source)).toEqual(["Hi ", "you"]);
    expect(ssmlSpokenText(source).text).toBe("<speak>Hi <emphasis level='a>b'>you</emphasis></speak>");
  });

  it("puts the alias of a sub in its place", () => {
    const source = "<sub alias=\"World Wide Web\"> WWW</sub> is";
    const { text, sourceOffsets } = ssmlSpokenText(source);
    expect(text).toBe("World Wide Web is");
    expect(sourceOffsets.slice(0, 14).every((offset) => offset === source.indexOf("WWW"))).toBe(true);
    expect(said(source)).toEqual([" WWW", " is"]);
  });

  it("gives say-as the names that the library knows", () => {
    expect(ssmlSpokenText("<say-as interpret-as='digits'>12</say-as>").text).toBe("<say-as interpret-as=\"tts:digits\">12</say-as>");
    expect(ssmlSpokenText("<say-as interpret-as='date'>12</say-as>").ignored).toEqual(["say-as interpret-as=\"date\""]);
  });

  it("notes bookmarks, breaks and what is not honoured", () => {
    const source = "<speak><p><s>One<mark name=\"a\"/></s></p><audio src='x'>Two</audio><lang>x</lang><audio/></speak>";
    const { bookmarks, breaks, ignored } = ssmlSpokenText(source);
    expect(bookmarks.map(({ name, start, end }) => [name, source.slice(start, end)])).toEqual([["a", "<mark name=\"a\"/>"]]);
    expect(breaks.map((at) => source.slice(at, at + 3))).toEqual(["<p>", "<s>", "</s", "</p"]);
    expect(ignored).toEqual(["audio", "lang"]);
  });

  it("makes blanks of markup and signs of references", () => {
    expect(ssmlSpokenText("<p>AT&amp;T</p>").readable).toBe("   AT&&&&&T    ");
  });

  it.each(["<", "<speak", "</", "<sub alias='x'>y", "<sub alias='x'", "a < b", "<mark name='", "<!--"])("reads %s to its end", (source) => {
    expect(() => ssmlSpokenText(source)).not.toThrow();
  });
});
