import { assertSpoken, createFakeClock, createScriptedEngine, decodeWords, numberedText, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import type { EngineSession, Mark } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import { samplesOf } from "./session.test-helper.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

interface Opened {
  readonly clock: FakeClock;
  readonly stream: SpeechStream;
  readonly chunks: AudioChunk[];
}

/** A stream whose taker takes everything at once. */
function open(options: StreamOptions = {}, script: ScriptedEngineOptions = {}): Opened {
  const clock = createFakeClock();
  const chunks: AudioChunk[] = [];
  const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, ...script });
  return { clock, chunks, stream: createSpeechStream({ engines: [{ engine }], clock }, { onChunk: (chunk) => void chunks.push(chunk), ...options }) };
}

/** A session whose marks are told in whole milliseconds. */
function roundDown(session: EngineSession): EngineSession {
  return {
    ...session,
    events: (async function* () {
      for await (const event of session.events) yield event.type === "mark" ? { ...event, mark: { ...event.mark, timeMs: Math.floor(event.mark.timeMs) } } : event;
    })(),
  };
}

describe("what was made before a failure", () => {
  const TEXT = numberedText({ words: 16, sentenceWords: 8 });

  it.each(["segment", "incremental"] as const)("is not handed out while the engine is left alone, and so not heard twice: %s", async (input) => {
    // The first sentence is still being made when the second has failed; it ends in the pause before the second is tried again.
    const script: ScriptedEngineOptions = { input: [input], fault: (_, index) => (index === 1 ? { kind: "error", code: "SERVICE", retryable: true, retryAfterMs: 4000, afterMs: 300 } : undefined) };
    const clock = createFakeClock();
    const chunks: AudioChunk[] = [];
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, ...script });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency: "smoothest", onChunk: async (chunk) => (chunks.push(chunk), await clock.sleep(chunk.durationMs)) });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 60_000 });
    assertSpoken(samplesOf(chunks), 24_000, TEXT);
  });
});

describe("nothing waits for ever", () => {
  it("who has fed a stream that ends with white space alone", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: "pull" });
    await clock.runUntil(stream.feed(" ".repeat(2300)));
    const feeding = stream.feed(" ".repeat(200));
    stream.done();
    await clock.runUntil(stream.readable.pipeTo(new WritableStream()));
    await clock.runUntil(feeding);
  });

  it.each(["segment", "incremental"] as const)("who feeds white space without end behind a long text that has no sentence: %s", async (input) => {
    const { clock, stream } = open({ latency: "smoothest" }, { input: [input] });
    const feeding = (async () => {
      await stream.feed("word ".repeat(60));
      for (let piece = 0; piece < 60; piece += 1) await stream.feed(" ".repeat(50));
    })();
    await clock.runUntil(feeding, { maxMs: 60_000 });
    await stream.close();
  });

  it.each(["soonest", "balanced", "smoothest"] as const)("the last of a segment that is shorter than a chunk, while its writer thinks: %s", async (latency) => {
    const { clock, stream, chunks } = open({ latency, output: { chunkMs: 1000 } }, { msPerCharacter: 40 });
    void stream.feed("W0 w1 w2 w3 w4 w5. And then ");
    await clock.advance(20_000);
    const words = decodeWords(samplesOf(chunks), 24_000);
    expect(words.slice(0, 6).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    await stream.close();
  });

  it("a segment that fills the chunk which the one before it has begun", async () => {
    const text = numberedText({ words: 60, sentenceWords: 5 });
    const { clock, stream, chunks } = open({ latency: "smoothest", output: { chunkMs: 700 } }, { msPerCharacter: 20, realTimeFactor: 0, chunkMs: 100 });
    void stream.feed(text);
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 60_000 });
    assertSpoken(samplesOf(chunks), 24_000, text);
  });

  it("a text behind a far listener who has reported only once", async () => {
    const { clock, stream, chunks } = open({ latency: "soonest", highWaterCharacters: 20 }, { output: "whole", realTimeFactor: 0.8 });
    const text = numberedText({ words: 40, sentenceWords: 4 });
    const feeding = (async () => {
      stream.reportPlayed(0);
      for (const word of text.split(/(?= )/u)) await stream.feed(word);
      stream.done();
    })();
    await clock.runUntil(feeding, { maxMs: 120_000 });
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 60_000 });
    assertSpoken(samplesOf(chunks), 24_000, text);
  });
});

describe("marks", () => {
  it("of a session come whole when its engine rounds its times", async () => {
    const marks: Mark[] = [];
    const script: ScriptedEngineOptions = { input: ["incremental"], marks: ["word"], markOrder: "before", msPerCharacter: 40 / 1.5 };
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, ...script });
    // Down to whole milliseconds: some marks are then earlier than the segment in which they lie.
    const rounding = { ...engine, openSession: async (...asked: Parameters<NonNullable<typeof engine.openSession>>) => roundDown(await engine.openSession!(...asked)) };
    const stream = createSpeechStream({ engines: [{ engine: rounding }], clock }, { latency: "smoothest", onChunk: () => undefined, onMark: (mark) => void marks.push(mark) });
    const text = numberedText({ words: 60, sentenceWords: 3 });
    void stream.feed(text);
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 60_000 });
    const words = marks.filter(({ kind }) => kind === "word").map(({ textStart, textEnd }) => text.slice(textStart, textEnd));
    expect(words).toEqual(text.match(/\w+/gu));
  });

  it("tell of a sentence that never ends, whatever white space follows it", async () => {
    const marks: Mark[] = [];
    const { clock, stream } = open({ latency: "soonest", onMark: (mark) => void marks.push(mark) }, { marks: ["word"] });
    void stream.feed("```js and then it goes");
    await clock.advance(5_000);
    void stream.feed(" ");
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 60_000 });
    expect(marks.filter(({ kind }) => kind === "sentence").map(({ textStart }) => textStart)).toContain(0);
  });

  it("of sentences are told in the order of time when the engine tells only some of their times in time", async () => {
    const marks: Mark[] = [];
    const text = numberedText({ words: 24, sentenceWords: 3 });
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 300, realTimeFactor: 0.8, marks: ["sentence"], markOrder: "after", tailMs: 300, limits: { concurrency: 1 } });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency: "soonest", output: { chunkMs: 100 }, onMark: (mark) => void (mark.kind === "sentence" && marks.push(mark)), onChunk: () => clock.sleep(150) });
    void stream.feed(`odd. ${text}`);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(marks.map(({ timeMs }) => timeMs)).toEqual(marks.map(({ timeMs }) => timeMs).toSorted((left, right) => left - right));
    expect(marks).toHaveLength(9);
  });
});

describe("a letter of two halves", () => {
  it("that come apart is not spoken by half when its writer pauses", async () => {
    const segments: string[] = [];
    const { clock, stream } = open({ latency: "soonest", onSegment: ({ text }) => void segments.push(text) });
    void stream.feed("Well \ud83d");
    await clock.advance(3000);
    void stream.feed("\ude00 yes.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(segments.every((text) => !/[\ud800-\udbff]$/u.test(text))).toBe(true);
  });

  it("that is flushed in its middle is heard as a whole or not at all", async () => {
    const { clock, stream } = open();
    void stream.feed("Well x\ud83d");
    stream.flush();
    void stream.feed("\ude00 yes.");
    await clock.advance(400);
    const { heardUntil, heardText } = await clock.runUntil(stream.interrupt({ playedFrame: 1e9 }));
    expect(heardUntil).not.toBe(7);
    expect(heardText).not.toMatch(/[\ud800-\udbff]$/u);
  });
});

describe("a sentence with a sea of white space in its middle", () => {
  it.each(["smoothest", "balanced", "soonest"] as const)("is cut behind its end, also where all of the text is there at once: %s", async (latency) => {
    const segments: string[] = [];
    const { clock, stream } = open({ latency, onSegment: ({ text }) => void segments.push(text) });
    void stream.feed(`W15 w16.${" ".repeat(1360)}... --- !!! Odd. And more of it. Yes.`);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    const isWhole = (text: string): boolean => text.includes("w16") && text.includes("Odd");
    expect(segments.filter(isWhole)).toEqual([]);
    if (latency === "smoothest") expect(segments.slice(-4)).toEqual(["--- !!!", "Odd.", "And more of it.", "Yes."]);
  });
});
