import { createCondition, systemClock, type Condition } from "@parlando/core";
import { readAudioFrame, wireLimits } from "@parlando/protocol";
import { createTestChunk } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { Outbox } from "./outbox.ts";
import { createSocketSink, type SocketSink } from "./socket-sink.ts";

interface Bench {
  readonly sink: SocketSink;
  /** Frames of each message, and where it begins. */
  readonly frames: { startFrame: number; frames: number }[];
  readonly taken: Condition;
  isFull: boolean;
  isOpen: boolean;
  /** What the sink has told to have sent. */
  sentMs: number;
  held: number;
}

function createBench({ windowMs = 100 }: { windowMs?: number } = {}): Bench {
  const frames: Bench["frames"] = [];
  const taken = createCondition();
  const outbox: Outbox = {
    text: () => undefined,
    binary: (bytes) => {
      const frame = readAudioFrame(bytes);
      if (frame !== undefined) frames.push({ startFrame: frame.startFrame, frames: frame.payload.length / 2 });
    },
    get isOpen() {
      return bench.isOpen;
    },
    get isFull() {
      return bench.isFull;
    },
    takenAtMs: 0,
    taken: () => taken.wait(),
  };
  const onHeld = (): (() => void) => {
    bench.held += 1;
    return () => (bench.held -= 1);
  };
  const sink = createSocketSink({ utterance: 1, encoding: "pcm-s16le", windowMs, outbox, clock: systemClock, onFormat: () => undefined, onSent: (ms) => (bench.sentMs += ms), onHeld });
  const bench: Bench = { sink, frames, taken, isFull: false, isOpen: true, sentMs: 0, held: 0 };
  return bench;
}

const chunkOf = (frames: number): ReturnType<typeof createTestChunk> => createTestChunk({ samples: new Float32Array(frames), sampleRate: 10_000 });
/** Lets what is waiting go on. */
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe("the sink of a socket", () => {
  it("cuts a chunk at the window, and sends no crumbs", async () => {
    const { sink, frames } = createBench();
    const written = sink.write(chunkOf(1_500));
    await turn();
    expect(frames).toEqual([{ startFrame: 0, frames: 1_000 }]);
    sink.played(100);
    await turn();
    expect(frames).toHaveLength(1);
    sink.played(200);
    await turn();
    expect(frames[1]).toEqual({ startFrame: 1_000, frames: 200 });
    sink.played(1_200);
    await written;
    expect(frames[2]).toEqual({ startFrame: 1_200, frames: 300 });
    expect(sink.credit.sentFrames).toBe(1_500);
  });

  it("sends what is less than a crumb when it is all there is", async () => {
    const { sink, frames } = createBench();
    await sink.write(chunkOf(995));
    const written = sink.write(chunkOf(10));
    sink.played(5);
    await written;
    expect(frames.at(-1)).toEqual({ startFrame: 995, frames: 10 });
  });

  it("cuts what is longer than a message may be", async () => {
    const { sink, frames } = createBench({ windowMs: 30_000 });
    await sink.write(chunkOf(70_000));
    expect(frames.every((frame) => frame.frames * 2 <= wireLimits.frameBytes)).toBe(true);
    expect(frames.reduce((sum, frame) => sum + frame.frames, 0)).toBe(70_000);
  });

  it("sends nothing to a socket that has closed, and counts nothing of it", async () => {
    const bench = createBench();
    await bench.sink.write(chunkOf(10));
    bench.isOpen = false;
    const written = bench.sink.write(chunkOf(20));
    await turn();
    expect([bench.frames.length, bench.sentMs, bench.sink.credit.sentFrames]).toEqual([1, 1, 10]);
    await bench.sink.close();
    await written;
    expect([bench.frames.length, bench.sentMs, bench.sink.credit.sentFrames]).toEqual([1, 1, 10]);
  });

  it("waits for a socket that is full, and counts that", async () => {
    const bench = createBench();
    bench.isFull = true;
    const written = bench.sink.write(chunkOf(10));
    await turn();
    expect([bench.frames.length, bench.held]).toEqual([0, 1]);
    bench.isFull = false;
    bench.taken.notify();
    await written;
    expect([bench.frames.length, bench.held]).toEqual([1, 0]);
  });

  it("holds while it is paused, and keeps the order of writes", async () => {
    const { sink, frames } = createBench();
    await sink.pause();
    const written = [sink.write(chunkOf(10)), sink.write(chunkOf(20))];
    await turn();
    expect(frames).toEqual([]);
    await sink.resume();
    await Promise.all(written);
    expect(frames).toEqual([{ startFrame: 0, frames: 10 }, { startFrame: 10, frames: 20 }]);
  });

  it("settles what waits when it is cleared, answers what was played, and takes no more", async () => {
    const { sink, frames } = createBench();
    const written = sink.write(chunkOf(5_000));
    await turn();
    sink.played(400);
    const sent = sink.credit.sentFrames;
    expect(await sink.clear()).toBe(400);
    await written;
    sink.played(900);
    await turn();
    expect(frames.reduce((sum, frame) => sum + frame.frames, 0)).toBe(sent);
    await expect(sink.write(chunkOf(1))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await sink.close();
    expect(await sink.clear()).toBe(900);
  });

  it("ends when all was sent, and tells of the wait", async () => {
    const { sink } = createBench();
    void sink.write(chunkOf(1_001));
    const ended = sink.end();
    await turn();
    expect(sink.waitedMs()).toBeGreaterThanOrEqual(0);
    sink.played(1_000);
    await ended;
    expect(sink.waitedMs()).toBe(0);
    expect(sink.playedFrames()).toBe(1_000);
    await expect(sink.write(chunkOf(1))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });
});
