import { describe, expect, it } from "vitest";
import { HeldSamples } from "./held-samples.ts";
import { createPcmDecoder } from "./pcm-decoder.ts";
import { createSampleSlab, ownSamples } from "./sample-slab.ts";
import type { Samples } from "./samples.ts";
import { createSegmentEdges } from "./segment-edges.ts";

describe("createSampleSlab", () => {
  it("gives out pieces that follow each other and share nothing", () => {
    const slab = createSampleSlab();
    expect(slab.take(0).length).toBe(0);
    const pieces = Array.from({ length: 400 }, (_, index) => slab.take((index * 37) % 600));
    pieces.forEach((piece, index) => piece.fill(index + 1));
    expect(pieces.every((piece, index) => piece.length === (index * 37) % 600 && piece.every((sample) => sample === index + 1))).toBe(true);
    const adjacent = pieces.filter((piece, index) => {
      const before = pieces[index - 1];
      return before?.buffer === piece.buffer && before.byteOffset + before.byteLength === piece.byteOffset;
    });
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
  it("are what they were, and handed out in a buffer of their own, however they are cut", () => {
    const decoder = createPcmDecoder({ layout: "s16", sampleRate: 24_000, channels: 1 });
    const edges = createSegmentEdges({ sampleRate: 24_000, leadMs: 20, pauseMs: 250 });
    const queue = new HeldSamples();
    const source = Int16Array.from({ length: 24_000 }, (_, index) => Math.round(9000 * Math.sin(index / 9) * Math.min(1, index / 600, (23_999 - index) / 600)));
    const handed: Samples[] = [];
    for (let start = 0, turn = 0; start < source.length; start += 480, turn += 1) {
      queue.push(edges.process(decoder.push(new Uint8Array(source.slice(start, start + 480).buffer))));
      if (turn > 9) handed.push(queue.take(100 + ((turn * 331) % 1200)));
    }
    queue.push(edges.flush());
    while (queue.frames > 0) handed.push(queue.take(777));
    expect(handed.every((samples) => samples.byteLength === samples.buffer.byteLength)).toBe(true);
    expect(new Set(handed.map((samples) => samples.buffer)).size).toBe(handed.length);
    const restored = handed.flatMap((samples) => [...samples].map((sample) => sample * 32_768));
    expect(restored.length).toBe(source.length);
    // But for the fades, 5 ms at each end.
    expect(restored.slice(120, -120)).toEqual([...source.subarray(120, -120)]);
  });
});
