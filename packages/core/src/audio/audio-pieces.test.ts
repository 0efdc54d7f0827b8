import { describe, expect, it } from "vitest";
import { interleave, pickChannel, toMono } from "./channels.ts";
import { createAudioChunk } from "./create-audio-chunk.ts";
import { createGain } from "./gain.ts";
import { joinSamples } from "./join-samples.ts";
import { SampleQueue } from "./sample-queue.ts";
import { wavHeader, wavHeaderBytes } from "./wav-header.ts";

describe("createGain", () => {
  it("multiplies, and at 1 returns the array itself", () => {
    const samples = Float32Array.of(0.5, -1);
    expect(createGain(1).process(samples, 24_000)).toBe(samples);
    expect(createGain(0.5).process(samples, 24_000)).toEqual(Float32Array.of(0.25, -0.5));
    expect(samples).toEqual(Float32Array.of(0.5, -1));
    expect(createGain(2).latencyFrames).toBe(0);
    expect(createGain(2).flush().length).toBe(0);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (gain) => {
    expect(() => createGain(gain)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("channels", () => {
  it("repeats, averages and picks", () => {
    const mono = Float32Array.of(0.5, -0.5);
    expect(interleave(mono, 3)).toEqual(Float32Array.of(0.5, 0.5, 0.5, -0.5, -0.5, -0.5));
    expect(toMono(Float32Array.of(1, 0, -1, 0.5), 2)).toEqual(Float32Array.of(0.5, -0.25));
    expect(pickChannel(Float32Array.of(1, 2, 3, 4), 2, 1)).toEqual(Float32Array.of(2, 4));
  });

  it("copies nothing where there is one channel", () => {
    const mono = Float32Array.of(0.5);
    expect([interleave(mono, 1), toMono(mono, 1), pickChannel(mono, 1, 0)].every((result) => result === mono)).toBe(true);
  });
});

describe("createAudioChunk", () => {
  it("keeps the samples, and works out length and bytes", () => {
    const samples = Float32Array.of(0.5, 0.5, -0.5, -0.5);
    const chunk = createAudioChunk({ samples, sampleRate: 1_000, channels: 2, startFrame: 7, segments: [], text: "", marks: [] });
    expect(chunk.samples).toBe(samples);
    expect(chunk.durationMs).toBe(2);
    expect([...new Int16Array(chunk.bytes().buffer)]).toEqual([16_384, 16_384, -16_384, -16_384]);
    expect(chunk.bytes("mulaw").length).toBe(4);
    expect(new Float32Array(chunk.bytes("pcm-f32le").buffer)).toEqual(samples);
  });
});

describe("wavHeader", () => {
  const field = (header: Uint8Array, offset: number): number => new DataView(header.buffer).getUint32(offset, true);

  it("has 44 bytes for 16 bits, sizes and all", () => {
    const header = wavHeader({ sampleRate: 24_000, channels: 2, dataBytes: 1_000 });
    expect(header.length).toBe(44);
    expect([4, 16, 24, 28, 40].map((offset) => field(header, offset))).toEqual([1_036, 16, 24_000, 96_000, 1_000]);
    expect(String.fromCharCode(...header.subarray(0, 4), ...header.subarray(8, 16), ...header.subarray(36, 40))).toBe("RIFFWAVEfmt data");
  });

  it("leaves the sizes open for a stream and past 4 GB", () => {
    for (const dataBytes of [undefined, 0xffff_ffff - 36, 8e9]) {
      const header = wavHeader({ sampleRate: 24_000, channels: 1, dataBytes });
      expect([field(header, 4), field(header, 40)]).toEqual([0xffff_ffff, 0xffff_ffff]);
    }
    expect(field(wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: 0xffff_ffff - 38 }), 40)).toBe(0xffff_ffff - 38);
  });

  it("counts the padding of an odd length in the outer size only, and tells frames for other encodings", () => {
    const header = wavHeader({ sampleRate: 8_000, channels: 1, encoding: "mulaw", dataBytes: 5 });
    expect(header.length).toBe(wavHeaderBytes("mulaw"));
    expect([field(header, 4), field(header, 46), field(header, 54)]).toEqual([58 - 8 + 6, 5, 5]);
  });
});

describe("SampleQueue", () => {
  it("gives back what was pushed, in order", () => {
    const queue = new SampleQueue();
    const taken: Float32Array[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      queue.push(Float32Array.from({ length: turn % 7 }, (_, index) => turn * 10 + index));
      taken.push(queue.take(turn % 5));
    }
    taken.push(queue.take(1e9));
    const pushed = Array.from({ length: 100 }, (_, turn) => Array.from({ length: turn % 7 }, (_unused, index) => turn * 10 + index)).flat();
    expect([...joinSamples(taken)]).toEqual(pushed);
    expect(queue.frames).toBe(0);
  });

  it("drops the oldest", () => {
    const queue = new SampleQueue();
    queue.push(Float32Array.of(1, 2, 3));
    queue.drop(2);
    expect(queue.take(5)).toEqual(Float32Array.of(3));
  });
});
