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
const expected = (samples: Float32Array): number[] => [...samples].map((sample) => Math.round(sample * 32_768));

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
    expect(joined(sent)).toEqual(expected(samples));
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
    expect(joined(sent)).toEqual(expected(samples));
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
        played.splice(0, played.length, ...sent.filter((frame) => frame.startFrame < heard && frame.startFrame + frame.frames <= heard));
        expect(heard).toBe(played.at(-1) === undefined ? 0 : (played.at(-1)?.startFrame ?? 0) + (played.at(-1)?.frames ?? 0));
        sent.splice(0, sent.length, ...played);
        const sentBefore = sent.length;
        await clock.advance(random.integer(1, 700));
        expect(sent.length).toBe(sentBefore);
        expect(sink.playedFrames()).toBe(heard);
        await sink.resume();
      }
      await clock.runUntil(writing);
      expect(joined(sent)).toEqual(expected(samples));
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
        // Frame 25 was being played; what the far side holds beyond it is heard only where it cannot be dropped.
        expect(first).toBe(canDrop || leadMs === 0 ? 26 * 160 : sentBefore * 160);
        expect(clock.now() - startedMs).toBeLessThanOrEqual(canDrop ? 20 : leadMs + 20);
        expect(sink.playedFrames()).toBe(first);
        expect(drops).toBe(canDrop ? 1 : 0);
        await clock.advance(1_000);
        expect(sent.length).toBe(sentBefore);
      }
    }
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
