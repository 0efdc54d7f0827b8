import { createEngine } from "@parlando/espeak";
import { createMemorySink, createSpeechStream, type Warning } from "@parlando/core";
import type { Engine, Mark } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ssml } from "../packages/core/src/ssml.ts";

const DOCUMENT = ssml.speak([
  ssml.paragraph(ssml`${ssml.mark("start")}Fish & chips. ${ssml.prosody(["This is slow. ", ssml.emphasis("Very"), " slow"], { rate: 0.6 })}, isn't it?`),
  ssml.paragraph(ssml`The ${ssml.sub("WWW", "World Wide Web")} is ${ssml.sayAs("abc", "characters")}.${ssml.break("700ms")} ${ssml.lang("Au revoir", "fr")} ${ssml.mark("end")}now!`),
], { language: "en-US" });

describe("SSML through the embedded voice", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine();
  });
  afterAll(() => engine.close());

  async function speak(pieces: readonly string[]): Promise<{ sent: string[]; marks: Mark[]; warnings: Warning[]; frames: number; text: string }> {
    const marks: Mark[] = [];
    const warnings: Warning[] = [];
    const sent: string[] = [];
    const sink = createMemorySink();
    const stream = createSpeechStream(
      { engines: [{ engine, voice: "en-us" }] },
      { sink, ssml: true, latency: "smoothest", marks: ["word", "sentence", "bookmark"], onMark: (mark) => marks.push(mark), onWarning: (warning) => warnings.push(warning), onSegment: ({ text }) => sent.push(text) },
    );
    for (const piece of pieces) await stream.feed(piece);
    stream.done();
    await stream.waitUntilDone();
    return { sent, marks, warnings, frames: sink.samples().length, text: sink.chunks.map((chunk) => chunk.text).join("") };
  }

  it("says the same however it was fed, with marks that point into it", async () => {
    const whole = await speak([DOCUMENT]);
    expect(whole.sent).toEqual(["Fish & chips.", "This is slow.", "Very slow, isn't it?", "The WWW is abc.", "Au revoir now!"]);
    expect(whole.text).toBe(DOCUMENT);
    for (const size of [1, 3, 17]) {
      const fed = await speak(DOCUMENT.match(new RegExp(`.{1,${size}}`, "gsu")) ?? []);
      expect(fed).toEqual(whole);
    }
    const said = (kind: Mark["kind"]): string[] => whole.marks.filter((mark) => mark.kind === kind).map(({ textStart, textEnd }) => DOCUMENT.slice(textStart, textEnd));
    expect(said("bookmark")).toEqual(['<mark name="start"/>', '<mark name="end"/>']);
    for (const word of ["Fish", "chips", "slow", "Very", "isn't", "WWW", "revoir", "now"]) expect(said("word")).toContain(word);
    expect(said("sentence")[0]).toBe("Fish &amp; chips.");
    expect(whole.warnings.map(({ message }) => /"(\w+)";/u.exec(message)?.[1])).toEqual(["lang"]);
  });

  it("obeys tags that were opened before a segment, and pauses between segments", async () => {
    const [plain, slow] = [await speak(["<speak>One two. Three four.</speak>"]), await speak(["<speak><prosody rate='50%'>One two. Three four.</prosody></speak>"])];
    const startOf = (marks: readonly Mark[], word: string): number => marks.find(({ value }) => value === word)?.timeMs ?? Number.NaN;
    expect(startOf(slow.marks, "four") - startOf(slow.marks, "Three")).toBeGreaterThan(1.2 * (startOf(plain.marks, "four") - startOf(plain.marks, "Three")));
    const paused = await speak(["<speak>One two.<break time='900ms'/> Three four.</speak>"]);
    const gap = startOf(paused.marks, "Three") - startOf(plain.marks, "Three");
    expect(gap).toBeGreaterThan(500);
    expect(gap).toBeLessThan(1_500);
  });
});
