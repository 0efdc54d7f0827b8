import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMarkupStage } from "../markup-stage.ts";
import { parseSsml } from "../parse-ssml.ts";
import { ssmlDocument, ssmlSoup } from "../ssml-soup.test-helper.ts";
import { breaksBefore } from "../edge-breaks.ts";
import { cleanText } from "../escape.ts";
import { lowerSsml } from "./lower-ssml.ts";
import { lowerMarkup } from "./lower-markup.ts";
import { readSupport } from "./support.ts";
import { toIpa, toXSampa } from "./x-sampa.ts";

const ALL = ["speak", "p", "s", "break", "emphasis", "prosody", "say-as", "phoneme", "sub", "mark", "voice", "lang", "audio"];

function lowered(inside: string, ssml: readonly string[]): string {
  return lowerSsml(`<speak>${inside}</speak>`, { ssml }).text.replace(/^<speak>(.*)<\/speak>$/su, "$1");
}

describe("lowerSsml", () => {
  it.each<[string, readonly string[], string]>([
    ["a <b>c</b>", ["speak"], "a c"],
    ["Fish &amp; &lt;chips&gt;", ["speak"], "Fish &amp; &lt;chips&gt;"],
    ["Fish &amp; &lt;chips&gt;", [], "Fish & <chips>"],
    ["<p>One.</p><p>Two.</p>", ["speak", "paragraph"], "<paragraph>One.</paragraph>\n\n<paragraph>Two.</paragraph>"],
    ["<p>One.</p><p>Two.</p>", [], "One.\n\nTwo."],
    ["one <break time='1s'/>two", ["speak", "break"], 'one <break time="1s"/>two'],
    ["one <break time='1s'/>two", [], "one. two"],
    ["one<break time='200ms'/>two", ["speak"], "one, two"],
    ["one, <break/>two <break strength='none'/>three", [], "one, two three"],
    ["<emphasis level='strong'>one</emphasis>", ["speak", "prosody"], '<prosody rate="90%" volume="+6dB">one</prosody>'],
    ["<emphasis level='reduced'>one</emphasis>", ["speak", "prosody@volume"], '<prosody volume="-3dB">one</prosody>'],
    ["<emphasis>one</emphasis>", ["speak"], "one"],
    ["<prosody rate='slow' pitch='+2st' volume='loud'>one</prosody>", ["speak", "prosody@rate", "prosody@volume"], '<prosody rate="slow" volume="loud">one</prosody>'],
    ["<prosody pitch='+2st'>one</prosody>", ["speak", "prosody@rate"], "one"],
    ["<say-as interpret-as='characters'>ab 1</say-as>", ["speak"], "a b 1"],
    ["<say-as interpret-as='digits'>12</say-as>", ["speak", "say-as@interpret-as=characters"], "1 2"],
    ["<say-as interpret-as='date' format='dmy'>1/2</say-as>", ["speak", "say-as@interpret-as=date"], '<say-as interpret-as="date">1/2</say-as>'],
    ["<say-as interpret-as='date'>1/2</say-as>", [], "1/2"],
    ["<sub alias='World &amp; all'>W <b>A</b></sub> x", [], "World & all x"],
    ["<sub alias='World &amp; all'>W</sub> x", ["speak"], "World &amp; all x"],
    ["<sub alias='World'>W</sub>", ["speak", "sub"], '<sub alias="World">W</sub>'],
    ["<phoneme alphabet='ipa' ph='ˈhɛˌlə&quot;'>x</phoneme>", ["speak", "phoneme"], '<phoneme alphabet="ipa" ph="ˈhɛˌlə&quot;">x</phoneme>'],
    ["<phoneme alphabet='ipa' ph='ˈhɛlə'>x</phoneme>", ["speak", "phoneme@ph", "phoneme@alphabet=x-sampa"], '<phoneme alphabet="x-sampa" ph="&quot;hEl@">x</phoneme>'],
    ["<phoneme ph='ˈhɛlə'>x</phoneme>", ["speak", "phoneme@ph", "phoneme@alphabet=x-sampa"], '<phoneme ph="&quot;hEl@" alphabet="x-sampa">x</phoneme>'],
    ["<phoneme alphabet='x-sampa' ph='&quot;hEl@'>x</phoneme>", ["speak", "phoneme@ph", "phoneme@alphabet=ipa"], '<phoneme alphabet="ipa" ph="ˈhɛlə">x</phoneme>'],
    ["<phoneme alphabet='ipa' ph='꜈'>x</phoneme>", ["speak", "phoneme@ph", "phoneme@alphabet=x-sampa"], "x"],
    ["<phoneme alphabet='x-other' ph='h'>x</phoneme>", ["speak", "phoneme@ph", "phoneme@alphabet=ipa"], "x"],
    ["<mark name='a'/>one", ["speak", "mark"], '<mark name="a"/>one'],
    ["<mark name='a'/>one", ["speak"], "one"],
    ["<amazon:effect name='whispered'>one</amazon:effect>", ["speak", "mstts:express-as"], '<mstts:express-as style="whispering">one</mstts:express-as>'],
    ["<mstts:express-as style='whispering'>one</mstts:express-as>", ["speak", "amazon:effect@name=whispered"], '<amazon:effect name="whispered">one</amazon:effect>'],
    ["<amazon:effect name='whispered'>one</amazon:effect>", ["speak", "prosody"], '<prosody volume="x-soft" rate="90%">one</prosody>'],
    ["<amazon:effect name='drc'>one</amazon:effect>", ["speak", "prosody"], "one"],
    ["<vendor:thing a='1'>one</vendor:thing>", ["speak", "vendor:thing"], '<vendor:thing a="1">one</vendor:thing>'],
    ["<audio src='https://example.org/a.mp3'>a bell</audio> rings", ["speak", "audio"], '<audio src="https://example.org/a.mp3">a bell</audio> rings'],
    ["<audio src='https://example.org/a.mp3'><desc>sound</desc>a bell</audio> rings", [], "a bell rings"],
    ["<metadata>secret</metadata><lexicon uri='x'/>one", ["speak"], "one"],
    ["<w role='x'>one</w> <token>two</token>", ["speak", "w"], '<w role="x">one</w> <w>two</w>'],
    ["<speak>one</speak>", ["speak"], "one"],
  ])("writes %j for %j as %j", (inside, ssml, expected) => {
    expect(lowered(inside, ssml)).toBe(expected);
  });

  it("keeps what the root says, as far as it is honoured", () => {
    const document = "<speak version='1.1' xmlns:v='http://example.org/v' xml:lang='en'>one</speak>";
    expect(lowerSsml(document, { ssml: ["speak"] }).text).toBe('<speak version="1.1" xmlns:v="http://example.org/v" xml:lang="en">one</speak>');
    expect(lowerSsml(document, { ssml: ["speak@xml:lang"] }).text).toBe('<speak xmlns:v="http://example.org/v" xml:lang="en">one</speak>');
  });

  it("tells what was not honoured, once for each kind", () => {
    const { changes } = lowerSsml("<speak><emphasis>a</emphasis><emphasis>b</emphasis><break/><prosody rate='1' pitch='2'>c</prosody><p>d</p><sub alias='x'>e</sub></speak>", { ssml: ["speak", "prosody@rate"] });
    expect(changes).toEqual([
      { kind: "rewritten", name: "emphasis" },
      { kind: "rewritten", name: "break" },
      { kind: "attribute-dropped", name: "prosody", attribute: "pitch" },
    ]);
  });

  it("leads marks back to the document", () => {
    const document = "<speak>Tom &amp; <sub alias='Jerome K.'>Jerry</sub> <mark name='a'/>say <say-as interpret-as='characters'>ab</say-as>.</speak>";
    const { text, sourceStartAt, sourceEndAt, placed, inWords } = lowerSsml(document, { ssml: ["speak", "mark"] });
    const back = (part: string): string => document.slice(sourceStartAt(text.indexOf(part)), sourceEndAt(text.indexOf(part) + part.length));
    expect(["Tom", "&amp;", "Jerome", "K.", "Jerome K.", '<mark name="a"/>', "say", "a b", "b"].map(back)).toEqual(["Tom", "&amp;", "Jerry", "Jerry", "Jerry", "<mark name='a'/>", "say", "ab", "b"]);
    const mark = placed({ kind: "bookmark", timeMs: 0, textStart: 0, textEnd: 0, value: "a", source: "native" });
    expect(text.slice(mark.textStart, mark.textEnd)).toBe('<mark name="a"/>');
    const words = createMarkupStage().end({ text: document, sourceAt: (index) => index }).text.trim();
    const said = (part: string): string => {
      const { textStart, textEnd } = inWords({ kind: "word", timeMs: 0, textStart: text.indexOf(part), textEnd: text.indexOf(part) + part.length, value: part, source: "native" });
      return words.slice(textStart, textEnd);
    };
    expect(["Tom", "&amp;", "Jerome", "Jerome K.", '<mark name="a"/>', "say", "a b", text].map(said)).toEqual(["Tom", "&", "Jerry", "Jerry", "", "say", "ab", words]);
  });

  it("of any document parses, says its words, and goes forward only", () => {
    const supports = [[], ["speak"], ALL, ["speak", "prosody@rate", "mark", "sub"], ["speak", "voice", "p", "break", "amazon:effect", "mstts:silence"]];
    fc.assert(
      fc.property(fc.oneof(ssmlDocument, ssmlSoup), fc.constantFrom(...supports), (document, ssml) => {
        const result = lowerSsml(document, { ssml });
        let last = 0;
        for (let index = 0; index <= result.text.length; index += 1) {
          const at = result.sourceAt(index);
          expect(at).toBeGreaterThanOrEqual(last);
          expect(at).toBeLessThanOrEqual(document.length);
          expect(result.sourceEndAt(index)).toBeLessThanOrEqual(document.length);
          last = at;
        }
        if (!result.ssml) return;
        const { text } = parseSsml(result.text);
        if (ssml === ALL) expect(letters(text)).toBe(letters(parseSsml(document, { mode: "lenient" }).text));
      }),
      { numRuns: 500 },
    );
  });
});

describe("a part of a document", () => {
  it("leads back to its own place, wherever the document was cut", () => {
    const document = "<sub alias='x'><speak>one</sub><mark/>two<s>three</s> &amp; <p>four";
    for (let cut = 0; cut <= document.length; cut += 1) {
      const stage = createMarkupStage();
      const parts = [stage.push({ text: document.slice(0, cut), sourceAt: (index) => index }), stage.end({ text: document.slice(cut), sourceAt: (index) => index + cut })];
      const places = parts.flatMap(({ text, sourceStartAt, sourceEndAt }) => Array.from(text, (_, index) => [sourceStartAt?.(index), sourceEndAt?.(index + 1)]));
      for (const side of [0, 1]) expect(places.every((place, index) => (place[side] ?? -1) >= (places[index - 1]?.[side] ?? 0) && (place[side] ?? 0) <= document.length)).toBe(true);
      const words = parts.map(({ text }) => text).join("");
      for (const word of ["one", "two", "three", "four"]) expect(document.slice(places[words.indexOf(word)]?.[0], places[words.indexOf(word) + word.length - 1]?.[1])).toBe(word);
    }
  });

  it("opens again what was open, and nothing twice that stands in one place", () => {
    const stage = createMarkupStage();
    const { text, markup, ...way } = stage.end({ text: "<speak><prosody rate='slow'><break time='1s'/>One. <mark name='m'/>Two.</prosody> Three.</speak>", sourceAt: (index) => index });
    const part = (start: number, end: number): string =>
      lowerMarkup({ text: text.slice(start, end), sourceAt: (index) => way.sourceAt(index + start), markup: { runs: markup.runs.filter((run) => run.end > start && run.start < end).map((run) => ({ ...run, start: Math.max(0, run.start - start), end: Math.min(run.end, end) - start })), points: markup.points.filter(({ at }) => at >= start && at < end).map((point) => ({ ...point, at: point.at - start })) } }, readSupport(ALL)).text;
    const cut = text.indexOf(" Two");
    expect(part(0, cut)).toBe('<speak><prosody rate="slow"><break time="1s"/>One.</prosody></speak>');
    expect(part(cut, text.length)).toBe('<speak><prosody rate="slow"><mark name="m"/>Two.</prosody> Three.</speak>');
    expect(breaksBefore({ markup })).toBe(1_000);
  });
});

describe("X-SAMPA", () => {
  it("and IPA lead to each other", () => {
    for (const ipa of ["ˈhɛloʊ", "ŋwiən", "təˈmɑːtoʊ", "ʃøːn", "ʁɔ̃", "ç", "ʝ", "ɻ"]) expect(toIpa(toXSampa(ipa) ?? "")?.normalize("NFC")).toBe(ipa.normalize("NFC"));
    expect(toXSampa("t͡ʃ")).toBe("tS");
    expect(toXSampa("ʗ")).toBeUndefined();
    expect(toIpa("t_?\\_X")).toBeUndefined();
  });
});

/** Halves of letters that a tag parts are none. */
function letters(text: string): string {
  return cleanText(text).replaceAll(/[\s\ud800-\udfff\ufffd]+/g, "");
}
