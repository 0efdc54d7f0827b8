import { createEspeakEngine, type EspeakEngine } from "@parlando/espeak";
import type { Mark, MarkKind } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// These run against the built package: its worker is a file that only exists there.
let engine: EspeakEngine;
beforeAll(() => {
  engine = createEspeakEngine();
});
afterAll(() => engine.close());

async function speak(text: string, kinds: readonly MarkKind[]): Promise<{ marks: Mark[]; ms: number }> {
  const format = engine.capabilities.formats[0]!;
  const marks: Mark[] = [];
  let frames = 0;
  for await (const event of engine.synthesize({ text, ssml: true, format, marks: kinds }, new AbortController().signal)) {
    if (event.type === "mark") marks.push(event.mark);
    if (event.type === "pcm") frames += event.samples.length;
  }
  return { marks, ms: (frames / format.sampleRate) * 1000 };
}

describe("bookmarks", () => {
  it.each([
    ["at the start of a sentence", "<speak>One. <mark name=\"a\"/> Two <mark name=\"b\"/> three.</speak>", ["One", "a", "Two", "b", "three"]],
    ["right behind the full stop", "<speak>One two.<mark name=\"a\"/> Three.</speak>", ["One", "two", "a", "Three"]],
    ["twice at the start of a sentence", "<speak>One! <mark name=\"a\"/><mark name=\"b\"/>Two.</speak>", ["One", "a", "b", "Two"]],
    ["at the start of each sentence", "<speak><mark name=\"a\"/>One? <mark name=\"a\"/>Two. <mark name=\"a\"/>Three <mark name=\"a\"/>four.</speak>", ["a", "One", "a", "Two", "a", "Three", "a", "four"]],
    ["around paragraphs", "<speak><p>One.</p><mark name=\"a\"/><p><mark name=\"b\"/>Two.<mark name=\"c\"/></p></speak>", ["One", "a", "b", "Two", "c"]],
    ["before a break", "<speak>One. <mark name=\"a\"/><break time=\"200ms\"/> <mark name=\"b\"/> Two.</speak>", ["One", "a", "b", "Two"]],
    ["and nothing else", "<speak><mark name=\"a\"/></speak>", ["a"]],
    ["at the very end", "<speak>One. <mark name=\"a\"/> <mark name=\"b\"/></speak>", ["One", "a", "b"]],
    ["without a name", "<speak>One. <mark/> Two.</speak>", ["One", "Two"]],
  ])("tells of marks %s, once and in order", async (_name, text, expected) => {
    const { marks, ms } = await speak(text, ["word", "bookmark"]);
    expect(marks.map((mark) => mark.value)).toEqual(expected);
    let lastMs = 0;
    let lastTag = 0;
    for (const mark of marks) {
      expect(mark.timeMs).toBeGreaterThanOrEqual(lastMs);
      expect(mark.timeMs).toBeLessThanOrEqual(ms);
      lastMs = mark.timeMs;
      if (mark.kind !== "bookmark") continue;
      expect(mark.textStart).toBeGreaterThanOrEqual(lastTag);
      expect(text.slice(mark.textStart, mark.textEnd)).toBe(`<mark name="${mark.value}"/>`);
      lastTag = mark.textEnd;
    }
    expect((await speak(text, ["bookmark"])).marks).toEqual(marks.filter((mark) => mark.kind === "bookmark"));
  });

  it("puts a mark at the start of a sentence where its first word begins", async () => {
    const { marks } = await speak("<speak>One. <mark name=\"a\"/> Two three.</speak>", ["word", "bookmark"]);
    const [, bookmark, two] = marks;
    expect(bookmark).toMatchObject({ value: "a", timeMs: two?.timeMs, source: "native" });
    expect(two).toMatchObject({ value: "Two" });
  });
});
