import { createFakeClock, createRandom, createTestChunks, type FakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createFrameSink, type FrameSinkOptions, type SentFrame } from "./frame-sink.ts";
import type { Sink } from "./sink.ts";

const RATE = 8000;

interface Sent extends SentFrame {
  readonly samples: Int16Array;
  readonly atMs: number;
}

interface Rig {
  readonly clock: FakeClock;
  readonly sink: Sink;
  readonly sent: Sent[];
}

/** A sink whose frames are kept with the time at which they were sent. */
function setUp(options: Partial<FrameSinkOptions> = {}): Rig {
  const clock = createFakeClock();
  const sent: Sent[] = [];
  const send = (bytes: Uint8Array<ArrayBuffer>, frame: SentFrame): void => void sent.push({ ...frame, samples: new Int16Array(bytes.buffer), atMs: clock.now() });
  return { clock, sent, sink: createFrameSink({ send, sampleRate: RATE, clock, ...options }) };
}

/** Samples that count, so that a lost or repeated one shows. */
function counting(ms: number): Float32Array {
  return Float32Array.from({ length: (ms * RATE) / 1000 }, (_, index) => ((index % 30_000) + 1) / 32_768);
}

const chunksOf = (samples: Float32Array, chunkMs = 100): AudioChunk[] => createTestChunks({ samples, sampleRate: RATE, chunkFrames: (chunkMs * RATE) / 1000 });

async function writeAll(sink: Sink, chunks: readonly AudioChunk[]): Promise<void> {
  for (const chunk of chunks) await sink.write(chunk);
}

const joined = (sent: readonly Sent[]): number[] => sent.flatMap(({ samples, frames }) => [...samples.subarray(0, frames)]);
const whole = (samples: Float32Array): number[] => [...samples].map((sample) => Math.round(sample * 32_768) + 0);

/** Fails where a sample of the stream is missing, doubled or other than it was, except in the 5 ms beside a break. */
function expectTheSameButFades(sent: readonly Sent[], samples: Float32Array): void {
  const wanted = whole(samples);
  const got = joined(sent);
  expect(got.length).toBe(wanted.length);
  const faded = new Set<number>();
  for (const [index, { startFrame, frames }] of sent.entries()) {
    if (frames === 160 || index === sent.length - 1) continue;
    for (let frame = startFrame + frames - 40; frame < startFrame + frames + 40; frame += 1) faded.add(frame);
  }
  expect(got.findIndex((sample, frame) => sample !== wanted[frame] && !faded.has(frame))).toBe(-1);
}

describe("frames, in time", () => {
  it("leave one by one, every 20 ms, the last one filled up with silence", async () => {
    const { clock, sink, sent } = setUp();
    const samples = counting(1005);
    const writing = writeAll(sink, chunksOf(samples)).then(() => sink.end());
    await clock.runUntil(writing);
    expect(sent.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 51 }, (_, index) => index * 20));
    expect(sent.map(({ timeMs }) => timeMs)).toEqual(sent.map(({ atMs }) => atMs));
    expect(sent.every((frame) => frame.samples.length === 160)).toBe(true);
    expect([...(sent.at(-1)?.samples.subarray(40) ?? [])].every((sample) => sample === 0)).toBe(true);
    expect(joined(sent)).toEqual(whole(samples));
    expect(sink.playedFrames()).toBe(samples.length);
    expect(clock.now()).toBe(1020);
  });

  it("leave ahead of their time where the far side has a buffer to fill", async () => {
    const { clock, sink, sent } = setUp({ leadMs: 100 });
    await clock.runUntil(writeAll(sink, chunksOf(counting(600))).then(() => sink.end()));
    expect(sent.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 30 }, (_, index) => Math.max(0, index * 20 - 100)));
    expect(sent.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 30 }, (_, index) => index * 20));
    expect(clock.now()).toBe(600);
  });

  it("do not drift when every timer is late, and make up for a hold-up only so far", async () => {
    const clock = createFakeClock();
    const random = createRandom(7);
    let heldUpMs = 0;
    // Timers come up to 15 ms late; a busy event loop is time in which nothing runs at all.
    const late = { now: () => clock.now() + heldUpMs, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms + random.next() * 15, signal) };
    const sent: { atMs: number; timeMs: number }[] = [];
    const sink = createFrameSink({ clock: late, sampleRate: RATE, send: (_bytes, { timeMs }) => void sent.push({ atMs: late.now(), timeMs }) });
    const writing = writeAll(sink, chunksOf(counting(20_000))).then(() => sink.end());
    await clock.advance(9_990);
    const before = sent.length;
    expect(sent.every(({ atMs, timeMs }) => atMs - timeMs >= -0.5 && atMs - timeMs <= 16)).toBe(true);
    expect(before).toBe(500);
    heldUpMs = 1_000;
    await clock.runUntil(writing);
    expect(sent.filter(({ atMs }) => atMs === sent[before]?.atMs).length).toBeLessThanOrEqual(6);
    // All that follows is later by what was not made up for, and by nothing else.
    const shiftMs = (sent.at(-1)?.timeMs ?? 0) - (sent.length - 1) * 20;
    expect(shiftMs).toBeGreaterThan(850);
    expect(shiftMs).toBeLessThan(1_000);
    expect(sent.slice(before + 10).every(({ atMs, timeMs }) => atMs - timeMs >= -0.5 && atMs - timeMs <= 16)).toBe(true);
  });

  it("begin anew after the writer was late, and the playhead waits for him", async () => {
    const { clock, sink, sent } = setUp();
    const samples = counting(250);
    const chunks = chunksOf(samples, 50);
    void writeAll(sink, chunks.slice(0, 1));
    await clock.advance(500);
    expect(sink.playedFrames()).toBe(400);
    void writeAll(sink, chunks.slice(1)).then(() => sink.end());
    await clock.advance(110);
    expect(sink.playedFrames()).toBe(400 + 880);
    await clock.advance(500);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 20, 40, ...Array.from({ length: 10 }, (_, index) => 500 + index * 20)]);
    expect(sent[2]).toMatchObject({ frames: 80, startFrame: 320 });
    expectTheSameButFades(sent, samples);
  });
});

describe("frames that are held or dropped", () => {
  it.each([{}, { leadMs: 200, drop: () => undefined }])("lose nothing over many pauses: %o", async (options) => {
    const samples = counting(6_000);
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = createRandom(seed);
      const { clock, sink, sent } = setUp(options);
      const played: Sent[] = [];
      const writing = writeAll(sink, chunksOf(samples)).then(() => sink.end());
      for (let round = 0; round < 8; round += 1) {
        await clock.advance(random.integer(1, 700));
        await clock.runUntil(sink.pause());
        const heard = sink.playedFrames() ?? 0;
        // What the far side has dropped is sent again.
        played.splice(0, played.length, ...sent.filter((frame) => frame.startFrame + frame.frames <= heard));
        const last = played.findLast(({ frames }) => frames > 0);
        expect(heard).toBe(last === undefined ? 0 : last.startFrame + last.frames);
        sent.splice(0, sent.length, ...played);
        const sentBefore = sent.length;
        await clock.advance(random.integer(1, 700));
        expect(sent.length).toBe(sentBefore);
        expect(sink.playedFrames()).toBe(heard);
        await sink.resume();
      }
      await clock.runUntil(writing);
      expectTheSameButFades(sent, samples);
    }
  });

  it("are not sent after clear(), which knows the first one that is not heard", async () => {
    for (const leadMs of [0, 100]) {
      for (const canDrop of [true, false]) {
        let drops = 0;
        const { clock, sink, sent } = setUp({ leadMs, ...(canDrop ? { drop: () => void (drops += 1) } : {}) });
        const writing = writeAll(sink, chunksOf(counting(2_000))).catch(() => undefined);
        await clock.advance(510);
        const sentBefore = sent.length;
        const startedMs = clock.now();
        const first = await clock.runUntil(sink.clear());
        await clock.runUntil(writing);
        // Frame 25 was being played, and what comes after it is silence behind a fade; what the far side holds beyond it is heard only where it cannot be dropped.
        expect(first).toBe(canDrop || leadMs === 0 ? 26 * 160 : sentBefore * 160);
        expect(clock.now() - startedMs).toBeLessThanOrEqual(canDrop ? 20 : leadMs + 20);
        expect(sink.playedFrames()).toBe(first);
        expect(drops).toBe(canDrop ? 1 : 0);
        expect(sent.length).toBe(sentBefore + 1);
        expect(sent.at(-1)).toMatchObject({ frames: 0, startFrame: first });
        await clock.advance(1_000);
        expect(sent.length).toBe(sentBefore + 1);
      }
    }
  });
});

describe("a sound that is broken off", () => {
  /** A tone in the middle of its swing wherever it is cut. */
  const tone = (ms: number): Float32Array => Float32Array.from({ length: (ms * RATE) / 1000 }, (_, index) => 0.4 * Math.sin(index * 0.31 + 1));
  const goesOnFor5Ms = (frame: Sent | undefined): void => {
    const { samples, startFrame = 0 } = frame ?? { samples: new Int16Array(160) };
    const going = Array.from({ length: 40 }, (_, index) => 0.4 * Math.sin((startFrame + index) * 0.31 + 1) * 16_384 * (1 + Math.cos((Math.PI * (index + 0.5)) / 40)));
    expect(Math.max(...going.map((sample, index) => Math.abs(sample - (samples[index] ?? 0))))).toBeLessThan(300);
    expect(samples.subarray(40).every((sample) => sample === 0)).toBe(true);
  };

  it("goes on for 5 ms and fades, when it is time, and pause() does not resolve before; it fades in where it goes on", async () => {
    const { clock, sink, sent } = setUp();
    void writeAll(sink, chunksOf(tone(1_000)));
    await clock.advance(207);
    await clock.runUntil(sink.pause());
    expect(clock.now()).toBe(220);
    expect(sent.at(-1)).toMatchObject({ index: 11, startFrame: 1760, frames: 0, timeMs: 220, atMs: 220 });
    goesOnFor5Ms(sent.at(-1));
    expect(sink.playedFrames()).toBe(1760);
    await clock.advance(300);
    expect(sent.length).toBe(12);
    await sink.resume();
    await clock.advance(1);
    expect(sent[12]).toMatchObject({ index: 12, startFrame: 1760, frames: 160, timeMs: 520 });
    expect(Math.abs(sent[12]?.samples[0] ?? 99)).toBeLessThan(50);
    expect([...(sent[12]?.samples.subarray(40) ?? [])]).toEqual(whole(tone(1_000).subarray(1800, 1920)));
  });

  it("is not broken off by a pause that is taken back before anything is missing", async () => {
    const { clock, sink, sent } = setUp();
    const writing = writeAll(sink, chunksOf(tone(1_000))).then(() => sink.end());
    await clock.advance(203);
    const pausing = sink.pause();
    await clock.advance(10);
    await sink.resume();
    await clock.runUntil(pausing);
    await clock.runUntil(writing);
    expect(sent.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 50 }, (_, index) => index * 20));
    expect(joined(sent)).toEqual(whole(tone(1_000)));
  });

  it.each([{ ms: 100, at: 100, frames: 0 }, { ms: 105, at: 100, frames: 40 }, { ms: 118, at: 100, frames: 144 }])("fades where the writer is late after $ms ms", async ({ ms, at, frames }) => {
    const { clock, sink, sent } = setUp();
    const samples = tone(400);
    void writeAll(sink, chunksOf(samples.subarray(0, ms * 8)));
    await clock.advance(300);
    expect(sent.length).toBe(6);
    expect(sent.at(-1)).toMatchObject({ startFrame: 800, frames, atMs: at });
    if (frames === 0) goesOnFor5Ms(sent.at(-1));
    expect(Math.abs(sent.at(-1)?.samples.at(-1) ?? 99)).toBeLessThan(50);
    expect(sink.playedFrames()).toBe(ms * 8);
    void writeAll(sink, chunksOf(samples.subarray(ms * 8))).then(() => sink.end());
    await clock.advance(1_000);
    expect(Math.abs(sent[6]?.samples[0] ?? 99)).toBeLessThan(50);
    expectTheSameButFades(sent, samples);
  });

  it("is left as it is where it ends in silence, or at the end of the stream", async () => {
    const { clock, sink, sent } = setUp();
    const quietEnd = tone(200);
    quietEnd.fill(0, 185 * 8, 200 * 8);
    const loudEnd = tone(190);
    void writeAll(sink, chunksOf(quietEnd));
    await clock.advance(300);
    expect(sent.length).toBe(10);
    void writeAll(sink, chunksOf(loudEnd)).then(() => sink.end());
    await clock.advance(300);
    await sink.close();
    await clock.advance(300);
    expect(sent.length).toBe(20);
    expect(joined(sent)).toEqual([...whole(quietEnd), ...whole(loudEnd)]);
  });

  it("gets no fade when it has been silent for longer than a frame, and none from a sink that has failed", async () => {
    const clock = createFakeClock();
    let heldUpMs = 0;
    const busy = { now: () => clock.now() + heldUpMs, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal) };
    let frames = 0;
    const sink = createFrameSink({ clock: busy, sampleRate: RATE, send: () => void (frames += 1) });
    void writeAll(sink, chunksOf(tone(100)));
    await clock.advance(85);
    heldUpMs = 50;
    await clock.advance(500);
    expect(frames).toBe(5);
    await sink.close();
    expect(frames).toBe(5);
  });

  it("is ended by close() too, and no later", async () => {
    const { clock, sink, sent } = setUp();
    writeAll(sink, chunksOf(tone(1_000))).catch(() => undefined);
    await clock.advance(203);
    await clock.runUntil(sink.close());
    expect(clock.now()).toBe(220);
    goesOnFor5Ms(sent.at(-1));
    await clock.advance(500);
    expect(sent.length).toBe(12);
  });
});

describe("a far side that does not take frames", () => {
  it("fails the sink with CONSUMER_FAILED when send throws or rejects", async () => {
    const cause = new RangeError("gone");
    for (const send of [() => { throw cause; }, () => Promise.reject(cause)]) {
      const { clock, sink } = setUp({ send });
      const writing = writeAll(sink, chunksOf(counting(500)));
      await expect(clock.runUntil(writing)).rejects.toMatchObject({ code: "CONSUMER_FAILED", cause });
      await expect(sink.end()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
    }
  });

  it("is not sent more than a second of audio that it has not taken", async () => {
    let frames = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { clock, sink } = setUp({ send: () => ((frames += 1), held) });
    const writing = writeAll(sink, chunksOf(counting(5_000))).then(() => sink.end());
    await clock.advance(10_000);
    expect(frames).toBe(50);
    release();
    await clock.runUntil(writing);
    expect(frames).toBe(250);
  });

  it.each([{ frameMs: 0 }, { leadMs: -1 }, { catchUpMs: Number.NaN }, { sampleRate: 0 }, { channels: 1.5 }])("refuses %o", (options) => {
    expect(() => createFrameSink({ send: () => undefined, ...options })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
