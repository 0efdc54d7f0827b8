import { createSpeechStream, type SpeechStream } from "@parlando/core";
import type { AudioFormat, Engine } from "@parlando/engine";
import { createRandom } from "@parlando/testkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FakeLine } from "../testing/fake-line.ts";
import { noise } from "../testing/signals.ts";
import { LineSink } from "./line-sink.ts";

const sampleRate = 24_000;
const stepMs = 2;
const text = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.";

/** Speaks noise without a moment of silence in it, in blocks that are made as late as they are told to be. */
function createStutteringEngine(delaysMs: readonly number[], blockMs: number): Engine {
  const format: AudioFormat = { encoding: "pcm-f32le", sampleRate, channels: 1 };
  const blockFrames = (blockMs * sampleRate) / 1000;
  return {
    contract: "parlando/1",
    id: "stuttering",
    capabilities: {
      input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: {}, prosody: [], runsIn: ["node"],
      cancelCost: "none", cost: { startMs: 20, perCharacterMs: 5 }, deterministic: true,
    },
    async *synthesize() {
      yield { type: "start", format };
      for (const [index, delayMs] of delaysMs.entries()) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        yield { type: "pcm", samples: Float32Array.from(noise(blockFrames, index + 1), (sample) => sample / 32_768) };
      }
    },
    close: async () => undefined,
  };
}

/** Stretches of silence between the first and the last sound, as the listener hears them while time goes by, in milliseconds. */
async function listen(line: FakeLine, done: Promise<unknown>): Promise<number[]> {
  const gaps: number[] = [];
  let isDone = false;
  let silentMs: number | undefined;
  void done.finally(() => (isDone = true));
  while (!isDone) {
    await vi.advanceTimersByTimeAsync(stepMs);
    const heard = line.heardFrames();
    const around = line.samples.slice(heard, heard + (stepMs * sampleRate) / 1000);
    if (around.every((sample) => sample === 0)) {
      if (silentMs !== undefined) silentMs += stepMs;
      continue;
    }
    if (silentMs !== undefined && silentMs > 0) gaps.push(silentMs);
    silentMs = 0;
  }
  return gaps;
}

/** Plays what an engine says, and tells what was heard beside what was reported. */
async function play(engine: Engine, canCut: boolean): Promise<{ gaps: number[]; report: Awaited<ReturnType<SpeechStream["waitUntilDone"]>> }> {
  const line = new FakeLine({ canCut, sampleRate });
  const sink = new LineSink({ line, volume: 1, onClosed: (closed) => closed.close() });
  const stream = createSpeechStream({ engines: [{ engine }] }, { sink, latency: "smoothest", prebufferMs: 0 });
  void stream.feed(text);
  stream.done();
  const finished = stream.waitUntilDone();
  const gaps = await listen(line, finished);
  const closing = sink.close();
  await vi.advanceTimersByTimeAsync(400);
  await closing;
  return { gaps, report: await finished };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each([{ canCut: true }, { canCut: false }])("underruns on a line with canCut $canCut", ({ canCut }) => {
  it("are none where the engine is in time", async () => {
    const { gaps, report } = await play(createStutteringEngine(Array.from({ length: 20 }, () => 30), 100), canCut);
    expect(gaps).toEqual([]);
    expect(report).toMatchObject({ underruns: 0, underrunMs: 0 });
  });

  it("are reported as they are heard: as many, and as long", async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const random = createRandom(seed);
      // Every fourth block is late by so much that nothing of the ones before is left.
      const delays = Array.from({ length: 16 }, (_, index) => (index % 4 === 3 ? random.integer(700, 1_100) : random.integer(5, 30)));
      const { gaps, report } = await play(createStutteringEngine(delays, 100), canCut);
      expect(gaps.length).toBe(4);
      expect(report.underruns).toBe(gaps.length);
      // By a step of listening and by the turns of the line's timer, for each.
      expect(Math.abs(report.underrunMs - sum(gaps))).toBeLessThanOrEqual(gaps.length * 25);
    }
  });
});
