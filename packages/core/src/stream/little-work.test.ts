import { createFakeClock, createPacedSink, createScriptedEngine, expectedSamples } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { callAfter, type Clock } from "../clock.ts";
import { textForTheEar } from "../text/text-for-the-ear.ts";
import { createSpeechStream } from "./create-speech-stream.ts";

const TEXT = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty.";

/** A clock that counts who lets the event loop go on. */
function countTurns(clock: Clock): { readonly clock: Clock; turns: number } {
  const counted = {
    turns: 0,
    clock: {
      now: () => clock.now(),
      after: (ms: number, callback: () => void) => callAfter(clock, ms, callback),
      sleep(ms: number, signal?: AbortSignal) {
        if (ms <= 0) counted.turns += 1;
        return clock.sleep(ms, signal);
      },
    },
  };
  return counted;
}

describe("a stream does little for a chunk", () => {
  it("asks the sink where it is a few times at most", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    let asks = 0;
    let chunks = 0;
    const counted = {
      ...sink,
      playedFrames: () => ((asks += 1), sink.playedFrames()),
      write: (chunk: AudioChunk) => ((chunks += 1), sink.write(chunk)),
    };
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock, realTimeFactor: 0.5, chunkMs: 100 }) }], clock }, { sink: counted, latency: "smoothest" });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(chunks).toBeGreaterThan(60);
    expect(asks / chunks).toBeLessThan(3);
  });

  it("does not wait for another turn of the event loop where nothing is there, nor where a whole chunk is", async () => {
    const clock = createFakeClock();
    const counted = countTurns(clock);
    const engine = createScriptedEngine({ clock, startMs: 0, realTimeFactor: 0.9, chunkMs: 100 });
    let chunks = 0;
    const stream = createSpeechStream({ engines: [{ engine }], clock: counted.clock }, { latency: "smoothest", onChunk: () => void (chunks += 1) });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(chunks).toBeGreaterThan(60);
    expect(counted.turns / chunks).toBeLessThan(0.5);
  });
});

describe("text that a stage has made of little", () => {
  for (const latency of ["soonest", "balanced", "smoothest"] as const) {
    it(`is spoken to its end when all that was fed is taken: ${latency}`, async () => {
      const clock = createFakeClock();
      const say = "The ferry left the harbour at seven in the morning and nobody had slept. The captain knew the strait better than any map. She kept her eyes on a line of cloud.";
      const engine = createScriptedEngine({ clock, startMs: 300, realTimeFactor: 0.01, output: "whole" });
      const stages = textForTheEar({ pronunciations: [{ word: "TOS", say }] });
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency, textStages: stages, sink: "pull" });
      void stream.feed("TOS");
      stream.done();
      const reading = (async () => {
        let audioMs = 0;
        for await (const chunk of stream) {
          audioMs += chunk.durationMs;
          await clock.sleep(5);
        }
        return audioMs;
      })();
      const wholeMs = (expectedSamples(say).length * 1_000) / 24_000;
      expect(await clock.runUntil(reading, { maxMs: 60_000 })).toBeGreaterThan(wholeMs * 0.8);
      expect(clock.now()).toBeLessThan(5_000);
    });
  }
});

describe("the first request", () => {
  it("is sent in the turn of the event loop in which text was fed, when whoever has fed has gone on", async () => {
    const engine = createScriptedEngine({ startMs: 1, realTimeFactor: 0.01 });
    const stream = createSpeechStream({ engines: [{ engine }] }, { latency: "smoothest", onChunk: () => undefined });
    const told: string[] = [];
    const turn = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void told.push("another turn"));
    await stream.feed("One two");
    await stream.feed(" three four.");
    stream.done();
    stream.on("segment", ({ text }) => told.push(text));
    await turn;
    expect(told).toEqual(["One two three four.", "another turn"]);
    await stream.waitUntilDone();
  });
});

describe("a taker who is faster than a listener", () => {
  for (const latency of ["soonest", "balanced", "smoothest"] as const) {
    it(`is not kept waiting for what a listener would still have to hear: ${latency}`, async () => {
      const clock = createFakeClock();
      const engine = createScriptedEngine({ clock, startMs: 200, realTimeFactor: 0.1, chunkMs: 100 });
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { latency, onChunk: () => undefined });
      void stream.feed(Array.from({ length: 12 }, () => TEXT).join(" "));
      stream.done();
      const { audioMs, elapsedMs, segments } = await clock.runUntil(stream.waitUntilDone());
      expect(audioMs).toBeGreaterThan(60_000);
      // Every segment begins anew; what comes on top is what was waited for.
      expect(elapsedMs).toBeLessThan(audioMs * 0.1 + segments * 200 + 300);
    });
  }
});
