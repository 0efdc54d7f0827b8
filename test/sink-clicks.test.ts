import { createMemorySink, createResampler, createSpeechStream } from "@parlando/core";
import { createEngine } from "@parlando/espeak";
import { assertNoClicks, createTestChunks, measureClicks } from "@parlando/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { LineSink } from "../packages/speaker/src/sink/line-sink.ts";
import { FakeLine } from "../packages/speaker/src/testing/fake-line.ts";

/** Voiced from end to end, so that an edge anywhere in it would click. */
const TEXT = "We were away a year ago, and our only alarm rang on and on in an empty room, all morning long.";

/** The embedded voice, at the rate of a line. */
async function speak(sampleRate: number): Promise<Float32Array> {
  const engine = createEngine();
  try {
    const sink = createMemorySink();
    const stream = createSpeechStream({ engines: [{ engine, voice: "en-us" }] }, { sink, latency: "smoothest" });
    await stream.feed(TEXT);
    stream.done();
    await stream.waitUntilDone();
    const resampler = createResampler(22_050, sampleRate);
    return Float32Array.from([...resampler.process(sink.samples()), ...resampler.flush()]);
  } finally {
    await engine.close();
  }
}

/** Where sound stops and begins: behind the last and before the first sample beside at least 4 ms of silence. */
function edgesOf(samples: readonly number[], sampleRate: number): number[] {
  const edges: number[] = [];
  let silentFrom: number | undefined = 0;
  samples.forEach((sample, frame) => {
    if (sample === 0) return void (silentFrom ??= frame);
    if (silentFrom !== undefined && frame - silentFrom > sampleRate / 250) edges.push(silentFrom, frame);
    silentFrom = undefined;
  });
  if (silentFrom !== undefined) edges.push(silentFrom);
  return edges;
}

const rates = [16_000, 22_050, 24_000, 48_000];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each(rates.flatMap((sampleRate) => [{ sampleRate, canCut: true }, { sampleRate, canCut: false }]))("a sink at $sampleRate Hz, canCut $canCut", ({ sampleRate, canCut }) => {
  function open(): { line: FakeLine; sink: LineSink } {
    const line = new FakeLine({ canCut, sampleRate });
    return { line, sink: new LineSink({ line, volume: 1, onClosed: (closed) => closed.close() }) };
  }

  let voice: Float32Array;
  let chunks: ReturnType<typeof createTestChunks>;
  beforeAll(async () => {
    vi.useRealTimers();
    voice = await speak(sampleRate);
    chunks = createTestChunks({ samples: voice, sampleRate, chunkFrames: Math.round(sampleRate / 50) });
  });

  async function writeAll(sink: LineSink): Promise<void> {
    for (const chunk of chunks) await sink.write(chunk);
    await sink.end();
  }

  /** A line that can take back plays nothing while it is empty; silence is put in where it stood still. */
  function expectNoClicks(line: FakeLine, least: number): void {
    const padding = Array.from({ length: Math.round(sampleRate / 4) }, () => 0);
    const recorded = [...padding, ...line.samples, ...padding];
    const edges = edgesOf(recorded, sampleRate);
    expect(edges.length).toBeGreaterThanOrEqual(least);
    assertNoClicks(Float32Array.from(recorded), sampleRate, { positions: edges });
  }

  const close = async (sink: LineSink): Promise<void> => {
    const closing = sink.close();
    await vi.advanceTimersByTimeAsync(400);
    await closing;
  };

  it("does not click where it is paused and goes on", async () => {
    const { line, sink } = open();
    const writing = writeAll(sink);
    for (const playMs of [311, 187, 402]) {
      await vi.advanceTimersByTimeAsync(playMs);
      const pausing = sink.pause();
      await vi.advanceTimersByTimeAsync(300);
      await pausing;
      // What a device plays of a line that is empty.
      if (canCut) line.put(new Float32Array(Math.round(sampleRate / 5 / line.blockFrames) * line.blockFrames));
      await vi.advanceTimersByTimeAsync(300);
      await sink.resume();
    }
    await vi.advanceTimersByTimeAsync(12_000);
    await writing;
    expectNoClicks(line, 8);
    await close(sink);
  });

  it("does not click where it is cleared", async () => {
    const { line, sink } = open();
    const writing = writeAll(sink).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(473);
    const clearing = sink.clear();
    await vi.advanceTimersByTimeAsync(300);
    await clearing;
    await writing;
    expectNoClicks(line, 2);
    await close(sink);
  });

  it("does not click where it runs dry and audio comes again", async () => {
    const { line, sink } = open();
    for (let index = 0; index < chunks.length; index += 25) {
      for (const chunk of chunks.slice(index, index + 25)) await Promise.race([sink.write(chunk), vi.advanceTimersByTimeAsync(400)]);
      await vi.advanceTimersByTimeAsync(1200);
      if (canCut) line.put(new Float32Array(Math.round(sampleRate / 5 / line.blockFrames) * line.blockFrames));
      await vi.advanceTimersByTimeAsync(400);
    }
    expectNoClicks(line, 6);
    await close(sink);
  });

  it("would click without its fades", () => {
    const quarter = Math.round(sampleRate / 4);
    const clicks = [3, 5, 7, 9, 11, 13].flatMap((place) => {
      const cut = new Float32Array(3 * quarter);
      cut.set(voice.subarray(place * quarter, (place + 1) * quarter), quarter);
      return measureClicks(cut, sampleRate, [quarter, 2 * quarter]).filter(({ db }) => db > 6);
    });
    expect(clicks.length).toBeGreaterThan(3);
  });
});
