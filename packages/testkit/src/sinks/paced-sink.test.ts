import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createTestChunk, createTestChunks } from "../audio/test-chunk.ts";
import { createFakeClock } from "../clock/fake-clock.ts";
import { createPacedSink } from "./paced-sink.ts";

const ramp = (frames: number): Float32Array => Float32Array.from({ length: frames }, (_, frame) => frame / 65_536);
/** 100 ms at 24 kHz. */
const chunks = createTestChunks({ samples: ramp(12_000), chunkFrames: 2400 });

async function writeAll(sink: ReturnType<typeof createPacedSink>, parts = chunks): Promise<void> {
  for (const chunk of parts) await sink.write(chunk);
  await sink.end();
}

describe("createPacedSink", () => {
  it("plays every sample in real time, 20 ms at a time", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    await clock.runUntil(writeAll(sink));
    expect(clock.now()).toBe(500);
    expect(sink.played()).toEqual(ramp(12_000));
    expect(sink.playedFrames()).toBe(12_000);
    expect(sink.timeline.map((part) => part.atMs)).toEqual(Array.from({ length: 25 }, (_, index) => index * 20));
    expect(sink.underruns).toBe(0);
    expect(sink.maxQueuedMs).toBeLessThanOrEqual(120);
  });

  it("holds the writer back until less than the buffer waits", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock, bufferMs: 40 });
    let writtenAtMs = -1;
    void sink.write(createTestChunk({ samples: ramp(24_000) })).then(() => (writtenAtMs = clock.now()));
    await clock.advance(2000);
    expect(writtenAtMs).toBe(940);
  });

  it("plays slower or faster", async () => {
    const clock = createFakeClock();
    await clock.runUntil(writeAll(createPacedSink({ clock, speed: 0.1 })));
    expect(clock.now()).toBeCloseTo(5000, 6);
  });

  it("tells the playhead between blocks", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    void writeAll(sink);
    await clock.advance(30);
    expect(sink.playedFrames()).toBe(720);
    await clock.advance(5);
    expect(sink.playedFrames()).toBe(840);
  });

  it("loses nothing over pause and resume in the middle of a block", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const written = writeAll(sink);
    await clock.advance(107);
    await sink.pause();
    expect(sink.paused).toBe(true);
    const frames = sink.playedFrames();
    expect(frames).toBe(2568);
    await clock.advance(1000);
    expect(sink.playedFrames()).toBe(frames);
    await sink.resume();
    await clock.runUntil(written);
    expect(sink.played()).toEqual(ramp(12_000));
    expect(clock.now()).toBeCloseTo(1500, 6);
    expect(sink.underruns).toBe(0);
  });

  it("clears at once: settles writes and the end, and tells the first frame not played", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const settled: string[] = [];
    void sink.write(createTestChunk({ samples: ramp(24_000) })).then(() => settled.push("write"));
    void sink.end().then(() => settled.push("end"));
    await clock.advance(50);
    expect(settled).toEqual([]);
    expect(await sink.clear()).toBe(1200);
    await clock.settle();
    expect(settled).toEqual(["write", "end"]);
    await clock.advance(1000);
    expect(sink.played()).toEqual(ramp(1200));
    expect(sink.playedFrames()).toBe(1200);
    expect(clock.pending).toBe(0);
  });

  it("can be written to after clear", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    void sink.write(createTestChunk({ samples: ramp(2400) }));
    await clock.advance(10);
    await sink.clear();
    await clock.runUntil(writeAll(sink, [createTestChunk({ samples: ramp(480), startFrame: 2400 })]));
    expect(sink.played().length).toBe(240 + 480);
    expect(sink.playedFrames()).toBe(2880);
  });

  it("stalls and goes on", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const written = writeAll(sink);
    await clock.advance(100);
    sink.stall();
    await clock.advance(60_000);
    expect(sink.playedFrames()).toBe(2400);
    expect(clock.pending).toBe(0);
    sink.release();
    await clock.runUntil(written);
    expect(sink.played()).toEqual(ramp(12_000));
  });

  it("gathers before it plays, but not for ever at the end", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock, prebufferMs: 150 });
    await sink.write(createTestChunk({ samples: ramp(2400) }));
    await clock.advance(100);
    expect(sink.playedFrames()).toBe(0);
    await clock.runUntil(writeAll(sink, [createTestChunk({ samples: ramp(240), startFrame: 2400 })]));
    expect(sink.played().length).toBe(2640);
  });

  it("counts and times underruns", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    void sink.write(createTestChunk({ samples: ramp(2400) }));
    await clock.advance(130);
    void sink.write(createTestChunk({ samples: ramp(2400), startFrame: 2400 }));
    await clock.advance(100);
    await sink.end();
    expect([sink.underruns, sink.underrunMs]).toEqual([1, 30]);
  });

  it("refuses after end and close, and rejects what waits", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    const waiting = sink.write(createTestChunk({ samples: ramp(24_000) }));
    const ending = expect(sink.end()).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await expect(sink.write(createTestChunk({ samples: ramp(10) }))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    await clock.advance(20);
    await sink.close();
    await sink.close();
    await ending;
    await expect(waiting).rejects.toSatisfy((error) => TTSError.isInstance(error) && error.code === "STREAM_CLOSED");
    await expect(sink.end()).rejects.toMatchObject({ code: "STREAM_CLOSED" });
    expect(await sink.clear()).toBe(480);
    expect(clock.pending).toBe(0);
  });

  it("plays stereo, and in real time without a clock", async () => {
    const sink = createPacedSink({ format: { channels: 2 } });
    const samples = ramp(1920);
    await sink.write(createTestChunk({ samples, channels: 2 }));
    await sink.end();
    expect(sink.played()).toEqual(samples);
    expect(sink.playedFrames()).toBe(960);
    expect(createPacedSink({ playhead: false }).playedFrames()).toBeUndefined();
    await sink.close();
  });

  it("sleeps once for a long write, not once for each block, and knows what was played when it is asked", async () => {
    const clock = createFakeClock();
    let sleeps = 0;
    const counted = { now: clock.now, sleep: (ms: number, signal?: AbortSignal) => ((sleeps += 1), clock.sleep(ms, signal)) };
    const sink = createPacedSink({ clock: counted });
    const written = sink.write(createTestChunk({ samples: ramp(24_000) }));
    await clock.advance(333);
    expect([sink.playedFrames(), sink.played().length, sink.timeline.length, sink.queuedMs]).toEqual([7992, 7680, 16, 660]);
    await clock.runUntil(written);
    expect([clock.now(), sleeps]).toEqual([960, 1]);
    await clock.runUntil(sink.end());
    expect([clock.now(), sleeps]).toEqual([1000, 2]);
    expect(sink.played()).toEqual(ramp(24_000));
  });

  it("counts what came after the last sample had ended as an underrun, however late its own timer is", async () => {
    let nowMs = 0;
    const late = { now: () => nowMs, sleep: () => new Promise<void>(() => {}) };
    const sink = createPacedSink({ clock: late, bufferMs: 1000 });
    await sink.write(createTestChunk({ samples: ramp(2400) }));
    nowMs = 170;
    await sink.write(createTestChunk({ samples: ramp(2400), startFrame: 2400 }));
    expect([sink.underruns, sink.underrunMs]).toEqual([1, 70]);
    await sink.close();
  });
});
