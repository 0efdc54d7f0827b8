import { describe, expect, it } from "vitest";
import { findSsmlFault, ssmlAttribute, ssmlElements, ssmlWrittenText } from "./ssml-check.ts";

describe("check of SSML", () => {
  it.each([
    "<speak><voice name='a'>Tom &amp; Jerry &#38; &#x26; &lt;3</voice></speak>",
    "<?xml version='1.0'?>\n<speak xml:lang=\"en-US\"><!-- a < b & c --><break time = '1s' /><p>w1</p></speak>",
    "<speak><![CDATA[a < b & c]]></speak>",
    "<mstts:express-as style='a>b'>w</mstts:express-as>",
  ])("takes %s", (ssml) => {
    expect(findSsmlFault(ssml)).toBeUndefined();
  });

  it.each([
    ["<speak>Tom & Jerry</speak>", "begins no entity"],
    ["<speak>&nbsp;</speak>", "begins no entity"],
    ["<speak>1 < 2</speak>", "begins no tag"],
    ["<speak><p>w1</speak>", "no"],
    ["<speak><p>w1", "not closed"],
    ["</speak>", "none is expected"],
    ["<voice name=a>w</voice>", "begins no tag"],
    ["<voice name='a>w</voice>", "begins no tag"],
  ])("refuses %s", (ssml, fault) => {
    expect(findSsmlFault(ssml)).toContain(fault);
  });

  it("reads elements, attributes and the text as it is written", () => {
    const ssml = `<speak version='1.0'><voice name="Ava's"> <prosody rate='+1%'>Tom &amp; w1</prosody> </voice></speak>`;
    expect([...ssmlElements(ssml)]).toEqual(["speak", "voice", "prosody"]);
    expect(ssmlAttribute(ssml, "voice", "name")).toBe("Ava's");
    expect(ssmlAttribute(ssml, "voice", "rate")).toBeUndefined();
    expect(ssmlWrittenText(ssml)).toBe("Tom &amp; w1");
  });
});
