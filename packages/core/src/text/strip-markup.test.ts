import { describe, expect, it } from "vitest";
import { stripMarkup } from "./strip-markup.ts";

describe("stripMarkup", () => {
  it("keeps the words and the way back to them", () => {
    const document = '<speak>Fish &amp; <emphasis level="strong">chips</emphasis>, 3 &lt; 4 &#233;&#x2014;&bogus; &</speak>';
    const { text, sourceAt } = stripMarkup(document);
    expect(text.replaceAll(/\s+/gu, " ").trim()).toBe("Fish & chips , 3 < 4 é—&bogus; &");
    expect(document.slice(sourceAt(text.indexOf("chips")), sourceAt(text.indexOf("chips") + 5))).toBe("chips");
    expect(sourceAt(text.length)).toBe(document.length);
  });

  it.each(["<", "<speak", "&", "&#0;", "&#x110000;", "a < b"])("loses nothing of what is not markup: %j", (document) => {
    expect(stripMarkup(document).text).toBe(document);
  });
});
