import { TTSError } from "@parlando/engine";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { noAudioDevice } from "../line/no-audio-device.ts";
import { FakeLine } from "../testing/fake-line.ts";
import { chunkOf, chunksOf, noise } from "../testing/signals.ts";
import { LineSink } from "./line-sink.ts";

const sampleRate = 48_000;
const frames = (ms: number): number => ms * 48;

function open(options: { canCut: boolean; volume?: number }): { line: FakeLine; sink: LineSink } {
  const line = new FakeLine(options);
  return { line, sink: new LineSink({ line, volume: options.volume ?? 1, onClosed: (closed) => closed.close() }) };
}

/** Writes everything as core would, and ends. */
async function playAll(sink: LineSink, wave: Int16Array): Promise<void> {
  for (const chunk of chunksOf(wave, { sampleRate, chunkMs: 20 })) await sink.write(chunk);
  await sink.end();
}

/** Waits for a promise while time goes by: what was put is heard before a sink is silent. */
async function passing<T>(promise: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(300);
  return promise;
}

const close = (sink: LineSink): Promise<void> => passing(sink.close());

/** What a line was given, without the silence around and inside it, as 16-bit steps. */
function sounding(line: FakeLine): number[] {
  return line.samples.filter((sample) => sample !== 0).map((sample) => sample * 32_768);
}

function codeOf(error: unknown): string | undefined {
  return TTSError.isInstance(error) ? error.code : undefined;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each([{ canCut: true }, { canCut: false }])("a sink on a line with canCut $canCut", ({ canCut }) => {
  it("plays every sample once and in order", async () => {
    const { line, sink } = open({ canCut });
    const wave = noise(frames(1000));
    const playing = playAll(sink, wave);
    await vi.advanceTimersByTimeAsync(2000);
    await playing;
    expect(sounding(line)).toEqual([...wave]);
    expect(sink.playedFrames()).toBe(wave.length);
    await close(sink);
  });

  it("holds the writer back at 200 ms, and lets it on as it plays", async () => {
    const { sink } = open({ canCut });
    let written = 0;
    const writing = (async () => {
      for (const chunk of chunksOf(noise(frames(1000)), { sampleRate, chunkMs: 20 })) {
        await sink.write(chunk);
        written += 20;
      }
    })();
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toBe(200);
    await vi.advanceTimersByTimeAsync(400);
    expect(written).toBeGreaterThanOrEqual(520);
    expect(written).toBeLessThanOrEqual(620);
    const refused = expect(writing).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await passing(sink.clear());
    await refused;
    await close(sink);
  });

  it("has a playhead that starts at 0, never falls and never passes what was written", async () => {
    const { sink } = open({ canCut });
    expect(sink.playedFrames()).toBe(0);
    await sink.write(chunkOf(noise(frames(100)), { sampleRate }));
    let last = 0;
    for (let step = 0; step < 40; step += 1) {
      await vi.advanceTimersByTimeAsync(10);
      expect(sink.playedFrames()).toBeGreaterThanOrEqual(last);
      last = sink.playedFrames();
      expect(last).toBeLessThanOrEqual(frames(100));
    }
    expect(last).toBe(frames(100));
    await close(sink);
  });

  it("loses and doubles no sample over pause and resume", async () => {
    const { line, sink } = open({ canCut });
    const wave = noise(frames(1000));
    const playing = playAll(sink, wave);
    for (let pause = 0; pause < 3; pause += 1) {
      await vi.advanceTimersByTimeAsync(173);
      await passing(sink.pause());
      await vi.advanceTimersByTimeAsync(300);
      const held = sink.playedFrames();
      await vi.advanceTimersByTimeAsync(300);
      expect(sink.playedFrames()).toBe(held);
      await sink.resume();
    }
    await vi.advanceTimersByTimeAsync(2000);
    await playing;
    const played = sounding(line);
    // A fade may round a sample or two to nothing; the others are where they belong, at most as loud as they were.
    expect(Math.abs(played.length - wave.length)).toBeLessThanOrEqual(6);
    expect(played.filter((sample, index) => sample === wave[index]).length).toBeGreaterThan(frames(170));
    expect(sink.playedFrames()).toBe(wave.length);
    expect(played.slice(-frames(100))).toEqual([...wave.subarray(-frames(100))]);
    await close(sink);
  });

  it("clears at once, settles who waits, and tells the first frame that is not played", async () => {
    const { line, sink } = open({ canCut });
    const wave = noise(frames(1000));
    const writing = sink.write(chunkOf(wave, { sampleRate }));
    const ending = sink.end();
    await vi.advanceTimersByTimeAsync(100);
    const first = await passing(sink.clear());
    await Promise.all([writing, ending]);
    expect(first).toBeGreaterThanOrEqual(frames(99));
    expect(first).toBeLessThanOrEqual(frames(165));
    await vi.advanceTimersByTimeAsync(500);
    expect(sounding(line).length).toBeLessThanOrEqual(first);
    expect(sink.playedFrames()).toBe(first);
    expect(await passing(sink.clear())).toBe(first);
    await expect(sink.write(chunkOf(wave, { sampleRate }))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await close(sink);
  });

  it("clears a paused sink", async () => {
    const { sink } = open({ canCut });
    const writing = sink.write(chunkOf(noise(frames(1000)), { sampleRate }));
    await vi.advanceTimersByTimeAsync(100);
    await passing(sink.pause());
    await vi.advanceTimersByTimeAsync(200);
    const held = sink.playedFrames();
    expect(await passing(sink.clear())).toBe(held);
    await writing;
    await close(sink);
  });

  it("fades out where the writer is late, and plays on without loss", async () => {
    const { line, sink } = open({ canCut });
    const wave = noise(frames(200));
    const chunks = chunksOf(wave, { sampleRate, chunkMs: 100 });
    for (const chunk of chunks) {
      await sink.write(chunk);
      await vi.advanceTimersByTimeAsync(400);
    }
    const played = sounding(line);
    expect(Math.abs(played.length - wave.length)).toBeLessThanOrEqual(4);
    const beforeGap = played.slice(frames(100) - 12, frames(100) - 4).map(Math.abs);
    expect(Math.max(...beforeGap)).toBeLessThan(100);
    await close(sink);
  });

  it("ends at once when nothing was written, and closes twice without harm", async () => {
    const { line, sink } = open({ canCut });
    await sink.end();
    await Promise.all([sink.close(), sink.close()]);
    await sink.close();
    expect(line.closed).toBe(1);
    await expect(sink.write(chunkOf(noise(10), { sampleRate }))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await expect(sink.end()).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives the line's failure to who waits and to who comes later", async () => {
    const { line, sink } = open({ canCut });
    const writing = sink.write(chunkOf(noise(frames(1000)), { sampleRate })).catch(codeOf);
    const ending = sink.end().catch(codeOf);
    await vi.advanceTimersByTimeAsync(50);
    line.failure = noAudioDevice("fake", "it was pulled out", "Plug it in.");
    await vi.advanceTimersByTimeAsync(50);
    expect(await writing).toBe("NO_AUDIO_DEVICE");
    expect(await ending).toBe("NO_AUDIO_DEVICE");
    expect(await sink.end().catch(codeOf)).toBe("NO_AUDIO_DEVICE");
    await passing(sink.clear());
    await close(sink);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("notices a device that takes nothing any more", async () => {
    const { line, sink } = open({ canCut });
    await sink.write(chunkOf(noise(frames(100)), { sampleRate }));
    const ending = sink.end().catch(codeOf);
    line.standsStill = true;
    await vi.advanceTimersByTimeAsync(4000);
    expect(await ending).toBe("NO_AUDIO_DEVICE");
    await close(sink);
  });

  it("changes the volume without a step", async () => {
    const { line, sink } = open({ canCut, volume: 0.5 });
    const level = new Int16Array(frames(600)).fill(16_384);
    const playing = playAll(sink, level);
    await vi.advanceTimersByTimeAsync(100);
    sink.setVolume(1);
    await vi.advanceTimersByTimeAsync(1000);
    await playing;
    const played = line.samples.filter((sample) => sample !== 0);
    expect(played[0]).toBeCloseTo(0.25, 3);
    expect(played.at(-1)).toBe(0.5);
    expect(Math.max(...played.map((sample, index) => Math.abs(sample - (played[index - 1] ?? sample))))).toBeLessThan(0.001);
    await close(sink);
  });
});

describe("when a sink has paused or is cleared", () => {
  it.each([{ canCut: true }, { canCut: false }])("it is silent, and who waits was let go at once (canCut $canCut)", async ({ canCut }) => {
    for (const stop of ["pause", "clear"] as const) {
      const { line, sink } = open({ canCut });
      let letGo = false;
      const writing = sink.write(chunkOf(noise(frames(1000)), { sampleRate })).then(() => (letGo = true));
      await vi.advanceTimersByTimeAsync(100);
      let heardAtStop = 0;
      const stopping = sink[stop]().then(() => (heardAtStop = sink.playedFrames()));
      await vi.advanceTimersByTimeAsync(0);
      expect(letGo).toBe(stop === "clear");
      await passing(stopping);
      const silentFrom = line.samples.findLastIndex((sample) => sample !== 0) + 1;
      expect(line.heardFrames()).toBeGreaterThanOrEqual(silentFrom);
      expect(sink.playedFrames()).toBe(heardAtStop);
      await close(sink);
      await writing;
    }
  });

  it("a pause that is taken back at once is over at once", async () => {
    const { sink } = open({ canCut: false });
    const playing = playAll(sink, noise(frames(300)));
    await vi.advanceTimersByTimeAsync(100);
    const pausing = sink.pause();
    await sink.resume();
    await vi.advanceTimersByTimeAsync(5);
    await pausing;
    await passing(playing);
    await close(sink);
  });
});

describe("what a sink refuses", () => {
  it.each([
    { sampleRate: 24_000, name: "another rate" },
    { sampleRate: 44_100, name: "a third rate" },
  ])("refuses $name", async (chunk) => {
    const { sink } = open({ canCut: true });
    await expect(sink.write(chunkOf(noise(100), chunk))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await close(sink);
  });

  it("refuses more than it may hold when nobody waits", async () => {
    const { sink } = open({ canCut: true });
    const minutes = chunkOf(new Int16Array(sampleRate * 400), { sampleRate });
    const writes = [sink.write(minutes), sink.write(minutes)];
    await expect(sink.write(minutes)).rejects.toMatchObject({ code: "BUFFER_FULL" });
    await passing(sink.clear());
    await Promise.all(writes);
    await close(sink);
  });
});
