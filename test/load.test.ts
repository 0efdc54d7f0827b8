// Many streams in one process, in real time: every sample right, and nothing left behind. How fast that is, `bench/load.bench.mjs` tells.

import { createSpeechStream } from "@parlando/core";
import { createPacedSink, createScriptedEngine, expectedSamples, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";

const STREAMS = 150;
/** Around the place where two segments meet, samples may be fainter than they were made: 5 ms at 24 kHz. */
const FADE_FRAMES = 120;

const WORD_MS = 100;

const texts = Array.from({ length: 10 }, (_, index) => numberedText({ words: 20, sentenceWords: 7, first: 20 * index })).map((text) => ({ text, samples: expectedSamples(text, { wordMs: WORD_MS }) }));

/** Timers and handles; what vitest itself holds is there before and after. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function countWrong(heard: Float32Array, expected: Float32Array, joins: readonly number[]): number {
  let wrong = 0;
  for (const [frame, want] of expected.entries()) {
    const got = heard[frame] ?? Number.NaN;
    const isFaded = Math.abs(got) <= Math.abs(want) && joins.some((join) => Math.abs(frame - join) <= FADE_FRAMES);
    if (got !== want && !isFaded) wrong += 1;
  }
  return wrong;
}

/** A signal that counts who listens to it. */
function createCountedSignal(): { signal: AbortSignal; listeners: () => number } {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners += 1;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    removeEventListener.apply(signal, given);
  };
  return { signal, listeners: () => listeners };
}

async function speak(engine: ReturnType<typeof createScriptedEngine>, index: number): Promise<{ wrong: number; missing: number; listeners: number }> {
  const { text, samples } = texts[index % texts.length] ?? { text: "", samples: new Float32Array(0) };
  const sink = createPacedSink();
  const joins = new Map<number, number>();
  const { signal, listeners } = createCountedSignal();
  const stream = createSpeechStream({ engines: [{ engine }] }, { sink, signal });
  expect(listeners()).toBeGreaterThan(0);
  stream.on("chunk", (chunk) => {
    for (const segment of chunk.segments) if (!joins.has(segment.index)) joins.set(segment.index, chunk.startFrame + segment.offsetFrames);
  });
  for (let at = 0; at < text.length; at += 16) await stream.feed(text.slice(at, at + 16));
  stream.done();
  await stream.waitUntilDone();
  const heard = sink.played();
  await stream.close();
  await sink.close();
  return { wrong: countWrong(heard, samples, [...joins.values(), samples.length]), missing: samples.length - heard.length, listeners: listeners() };
}

describe("many streams at once", () => {
  it("hear every sample, and leave no timer, listener or handle behind", { timeout: 120_000 }, async () => {
    const before = resources();
    const engine = createScriptedEngine({ startMs: 50, realTimeFactor: 0.5, chunkMs: 100, wordMs: WORD_MS, limits: { concurrency: 3 * STREAMS } });
    const heard = await Promise.all(Array.from({ length: STREAMS }, (_, index) => speak(engine, index)));
    expect(heard.reduce((sum, { wrong }) => sum + wrong, 0)).toBe(0);
    expect(heard.filter(({ missing }) => missing !== 0)).toEqual([]);
    expect(heard.filter(({ listeners }) => listeners !== 0)).toEqual([]);
    expect(engine.activeRequests).toBe(0);
    await engine.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const left = [...resources()].filter(([name, count]) => count > (before.get(name) ?? 0));
    expect(left).toEqual([]);
  });

  it("are all served by an engine that speaks for a few at a time, and end cleanly when they are closed in the middle", { timeout: 120_000 }, async () => {
    const before = resources();
    const engine = createScriptedEngine({ startMs: 5, realTimeFactor: 0.02, wordMs: WORD_MS, limits: { concurrency: 4 } });
    const served = await Promise.all(Array.from({ length: STREAMS }, async (_, index) => {
      const sink = createPacedSink({ record: false });
      const stream = createSpeechStream({ engines: [{ engine }] }, { sink });
      void stream.feed(texts[index % texts.length]?.text ?? "");
      stream.done();
      if (index % 3 === 0) {
        stream.waitUntilDone().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 5 * index));
        await stream.close();
      } else {
        await stream.waitUntilDone();
      }
      const frames = sink.playedFrames();
      await sink.close();
      return { isClosed: index % 3 === 0, frames };
    }));
    expect(served.filter(({ isClosed, frames }) => !isClosed && frames !== (20 * WORD_MS * 24_000) / 1000)).toEqual([]);
    expect(engine.activeRequests).toBe(0);
    expect(engine.maxActive).toBeLessThanOrEqual(4);
    await engine.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...resources()].filter(([name, count]) => count > (before.get(name) ?? 0))).toEqual([]);
  });
});
