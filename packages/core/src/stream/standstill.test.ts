import { createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

/** What is sent of `before` until a pause is over, and of all. */
async function sentOf(before: string, pauseMs: number, after: string): Promise<{ paused: string; all: string[] }> {
  const clock = createFakeClock();
  const sent: string[] = [];
  const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock, startMs: 80, realTimeFactor: 0.1 }) }], clock }, { sink: createPacedSink({ clock, record: false }), onSegment: ({ text }) => void sent.push(text.trim()) });
  void stream.feed(before);
  await clock.advance(pauseMs);
  const paused = sent.join(" ");
  void stream.feed(after);
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  return { paused, all: sent };
}

describe("a writer who stands still", () => {
  it.each([["The hippo", "potamus is a large animal."], ["It costs $3", ".50 per kilo."], ["Visit https://exam", "ple.com now."], ["Hello <b", ">world</b>."], ["The cafe", "\u0301 is open."]])("is waited for in the middle of %j", async (before, after) => {
    const { all } = await sentOf(before, 1_000, after);
    expect(all.join(" ")).toBe(before + after);
  });

  it("is waited for behind an article", async () => {
    const { all } = await sentOf("We went to the", 1_000, " market yesterday.");
    expect(all.filter((text) => text.endsWith(" the"))).toEqual([]);
  });

  it("is not waited for behind a sentence, nor for ever", async () => {
    expect((await sentOf("That is all.", 1_000, " And one more thing came later.")).paused).toBe("That is all.");
    expect((await sentOf("Let me look for that", 2_500, " and tell you what I find.")).paused).toBe("Let me look for that");
  });
});

describe("feeds that are not awaited", () => {
  it("are let go when there is room for them, not all with the first request", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock, speed: 0.1, record: false });
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock, wordMs: 300 }) }], clock }, { sink, highWaterCharacters: 50 });
    let released = 0;
    for (let index = 0; index < 10; index += 1) void stream.feed(`${numberedText({ words: 60, first: index * 60 })} `).then(() => (released += 1), () => undefined);
    await clock.advance(500);
    expect([released, stream.bufferFull()]).toEqual([0, true]);
    await clock.runUntil(stream.interrupt());
  });
});
