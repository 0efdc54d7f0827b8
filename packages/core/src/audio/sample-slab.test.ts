import { describe, expect, it } from "vitest";
import { createPcmDecoder } from "./pcm-decoder.ts";
import { SampleQueue } from "./sample-queue.ts";
import { areAdjacent, createSampleSlab, ownSamples } from "./sample-slab.ts";
import { createSegmentEdges } from "./segment-edges.ts";

describe("createSampleSlab", () => {
  it("gives out pieces that follow each other and share nothing", () => {
    const slab = createSampleSlab();
    expect(slab.take(0).length).toBe(0);
    const pieces = Array.from({ length: 400 }, (_, index) => slab.take((index * 37) % 600));
    pieces.forEach((piece, index) => piece.fill(index + 1));
    expect(pieces.every((piece, index) => piece.length === (index * 37) % 600 && piece.every((sample) => sample === index + 1))).toBe(true);
    const adjacent = pieces.filter((piece, index) => index > 0 && areAdjacent(pieces[index - 1]!, piece));
    expect(adjacent.length).toBeGreaterThan(370);
    expect(new Set(pieces.map((piece) => piece.buffer)).size).toBeLessThan(20);
  });

  it("gives large pieces room of their own", () => {
    const slab = createSampleSlab();
    const large = slab.take(50_000);
    expect(large.buffer.byteLength).toBe(200_000);
    expect(ownSamples(large)).toBe(large);
    const small = slab.take(10);
    expect(ownSamples(small)).not.toBe(small);
    expect(ownSamples(small).buffer.byteLength).toBe(40);
  });
});

describe("samples on their way", () => {
  it("are copied by nothing between decoder and queue, and handed out in a buffer of their own", () => {
    const decoder = createPcmDecoder({ layout: "s16", sampleRate: 24_000, channels: 1 });
    const edges = createSegmentEdges({ sampleRate: 24_000, leadMs: 20, pauseMs: 250 });
    const queue = new SampleQueue();
    const source = Int16Array.from({ length: 24_000 }, (_, index) => Math.round(9000 * Math.sin(index / 9) * Math.min(1, index / 600, (23_999 - index) / 600)));
    const buffers = new Set<ArrayBufferLike>();
    for (let start = 0; start < source.length; start += 480) {
      const samples = edges.process(decoder.push(new Uint8Array(source.slice(start, start + 480).buffer)));
      buffers.add(samples.buffer);
      queue.push(samples);
    }
    queue.push(edges.flush());
    // Slabs of 2, 4, 8 and 16 thousand frames, and a copy where one ends.
    expect(buffers.size).toBeLessThanOrEqual(10);
    const handed: Float32Array[] = [];
    for (let turn = 0; queue.frames > 0; turn += 1) handed.push(ownSamples(queue.take(100 + ((turn * 331) % 2400))));
    expect(handed.every((samples) => samples.byteLength === samples.buffer.byteLength)).toBe(true);
    const restored = handed.flatMap((samples) => [...samples].map((sample) => sample * 32_768));
    expect(restored.length).toBe(source.length);
    // But for the fades, 5 ms at each end.
    expect(restored.slice(120, -120)).toEqual([...source.subarray(120, -120)]);
  });
});
