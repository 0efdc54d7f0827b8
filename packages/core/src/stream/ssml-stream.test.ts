import type { Mark } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSsml } from "../ssml/parse-ssml.ts";
import { ssmlDocument } from "../ssml/ssml-soup.test-helper.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { Warning } from "./stream-events.ts";

const ALL = ["speak", "p", "s", "break", "emphasis", "prosody", "say-as", "phoneme", "sub", "mark", "voice", "lang"];

interface Heard {
  texts: string[];
  sent: (readonly [number, number])[];
  marks: Mark[];
  warnings: Warning[];
  chunks: string;
}

async function hear(pieces: readonly string[], script: ScriptedEngineOptions = {}, options: StreamOptions = {}): Promise<Heard> {
  const clock = createFakeClock();
  const engine = createScriptedEngine({ clock, marks: ["word", "bookmark"], startMs: 50, realTimeFactor: 0.1, ...script, capabilities: { ssml: ALL, ...script.capabilities } });
  const heard: Heard = { texts: [], sent: [], marks: [], warnings: [], chunks: "" };
  const stream = createSpeechStream({ engines: [{ engine }], clock }, {
    ssml: true,
    latency: "smoothest",
    marks: ["word", "sentence", "bookmark"],
    sink: createPacedSink({ clock }),
    onMark: (mark) => heard.marks.push(mark),
    onWarning: (warning) => heard.warnings.push(warning),
    onSegment: ({ textStart, textEnd }) => heard.sent.push([textStart, textEnd]),
    ...options,
  });
  stream.on("chunk", (chunk) => (heard.chunks += chunk.text));
  for (const piece of pieces) {
    void stream.feed(piece);
    await clock.advance(1);
  }
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  heard.texts = engine.requests.map(({ text }) => text);
  return heard;
}

function piecesOf(document: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < document.length;) {
    const size = sizes[pieces.length % sizes.length] ?? 1;
    pieces.push(document.slice(at, at + size));
    at += size;
  }
  return pieces;
}

const DOCUMENT = `<?xml version="1.0"?>
<!-- a > comment -->
<speak version="1.1" xml:lang="en-US">
  <p><mark name="start"/>Fish &amp; chips. <prosody rate="slow" pitch="+2st">The first one is slow. The <emphasis>second</emphasis> one</prosody> is not.</p>
  <p>It is <say-as interpret-as="date">12. 5. 2024</say-as>. See the <sub alias="World Wide Web">WWW</sub> now<break time="800ms"/> and <phoneme alphabet="ipa" ph="ˈhɛə">here</phoneme>.</p>
  <![CDATA[No <tags> in here.]]> <mark name="end"/>
</speak>`;

describe("SSML in a stream", () => {
  it("is cut at sentences, each a document with the open tags reopened", async () => {
    const { texts, warnings } = await hear([DOCUMENT]);
    const speak = (inside: string): string => `<speak version="1.1" xml:lang="en-US">${inside}</speak>`;
    expect(texts).toEqual([
      speak('<p><mark name="start"/>Fish &amp; chips.</p>'),
      speak('<p><prosody rate="slow" pitch="+2st">The first one is slow.</prosody></p>'),
      speak('<p><prosody rate="slow" pitch="+2st">The <emphasis>second</emphasis> one</prosody> is not.</p>'),
      speak('<p>It is <say-as interpret-as="date">12. 5. 2024</say-as>.</p>'),
      speak('<p>See the <sub alias="World Wide Web">WWW</sub> now <break time="800ms"/> and <phoneme alphabet="ipa" ph="ˈhɛə">here</phoneme>.</p>'),
      speak("No &lt;tags&gt; in here."),
    ]);
    expect(warnings).toEqual([]);
  });

  it("does not depend on how it was fed", async () => {
    const whole = await hear([DOCUMENT]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
        const fed = await hear(piecesOf(DOCUMENT, sizes));
        expect({ ...fed, marks: fed.marks.map(({ value, textStart, textEnd }) => [value, textStart, textEnd]) }).toEqual({ ...whole, marks: whole.marks.map(({ value, textStart, textEnd }) => [value, textStart, textEnd]) });
      }),
      { numRuns: 12 },
    );
  });

  it("of any kind is cut like its words, whatever pieces it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(ssmlDocument, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), async (document, sizes) => {
        const whole = await hear([document]);
        const fed = await hear(piecesOf(document, sizes));
        expect(fed.texts).toEqual(whole.texts);
        expect(fed.sent).toEqual(whole.sent);
        const letters = (text: string): string => text.replaceAll(/\s/gu, "");
        expect(letters(whole.texts.map((text) => parseSsml(text).text).join(""))).toBe(letters(parseSsml(document).text));
        // What nobody says cannot be pointed at.
        if (whole.texts.length > 0) expect(whole.chunks).toBe(document);
        for (const { textStart, textEnd, kind } of whole.marks) if (kind === "bookmark") expect(document.slice(textStart, textEnd)).toBe('<mark name="m"/>');
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it("whose words make no sound is a failure, as in plain text", async () => {
    const clock = createFakeClock();
    const speak = async (document: string): Promise<unknown> => {
      const engine = createScriptedEngine({ clock, capabilities: { ssml: ALL }, fault: { kind: "no-audio" } });
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { ssml: true, sink: createPacedSink({ clock }) });
      void stream.feed(document);
      stream.done();
      return clock.runUntil(stream.waitUntilDone()).then(() => "done", (error: unknown) => error);
    };
    expect(await speak("<speak>One two.</speak>")).toMatchObject({ code: "NO_AUDIO" });
    expect(await speak("<speak><prosody volume='silent'>One two.</prosody></speak>")).toBe("done");
  });

  it("is heard before it is closed", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, capabilities: { ssml: ALL } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ssml: true, sink: createPacedSink({ clock }) });
    void stream.feed("<speak><prosody rate='slow'>One two three four. And now five six seven eight");
    await clock.advance(500);
    expect(engine.requests[0]?.text).toBe('<speak><prosody rate="slow">One two</prosody></speak>');
    void stream.feed(" nine.</prosody></speak>");
    stream.done();
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(report.firstAudioMs).toBeLessThan(200);
  });

  it("keeps marks, sentences and chunks true to what was fed", async () => {
    for (const capabilities of [{ ssml: ALL }, { ssml: ["speak", "prosody@rate", "mark"] }, { ssml: [] }]) {
      for (const marks of [["word", "bookmark"], ["word"], []] as const) {
        const heard = await hear([DOCUMENT], { marks, capabilities });
        const said = (kind: Mark["kind"]): string[] => heard.marks.filter((mark) => mark.kind === kind).map(({ textStart, textEnd }) => DOCUMENT.slice(textStart, textEnd));
        expect(said("bookmark")).toEqual(['<mark name="start"/>', '<mark name="end"/>']);
        expect(said("sentence")).toEqual([
          "Fish &amp; chips.",
          "The first one is slow.",
          "The <emphasis>second</emphasis> one</prosody> is not.",
          'It is <say-as interpret-as="date">12. 5. 2024</say-as>.',
          'See the <sub alias="World Wide Web">WWW</sub> now<break time="800ms"/> and <phoneme alphabet="ipa" ph="ˈhɛə">here</phoneme>.',
          "No <tags> in here.",
        ]);
        const words = said("word").map((word) => word.replaceAll(/[^\w&;<>]/gu, ""));
        for (const word of ["Fish", "chips", "second", "one", "WWW", "now", "here", "No"]) expect(words).toContain(word);
        expect(heard.chunks).toBe(DOCUMENT);
        expect(heard.sent.every(([start, end], index) => start >= (heard.sent[index - 1]?.[1] ?? 0) && end > start)).toBe(true);
        const times = heard.marks.map(({ timeMs }) => timeMs);
        expect(times).toEqual([...times].sort((left, right) => left - right));
      }
    }
  });

  it("that an engine does not honour is told once for each kind", async () => {
    const { texts, warnings } = await hear([DOCUMENT, DOCUMENT], { marks: ["word"], capabilities: { ssml: ["speak", "prosody@rate"] } });
    expect(warnings.map(({ message }) => /"([a-z-]+)"(?: of the SSML element "([a-z]+)")?[^"]*$/u.exec(message)?.slice(1).filter((name) => name !== undefined).join(" of "))).toEqual(["mark", "pitch of prosody", "emphasis", "say-as", "break", "phoneme"]);
    expect(warnings.every(({ code }) => code === "UNSUPPORTED_OPTION")).toBe(true);
    expect(texts.join(" ")).toContain("See the World Wide Web now.  and here.");
  });

  it("is narrowed by the voice", async () => {
    const clock = createFakeClock();
    const scripted = createScriptedEngine({ clock, capabilities: { ssml: ALL } });
    const engine = { ...scripted, get requests() { return scripted.requests; }, capabilitiesOf: () => ({ ...scripted.capabilities, ssml: ["speak", "break"] }) };
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ssml: true, voice: "one", latency: "smoothest", sink: createPacedSink({ clock }) });
    void stream.feed("<speak>One <emphasis>two</emphasis><break/> three.</speak>");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(scripted.requests.map(({ text }) => text)).toEqual(["<speak>One two <break/> three.</speak>"]);
  });

  it("is written for each engine it fails over to", async () => {
    const clock = createFakeClock();
    const first = createScriptedEngine({ clock, id: "first", capabilities: { ssml: ALL }, fault: { kind: "error", code: "SERVICE", retryable: false } });
    const second = createScriptedEngine({ clock, id: "second" });
    const stream = createSpeechStream({ engines: [{ engine: first }, { engine: second }], clock }, { ssml: true, sink: createPacedSink({ clock }) });
    void stream.feed("<speak>Tom &amp; <emphasis>Jerry</emphasis>.</speak>");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(first.requests[0]?.text).toBe("<speak>Tom &amp; <emphasis>Jerry</emphasis>.</speak>");
    expect(second.requests.map(({ text, request }) => [text, request.ssml])).toEqual([["Tom & Jerry.", false]]);
  });

  it("goes on with another engine inside a sentence, in the same elements", async () => {
    const document = "<speak><prosody rate='slow'>One two three four <emphasis>five six</emphasis> seven <mark name='m'/>eight nine ten.</prosody></speak>";
    const clock = createFakeClock();
    const first = createScriptedEngine({ clock, id: "first", marks: ["word", "bookmark"], realTimeFactor: 0.5, capabilities: { ssml: ALL }, fault: { kind: "error", code: "SERVICE", retryable: false, afterMs: 2_000 } });
    const second = createScriptedEngine({ clock, id: "second", capabilities: { ssml: ["speak", "emphasis"] } });
    const marks: Mark[] = [];
    const stream = createSpeechStream({ engines: [{ engine: first }, { engine: second }], clock }, { ssml: true, latency: "smoothest", marks: ["word", "bookmark"], sink: createPacedSink({ clock }), onMark: (mark) => marks.push(mark) });
    void stream.feed(document);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(marks.map(({ textStart, textEnd }) => document.slice(textStart, textEnd).replaceAll(/[^\w<>='/ ]/gu, ""))).toEqual(["One", "two", "three", "four", "five", "six", "seven", "<mark name='m'/>", "eight", "nine", "ten"]);
    expect(second.requests.map(({ text }) => text).join()).toMatch(/^<speak>(?:<emphasis>)?[\w </>]+ten\.<\/speak>$/u);
  });

  it("is cut so that a request with its tags is within the limits", async () => {
    const document = `<speak><prosody rate="slow">${"one two three four five six seven, ".repeat(8)}end.</prosody></speak>`;
    const { texts, warnings } = await hear([document], { limits: { segmentCharacters: 100 } });
    expect(texts.every((text) => text.length <= 100 && text.startsWith('<speak><prosody rate="slow">'))).toBe(true);
    expect(texts.map((text) => parseSsml(text).text).join(" ")).toBe(parseSsml(document).text);
    expect(warnings).toEqual([]);
    const tight = await hear([document], { limits: { segmentCharacters: 30 } });
    expect(tight.texts.every((text) => text.length <= 30 && !text.includes("<"))).toBe(true);
    expect(tight.warnings.map(({ code }) => code)).toEqual(["UNSUPPORTED_OPTION"]);
  });

  it("that is not well-formed is told, and spoken", async () => {
    const { texts, warnings } = await hear(["<speak>Tom & Jerry, 3 < 4, &nbsp;<b>bold</i>. <prosody rate='slow'>Still <emph"]);
    expect(texts).toEqual(['<speak>Tom &amp; Jerry, 3 &lt; 4,  bold.</speak>', '<speak><prosody rate="slow">Still</prosody></speak>']);
    expect(warnings.map(({ code }) => code)).toEqual(["SSML", "SSML", "SSML", "UNSUPPORTED_OPTION", "SSML", "SSML"]);
    for (const { message } of warnings) expect(message).not.toMatch(/Tom|Jerry|nbsp|bold/u);
  });

  it("keeps a tag together over a flush", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, capabilities: { ssml: ALL } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ssml: true, sink: createPacedSink({ clock }) });
    void stream.feed("<speak><prosody ra");
    stream.flush();
    void stream.feed("te='slow'>One");
    stream.flush();
    void stream.feed(" two</prosody></speak>");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(engine.requests.map(({ text }) => text)).toEqual(['<speak><prosody rate="slow">One</prosody></speak>', '<speak><prosody rate="slow">two</prosody></speak>']);
  });

  it("keeps what stands behind the last word for the next, and tells its bookmarks at the end", async () => {
    const { texts, marks } = await hear(["<speak>One! <mark name='a'/><break time='1s'/>", "Two! <mark name='b'/> <mark name='b'/></speak>", "<!-- gone -->"]);
    expect(texts).toEqual(["<speak>One!</speak>", '<speak><mark name="a"/><break time="1s"/>Two!</speak>']);
    expect(marks.filter(({ kind }) => kind === "bookmark").map(({ value, source, textStart }) => [value, source, textStart])).toEqual([["a", "native", 12], ["b", "estimated", 51], ["b", "estimated", 68]]);
  });

  it("is read in turns where there is no end of tags, and holds only some of them", async () => {
    const tags = "<mark name='x'/><!-- -->".repeat(4_000);
    const { texts, marks, chunks } = await hear([`<speak>${tags}One.${tags}</speak>`]);
    expect(texts).toHaveLength(1);
    expect(texts[0]?.match(/<mark/gu)).toHaveLength(256);
    expect(marks.filter(({ kind }) => kind === "bookmark")).toHaveLength(512);
    expect(chunks).toBe(`<speak>${tags}One.${tags}</speak>`);
    const none = await hear([`<speak>${tags}</speak>`]);
    expect(none.texts).toEqual([]);
  });

  it("without a word tells its bookmarks all the same, and leaves no timer", async () => {
    const clock = createFakeClock();
    const told: string[] = [];
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock, capabilities: { ssml: ALL } }) }], clock }, { ssml: true, marks: ["bookmark"], onChunk: () => undefined, onSpoken: ({ value }) => void told.push(value) });
    void stream.feed("<speak><mark name='a'/></speak>");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    await clock.advance(100);
    expect([told, clock.pending]).toEqual([["a"], 0]);
  });

  it("is told to the interrupter as it was fed", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, capabilities: { ssml: ALL } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ssml: true, sink: createPacedSink({ clock }) });
    void stream.feed(DOCUMENT);
    stream.done();
    await clock.advance(2_000);
    const { heardText, unheardText } = await clock.runUntil(stream.interrupt());
    expect(heardText + unheardText).toBe(DOCUMENT);
    expect(heardText).toContain("Fish &amp; chips");
  });
});
