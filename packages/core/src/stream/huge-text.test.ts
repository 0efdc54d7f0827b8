import { createFakeClock, createPacedSink, createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

const MILLION = 1_000_000;

describe("a million characters without a full stop", () => {
  it.each([
    ["words", "word ".repeat(MILLION / 5)],
    ["one word", "x".repeat(MILLION)],
    ["ideograms", "語".repeat(MILLION)],
    ["white space", " ".repeat(MILLION)],
    ["dots", ".".repeat(MILLION)],
  ])("are taken whole, spoken piece by piece, and none is lost: %s", async (_, text) => {
    for (const latency of ["soonest", "balanced", "smoothest"] as const) {
      const clock = createFakeClock();
      const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1 });
      const sink = createPacedSink({ clock, record: false });
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency });
      void stream.feed(text);
      expect(stream.bufferFull()).toBe(true);
      await clock.advance(5000);
      const { heardText, unheardText } = await stream.interrupt();
      expect(heardText + unheardText === text).toBe(true);
      expect(engine.requests.every((request) => request.text.length <= 2000)).toBe(true);
      if (text.trim() !== "") expect(engine.requests.length).toBeGreaterThan(0);
      const spoken = engine.requests.map((request) => request.text).join("").replaceAll(" ", "");
      expect(text.slice(0, spoken.length * 2).replaceAll(" ", "").startsWith(spoken)).toBe(true);
    }
  });

  it("without a word in it ends by itself", async () => {
    const clock = createFakeClock();
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { onChunk: () => undefined });
    void stream.feed(" ".repeat(MILLION));
    stream.done();
    expect(await clock.runUntil(stream.waitUntilDone())).toMatchObject({ segments: 0, audioMs: 0, characters: MILLION });
  });

  it("refuses one more", async () => {
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine() }] }, { sink: "pull" });
    void stream.feed("x".repeat(MILLION));
    await expect(stream.feed("x")).rejects.toMatchObject({ code: "BUFFER_FULL" });
    await stream.close();
  });
});

describe("text in which cuts are far from each other, for an engine that takes little at once", () => {
  const long = "x".repeat(20_000);
  it.each([
    ["joined emoji", "👩‍👩‍👧‍👦".repeat(2_000)],
    ["flags", "🇩🇪".repeat(5_000)],
    ["marks", `a${"\u0301".repeat(10_000)}`],
    ["a word and white space before one that does not end", `abc${" ".repeat(900)}${long}`],
    ["more white space than is read ahead, and the same", `abc${" ".repeat(4_000)}${long}`],
  ])("is spoken to its end: %s", async (_, text) => {
    for (const latency of ["soonest", "balanced", "smoothest"] as const) {
      for (const limits of [{ segmentCharacters: 44 }, {}]) {
        const clock = createFakeClock();
        const engine = createScriptedEngine({ clock, limits, msPerCharacter: 1, startMs: 1, realTimeFactor: 0.01 });
        const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency, highWaterMs: 60_000, onChunk: () => undefined });
        void stream.feed(text);
        stream.done();
        await clock.runUntil(stream.waitUntilDone(), { maxMs: 3_600_000 });
        expect(engine.requests.map((request) => request.text).join("").replaceAll(" ", "") === text.replaceAll(" ", ""), `${latency} ${JSON.stringify(limits)}`).toBe(true);
      }
    }
  }, 60_000);
});

describe("white space longer than the window that is read ahead", () => {
  it.each(["soonest", "balanced", "smoothest"] as const)("is passed over, and kept in the text of the chunks: %s", async (latency) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1 });
    const segments: string[] = [];
    let text = "";
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency, onChunk: (chunk) => void (text += chunk.text), onSegment: (segment) => segments.push(segment.text) });
    const fed = `abc${" ".repeat(6000)}def.`;
    void stream.feed(fed);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(segments).toEqual(["abc", "def."]);
    expect(text).toBe(fed);
  });
});
