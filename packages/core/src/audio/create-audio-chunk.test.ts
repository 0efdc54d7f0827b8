import { describe, expect, it } from "vitest";
import { borrowBytes, createAudioChunk } from "./create-audio-chunk.ts";
import type { Samples } from "./samples.ts";

const chunkOf = (samples: Samples) => createAudioChunk({ samples, sampleRate: 24_000, channels: 1, startFrame: 0, segments: [], text: "", marks: [] });

describe("borrowed bytes", () => {
  it("are those of bytes()", () => {
    for (const samples of [Int16Array.of(1, -2, 32_767, -32_768), Float32Array.of(0.5, -0.25, 1, -1)]) {
      for (const encoding of ["pcm-s16le", "pcm-f32le", "mulaw", "alaw"] as const) {
        expect(borrowBytes(chunkOf(samples), encoding)).toEqual(chunkOf(samples).bytes(encoding));
      }
    }
  });

  it("are not copied where the chunk has them, from wherever they lie in their buffer", () => {
    const whole = Int16Array.of(9, 1, 2, 3, 9);
    const bytes = borrowBytes(chunkOf(whole.subarray(1, 4)), "pcm-s16le");
    expect(bytes.buffer).toBe(whole.buffer);
    expect(bytes).toEqual(Uint8Array.of(1, 0, 2, 0, 3, 0));
  });

  it("tell what was made of the samples, once somebody has had them", () => {
    const samples = Int16Array.of(1, 2);
    const chunk = chunkOf(samples);
    chunk.samples[0] = 3 / 32_768;
    expect(borrowBytes(chunk, "pcm-s16le")).toEqual(Uint8Array.of(3, 0, 2, 0));
    chunk.samples = Float32Array.of(4 / 32_768);
    expect(borrowBytes(chunk, "pcm-s16le")).toEqual(Uint8Array.of(4, 0));
    expect(samples).toEqual(Int16Array.of(1, 2));
  });

  it("leave bytes() a copy of its own", () => {
    const samples = Int16Array.of(1, 2);
    const chunk = chunkOf(samples);
    chunk.bytes().fill(7);
    expect(borrowBytes(chunk, "pcm-s16le")).toEqual(Uint8Array.of(1, 0, 2, 0));
  });
});
