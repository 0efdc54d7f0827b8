import { TTSError } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSsml } from "../parse-ssml.ts";
import type { SsmlContent } from "./fragment.ts";
import { ssml } from "./ssml.ts";

describe("ssml", () => {
  it("puts pieces together, and escapes text wherever it stands", () => {
    const name = 'Tom & "Jerry" <b>';
    expect(String(ssml`Hi ${name}${ssml.break("300ms")} & ${ssml.emphasis(["a", ssml.mark("m")], "strong")} ${3}`)).toBe(
      'Hi Tom &amp; "Jerry" &lt;b&gt;<break time="300ms"/> &amp; <emphasis level="strong">a<mark name="m"/></emphasis> 3',
    );
    expect(ssml.speak(ssml.paragraph(ssml.sentence("One.")), { language: "en-US" })).toBe('<speak xml:lang="en-US"><p><s>One.</s></p></speak>');
    expect(ssml.speak(ssml.say("<break/>"))).toBe("<speak>&lt;break/&gt;</speak>");
  });

  it("knows the elements", () => {
    const pieces = [
      ssml.break(), ssml.break(250), ssml.break({ strength: "strong" }), ssml.prosody("x", { rate: 1.25, pitch: -2, volume: 0.5 }), ssml.prosody("x", { rate: "slow", pitch: "+10%", volume: "+6dB" }),
      ssml.prosody("x", { volume: 0 }), ssml.sayAs(12, "cardinal"), ssml.sayAs("1/2", "date", { format: "dm" }), ssml.phoneme("tomato", 'tə"'), ssml.sub("WWW", "World & Wide"), ssml.voice("x", "Joanna"),
      ssml.voice("x", { language: "de", gender: "female" }), ssml.lang("x", "fr-FR"), ssml.audio("https://example.org/a.mp3", "a bell"), ssml.element("mstts:express-as", { style: "sad", role: undefined }, "x"),
    ];
    expect(pieces.map(String)).toEqual([
      "<break/>", '<break time="250ms"/>', '<break strength="strong"/>', '<prosody rate="125%" pitch="-2st" volume="-6.02dB">x</prosody>', '<prosody rate="slow" pitch="+10%" volume="+6dB">x</prosody>',
      '<prosody volume="silent">x</prosody>', '<say-as interpret-as="cardinal">12</say-as>', '<say-as interpret-as="date" format="dm">1/2</say-as>', '<phoneme alphabet="ipa" ph="tə&quot;">tomato</phoneme>', '<sub alias="World &amp; Wide">WWW</sub>', '<voice name="Joanna">x</voice>',
      '<voice xml:lang="de" gender="female">x</voice>', '<lang xml:lang="fr-FR">x</lang>', '<audio src="https://example.org/a.mp3">a bell</audio>', '<mstts:express-as style="sad">x</mstts:express-as>',
    ]);
  });

  it.each<[string, () => unknown]>([
    ["a time that is none", () => ssml.break("soon" as "1s")],
    ["a time that is too long", () => ssml.break(11_000)],
    ["a time that is no number", () => ssml.break(Number.NaN)],
    ["a strength", () => ssml.break({ strength: "huge" as "strong" })],
    ["a rate", () => ssml.prosody("x", { rate: 20 })],
    ["a percentage", () => ssml.prosody("x", { rate: "fast%" as "1%" })],
    ["a pitch", () => ssml.prosody("x", { pitch: "2st" as "+2st" })],
    ["a volume", () => ssml.prosody("x", { volume: -1 })],
    ["a level", () => ssml.emphasis("x", "very" as "strong")],
    ["a language", () => ssml.lang("x", 'en"')],
    ["an empty name", () => ssml.mark(" ")],
    ["a source that is no URL", () => ssml.audio("file:///etc/passwd")],
    ["a name of an element", () => ssml.element("a b", {}, "x")],
    ["a name of an attribute", () => ssml.element("a", { 'b="c"': "d" }, "x")],
    ["an object that looks like a piece", () => ssml`${{ kind: "ssml", toString: () => "<b>" }}`],
    ["nothing", () => ssml`${undefined as unknown as SsmlContent}`],
    ["a number that is none", () => ssml`${Number.POSITIVE_INFINITY}`],
  ])("refuses %s", (_name, build) => {
    expect(build).toThrow(TTSError);
    expect(build).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("is well-formed whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, other) => {
        const document = ssml.speak([text, ssml.emphasis(other), ssml.element("x", { y: other }, text), ssml`${text}<b>${ssml.lang(other, "en")}`]);
        const { children } = parseSsml(document);
        expect(children).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
