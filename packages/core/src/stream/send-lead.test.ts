import { createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { SendLead } from "./send-lead.ts";

const TEXT = numberedText({ words: 120, sentenceWords: 8 });

describe("SendLead", () => {
  const request = { units: 40, cost: { startMs: 300, startMsHigh: 400, perCharacterMs: 50 }, output: "whole" as const, chunkMs: 0 };

  it("is the time to the audio while the taker takes, and nothing when it stands still", () => {
    const lead = new SendLead();
    expect(lead.leadMs(0, request)).toBe(0);
    lead.note(1_000, 20);
    expect(lead.leadMs(1_100, request)).toBe(2_400);
    expect(lead.leadMs(1_100, { ...request, output: "streaming" })).toBe(400);
    lead.note(1_500, 20);
    expect(lead.leadMs(1_500, request)).toBe(0);
    lead.note(1_600, 40);
    expect(lead.leadMs(1_650, request)).toBe(2_400);
    expect(lead.leadMs(2_600, { ...request, chunkMs: 1_000 })).toBe(2_400);
  });

  it("has a bound", () => {
    const lead = new SendLead();
    lead.note(0, 1);
    expect(lead.leadMs(0, { ...request, units: 1_000_000 })).toBe(10_000);
  });
});

describe("an engine that gives audio whole", () => {
  it.each([0.5, 0.8])("is sent the next segment so early that nothing runs dry, at a real-time factor of %s", async (realTimeFactor) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, output: "whole", startMs: 300, realTimeFactor, limits: { concurrency: 1 } });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    void stream.feed(TEXT);
    stream.done();
    const { underruns, segments } = await clock.runUntil(stream.waitUntilDone());
    expect(underruns).toBe(0);
    expect(sink.underruns).toBe(0);
    expect(segments).toBeLessThan(20);
  });

  it("is not asked for more than the mark and one segment by a taker that stands still", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, output: "whole", startMs: 300, realTimeFactor: 0.5 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    stream.waitUntilDone().catch(() => undefined);
    void stream.feed(TEXT);
    await clock.advance(3_000);
    sink.stall();
    const playedMs = ((sink.playedFrames() ?? 0) * 1_000) / 24_000;
    await clock.advance(600_000);
    const madeMs = engine.requests.reduce((sum, { audioMs }) => sum + audioMs, 0);
    const longestMs = Math.max(...engine.requests.map(({ totalMs }) => totalMs));
    expect(madeMs - playedMs).toBeLessThan(1_000 + 2 * longestMs);
    const { length } = engine.requests;
    await clock.advance(600_000);
    expect(engine.requests.length).toBe(length);
    await stream.close();
  });
});
