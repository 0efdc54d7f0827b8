import type { Capabilities, Mark } from "@parlando/engine";
import { createFakeClock, createScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createMemorySink } from "../sinks/memory-sink.ts";
import { createSpeechStream } from "../stream/create-speech-stream.ts";
import type { StreamOptions } from "../stream/stream-options.ts";
import { pronounce } from "./pronunciation/pronounce.ts";
import { speakMarkdown } from "./markdown/speak-markdown.ts";
import { textForTheEar } from "./text-for-the-ear.ts";

async function hear(pieces: readonly string[], options: StreamOptions, engineOptions: ScriptedEngineOptions = {}) {
  const clock = createFakeClock();
  const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, ...engineOptions });
  const sink = createMemorySink();
  const marks: Mark[] = [];
  const warnings: string[] = [];
  const stream = createSpeechStream(
    { engines: [{ engine }], clock },
    { sink, latency: "smoothest", onMark: (mark) => marks.push(mark), onWarning: ({ message }) => warnings.push(message), ...options },
  );
  for (const piece of pieces) void stream.feed(piece);
  stream.done();
  const report = await clock.runUntil(stream.waitUntilDone());
  return { marks: marks.filter((mark) => mark.kind === "word"), warnings, report, requests: engine.requests.map(({ request }) => request), text: sink.chunks.map((chunk) => chunk.text).join("") };
}

const TEXT = "## The **big** plan 🎉\n\n- Ask [Dr. Jones](https://x.org/a) about SQL\n- Buy `six apples`\n\n```js\nlet x = 1;\n```\n\nSee https://example.com/a?b=c for _more_ 👩‍🚀 now.\n";
const words = [{ word: "SQL", say: "sequel language" }];
/** What is said, and the part of the fed text that its marks have to cover. */
const EXPECTED = [
  ["The", "The"], ["big", "big"], ["plan", "plan"], ["party", "🎉"], ["popper", "🎉"], ["Ask", "Ask"], ["Dr", "Dr"], ["Jones", "Jones"], ["about", "about"], ["sequel", "SQL"], ["language", "SQL"],
  ["Buy", "Buy"], ["six", "six"], ["apples", "apples"], ["Code", "```js"], ["block", "```js"], ["in", "```js"], ["JavaScript", "```js"], ["See", "See"],
  ["example", "https://example.com/a?b=c"], ["dot", "https://example.com/a?b=c"], ["com", "https://example.com/a?b=c"], ["for", "for"], ["more", "more"], ["woman", "👩‍🚀"], ["astronaut", "👩‍🚀"], ["now", "now"],
];

describe("text for the ear, in a stream", () => {
  const textStages = textForTheEar({ pronunciations: words });
  const heard = (marks: readonly Mark[]): string[][] => marks.map((mark) => [mark.value, TEXT.slice(mark.textStart, mark.textEnd)]);

  it.each([["whole", [TEXT]], ["letter by letter", TEXT.split("")]])("marks the words that were fed, %s", async (_, pieces) => {
    const { marks, text } = await hear(pieces, { textStages });
    expect(heard(marks)).toEqual(EXPECTED);
    expect(text).toBe(TEXT);
  });

  it("does so as well where words have to be estimated", async () => {
    const { marks } = await hear([TEXT], { textStages }, { marks: [] });
    expect(marks.every((mark) => mark.source === "estimated")).toBe(true);
    const said = EXPECTED.map(([word]) => word);
    for (const mark of marks) expect(TEXT.slice(mark.textStart, mark.textEnd)).toContain(EXPECTED[said.indexOf(mark.value.replaceAll(/[^\p{L}]/gu, ""))]?.[1]);
    expect(marks.map((mark) => mark.value.replaceAll(/[^\p{L}]/gu, ""))).toEqual(said);
  });

  it("sends sentences where the layout ends them", async () => {
    const { requests } = await hear([TEXT], { textStages });
    expect(requests.map((request) => request.text)).toEqual([
      "The big plan party popper.",
      "Ask Dr. Jones about sequel language.",
      "Buy six apples.",
      "Code block in JavaScript.",
      "See example dot com for more woman astronaut now.",
    ]);
  });

  it("feeds on through a block of code that is longer than the stream would wait for", async () => {
    const code = "code line\n".repeat(30_000);
    const { text, report } = await hear(["Before.\n```\n", ...code.match(/[^]{1,1000}/gu) ?? [], "```\nAfter.\n"], { textStages: [speakMarkdown({ codeBlocks: "omit" })], maxCharacters: 310_000, highWaterCharacters: 500 });
    expect(report.segments).toBe(2);
    expect(text.length).toBe(code.length + "Before.\n```\n```\nAfter.\n".length);
  });
});

describe("pronunciations in a stream", () => {
  const textStages = [pronounce({ words: [{ word: "Nguyen", ipa: "/ŋwiən/" }] })];
  const text = "Call Nguyen & Sons. Then Nguyen again. Done.";
  const ssml: Partial<Capabilities> = { ssml: ["speak", "phoneme"] };
  const wordsOf = (marks: readonly Mark[]): string[] => marks.map((mark) => text.slice(mark.textStart, mark.textEnd));

  it("reach an engine that honours them, and marks stay in the text", async () => {
    const { requests, marks, warnings } = await hear(text.split(""), { textStages }, { capabilities: ssml });
    expect(requests.map((request) => [request.ssml, request.text])).toEqual([
      [true, '<speak>Call <phoneme alphabet="ipa" ph="ŋwiən">Nguyen</phoneme> &amp; Sons.</speak>'],
      [true, '<speak>Then <phoneme alphabet="ipa" ph="ŋwiən">Nguyen</phoneme> again.</speak>'],
      [false, "Done."],
    ]);
    expect(wordsOf(marks)).toEqual(expect.arrayContaining(["Call", "Nguyen", "Sons", "Then", "Nguyen", "again", "Done"]));
    expect(warnings).toEqual([]);
  });

  it("are said as the engine knows them elsewhere, with one warning", async () => {
    const { requests, marks, warnings } = await hear([text], { textStages });
    expect(requests.map((request) => [request.ssml, request.text])).toEqual([[false, "Call Nguyen & Sons."], [false, "Then Nguyen again."], [false, "Done."]]);
    expect(wordsOf(marks)).toEqual(["Call", "Nguyen", "Sons", "Then", "Nguyen", "again", "Done"]);
    expect(warnings).toEqual([expect.stringContaining("pronounced")]);
  });

  it("are left out of a request that they would make too long", async () => {
    const { requests } = await hear([text], { textStages }, { capabilities: { ...ssml, limits: { segmentCharacters: 40 } } });
    expect(requests.every((request) => !request.ssml)).toBe(true);
  });
});
