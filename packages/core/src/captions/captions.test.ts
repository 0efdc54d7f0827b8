import type { Mark } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, numberedText, type ScriptedEngineOptions } from "@parlando/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "../stream/create-speech-stream.ts";
import type { SpeechStream } from "../stream/speech-stream.ts";
import type { StreamOptions } from "../stream/stream-options.ts";
import type { CaptionOptions } from "./caption-options.ts";
import { widthOf } from "./caption-piece.ts";
import { captionsOf } from "./captions-of.ts";
import { createCaptions } from "./create-captions.ts";
import { readSrt, readWebVtt, type ReadCue } from "./read-captions.test-helper.ts";

/** Marks of a text as a stream tells them: each unit of text is 60 ms. */
function marksOf(sentences: readonly string[], options: { joint?: string; words?: RegExp; source?: Mark["source"] } = {}): Mark[] {
  const { joint = " ", words = /[\p{L}\p{N}\p{M}'’]+/gu, source = "native" } = options;
  const marks: Mark[] = [];
  let start = 0;
  for (const sentence of sentences) {
    const found = [...sentence.matchAll(words)].map((match): Mark => ({ kind: "word", timeMs: (start + match.index) * 60, durationMs: match[0].length * 60, textStart: start + match.index, textEnd: start + match.index + match[0].length, value: match[0], source }));
    marks.push({ kind: "sentence", timeMs: found[0]?.timeMs ?? start * 60, textStart: start, textEnd: start + sentence.length, value: sentence, source }, ...found);
    start += sentence.length + joint.length;
  }
  return marks;
}

function captionsFrom(marks: readonly Mark[], options: CaptionOptions, end: { endMs?: number; interrupted?: boolean } = {}): string {
  const captions = createCaptions(options);
  return marks.map((mark) => captions.add(mark)).join("") + captions.flush(end);
}

const LONG = "When the boats came home that evening, long after the last light had gone from the harbour wall, nobody on the quay said a word.";

describe("captions", () => {
  it("are a SubRip file", () => {
    expect(captionsFrom(marksOf(["The kettle is on.", "Do you take sugar?"]), { format: "srt", minMs: 0 }, { endMs: 2200 })).toBe(
      "1\n00:00:00,000 --> 00:00:00,960\nThe kettle is on.\n\n2\n00:00:01,080 --> 00:00:02,100\nDo you take sugar?\n\n",
    );
  });

  it("are a WebVTT file, its text escaped", () => {
    const text = captionsFrom(marksOf(["Is 1 < 2 && 3 > 2?"]), { format: "webvtt" });
    expect(text).toContain("Is 1 &lt; 2 &amp;&amp; 3 &gt; 2?\n");
    expect(readWebVtt(text).map((cue) => cue.text)).toEqual(["Is 1 < 2 && 3 > 2?"]);
  });

  it("without a mark are a valid empty file", () => {
    expect(captionsFrom([], { format: "srt" })).toBe("");
    expect(captionsFrom([], { format: "webvtt" })).toBe("WEBVTT\n\n");
    expect(readWebVtt("WEBVTT\n\n")).toEqual([]);
  });

  it("part a long sentence at its clauses, into even lines", () => {
    const cues = readWebVtt(captionsFrom(marksOf([LONG]), { format: "webvtt" }));
    expect(cues.map((cue) => cue.text)).toEqual([
      "When the boats came home that evening,\nlong after the last light",
      "had gone from the harbour wall,\nnobody on the quay said a word.",
    ]);
    expect(cues.map((cue) => cue.text.replaceAll("\n", " ")).join(" ")).toBe(LONG);
  });

  it("part what takes too long", () => {
    const slow = marksOf(["One two three four five six."]).map((mark) => ({ ...mark, timeMs: mark.timeMs * 10, durationMs: 600 }));
    const cues = readWebVtt(captionsFrom(slow, { format: "webvtt", maxMs: 6000 }));
    expect(cues.length).toBeGreaterThan(1);
    for (const cue of cues) expect(cue.endMs - cue.startMs).toBeLessThanOrEqual(6000);
  });

  it("put short sentences together, and leave short ones standing where there is time", () => {
    expect(readSrt(captionsFrom(marksOf(["Yes.", "No.", "It is far too late to say that now."]), { format: "srt" })).map((cue) => cue.text)).toEqual(["Yes. No. It is far too\nlate to say that now."]);
    const [alone] = readSrt(captionsFrom(marksOf(["Yes."]), { format: "srt" }));
    expect([alone?.startMs, alone?.endMs]).toEqual([0, 1000]);
  });

  it("never outlast the audio, and leave out what was not delivered", () => {
    const marks = marksOf(["The kettle is on.", "Do you take sugar, or not?"]);
    const cues = readSrt(captionsFrom(marks.filter((mark) => mark.value !== "not"), { format: "srt", minMs: 300 }, { endMs: 1900, interrupted: true }));
    expect(cues.map((cue) => cue.text)).toEqual(["The kettle is on.", "Do you take sugar,"]);
    expect(cues.at(-1)?.endMs).toBe(1900);
  });

  it("stamp each word for a player that marks the one being spoken", () => {
    const text = captionsFrom(marksOf(["The kettle is on."]), { format: "webvtt", highlight: true });
    expect(text).toBe("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nThe <00:00:00.240>kettle <00:00:00.660>is <00:00:00.840>on.\n\n");
    expect(readWebVtt(text)[0]?.stamps).toEqual([240, 660, 840]);
  });

  it("count wide characters twice, and part them between words", () => {
    const sentence = "今日はとても良い天気なので、朝から海まで歩いて、友達と一緒に昼ご飯を食べました。";
    const words = /今日|は|とても|良い|天気|な|ので|朝|から|海|まで|歩い|て|友達|と|一緒|に|昼|ご飯|を|食べ|まし|た/gu;
    const cues = readWebVtt(captionsFrom(marksOf([sentence], { joint: "", words }), { format: "webvtt", maxLineCharacters: 24 }));
    expect(cues.map((cue) => cue.text.replaceAll("\n", "")).join("")).toBe(sentence);
    for (const line of cues.flatMap((cue) => cue.text.split("\n"))) expect(widthOf(line)).toBeLessThanOrEqual(24);
  });

  it("keep the direction of a line that begins with a foreign name", () => {
    const text = captionsFrom(marksOf(["وصل الفريق إلى القاعة الكبيرة في المدينة القديمة مع Parlando وضيوفه من الشمال."]), { format: "srt", maxLineCharacters: 20 });
    const lines = readSrt(text).flatMap((cue) => cue.text.split("\n"));
    for (const line of lines) expect(line.startsWith("\u200f")).toBe(/^\u200f?[A-Za-z]/u.test(line));
    expect(lines.join(" ").replaceAll("\u200f", "")).toBe("وصل الفريق إلى القاعة الكبيرة في المدينة القديمة مع Parlando وضيوفه من الشمال.");
  });

  it("hold the bare words where there are no sentences", () => {
    const cues = readSrt(captionsFrom(marksOf(["The kettle is on."]).filter((mark) => mark.kind === "word"), { format: "srt" }));
    expect(cues.map((cue) => cue.text)).toEqual(["The kettle is on"]);
  });

  it("come while the stream still speaks", () => {
    const captions = createCaptions({ format: "srt", minMs: 0 });
    const given = marksOf(["The kettle is on.", "Do you take sugar?", "I thought so.", "Good."]).map((mark) => captions.add(mark));
    expect(given.filter((text) => text !== "")).toHaveLength(2);
    expect(captions.flush()).not.toBe("");
  });

  it.each([{ format: "ass" }, { format: "srt", highlight: true }, { format: "srt", maxLines: 0 }, { format: "webvtt", maxLineCharacters: "wide" }, { format: "srt", minMs: 5000, maxMs: 10 }])("name the option that is wrong: %o", (options) => {
    expect(() => createCaptions(options as unknown as CaptionOptions)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("never overlap, lose no word and fit, whatever comes", () => {
    const word = fc.oneof(fc.stringMatching(/^[a-z]{1,12}$/u), fc.constantFrom("&", "<b>", "-->", "Ünï", "漢字", "שלום", "🎉", "a\u0301", "4.50", "NOTE"));
    const sentence = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => `${words.join(" ")}.`);
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 8 }), fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.constantFrom("srt", "webvtt"), (sentences, maxLineCharacters, maxLines, highlight, format) => {
        const marks = marksOf(sentences, { words: /[^\s.]+/gu });
        const text = captionsFrom(marks, { format, maxLineCharacters, maxLines, highlight: highlight && format === "webvtt", minMs: 300 });
        const cues: ReadCue[] = format === "srt" ? readSrt(text) : readWebVtt(text);
        expect(cues.map((cue) => cue.text.replaceAll(/[\s\u200f]+/gu, "")).join("")).toBe(sentences.join("").replaceAll(/\s+/gu, ""));
        let lastMs = 0;
        for (const cue of cues) {
          expect(cue.startMs).toBeGreaterThanOrEqual(lastMs);
          expect(cue.endMs).toBeGreaterThan(cue.startMs);
          lastMs = cue.endMs;
          const lines = cue.text.replaceAll("\u200f", "").split("\n");
          expect(lines.length).toBeLessThanOrEqual(maxLines);
          for (const line of lines) if (line.includes(" ")) expect(widthOf(line)).toBeLessThanOrEqual(maxLineCharacters);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("captionsOf", () => {
  function open(options: StreamOptions = {}, script: ScriptedEngineOptions = {}): { clock: ReturnType<typeof createFakeClock>; stream: SpeechStream } {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.3, ...script });
    return { clock, stream: createSpeechStream({ engines: [{ engine }], clock }, { sink: createPacedSink({ clock }), ...options }) };
  }

  async function collect(captions: AsyncIterable<string>): Promise<string> {
    let text = "";
    for await (const piece of captions) text += piece;
    return text;
  }

  const TEXT = `${LONG} “Well,” she said & laughed; then the lamps were lit. Nobody slept.`;

  it.each([{}, { marks: [] }, { markOrder: "after" }] satisfies ScriptedEngineOptions[])("captions the whole of a stream, with its punctuation: %o", async (script) => {
    const { clock, stream } = open({}, script);
    const captions = collect(captionsOf(stream, { format: "webvtt", highlight: true }));
    for (const letter of TEXT) void stream.feed(letter);
    stream.done();
    const { audioMs } = await clock.runUntil(stream.waitUntilDone());
    const cues = readWebVtt(await captions);
    expect(cues.map((cue) => cue.text.replaceAll("\n", " ")).join(" ")).toBe(TEXT);
    expect(cues.at(-1)?.endMs).toBeLessThanOrEqual(Math.ceil(audioMs));
  });

  it("is no taker", async () => {
    const { clock, stream } = open({ sink: "pull" });
    const captions = collect(captionsOf(stream, { format: "srt" }));
    void stream.feed("W1 w2. W3 w4.");
    stream.done();
    const taken = (async () => {
      let chunks = 0;
      for await (const chunk of stream) chunks += chunk.samples.length;
      return chunks;
    })();
    await clock.runUntil(taken);
    expect(readSrt(await captions).map((cue) => cue.text)).toEqual(["W1 w2. W3 w4."]);
  });

  it("ends with what was delivered when the stream is interrupted", async () => {
    const { clock, stream } = open();
    const captions = collect(captionsOf(stream, { format: "srt" }));
    void stream.feed(TEXT);
    stream.done();
    await clock.advance(4000);
    void stream.interrupt();
    const { audioMs } = await clock.runUntil(stream.waitUntilDone());
    const cues = readSrt(await captions);
    const text = cues.map((cue) => cue.text.replaceAll("\n", " ")).join(" ");
    expect(text.length).toBeGreaterThan(10);
    expect(TEXT.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(TEXT.length / 2);
    expect(cues.at(-1)?.endMs).toBeLessThanOrEqual(Math.ceil(audioMs));
  });

  it("tells the failure of a stream after what was spoken", async () => {
    const { clock, stream } = open({ latency: "smoothest" }, { fault: (_, index) => (index > 0 ? { kind: "error", code: "AUTHENTICATION" } : undefined) });
    const pieces: string[] = [];
    const read = (async () => {
      for await (const piece of captionsOf(stream, { format: "srt" })) pieces.push(piece);
    })();
    read.catch(() => undefined);
    void stream.feed(numberedText({ words: 20, sentenceWords: 10 }));
    stream.done();
    await clock.runUntil(stream.waitUntilDone().catch(() => undefined));
    await expect(read).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(readSrt(pieces.join("")).map((cue) => cue.text)).toEqual(["W0 w1 w2 w3 w4 w5 w6 w7 w8 w9."]);
  });

  it("says so when the stream was told to give no words", async () => {
    const { clock, stream } = open({ marks: ["bookmark"] });
    const captions = collect(captionsOf(stream, { format: "srt" }));
    captions.catch(() => undefined);
    void stream.feed("W1 w2.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    await expect(captions).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });

  it("is an empty file for a stream without words, and stops when it is left", async () => {
    const { clock, stream } = open();
    const captions = collect(captionsOf(stream, { format: "webvtt" }));
    const left = captionsOf(stream, { format: "srt" });
    await left.return?.();
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(await captions).toBe("WEBVTT\n\n");
    expect(await left.next()).toEqual({ done: true, value: undefined });
  });
});
