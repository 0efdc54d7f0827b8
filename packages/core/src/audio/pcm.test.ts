import { TTSError, type AudioFormat } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, cutting, noise, seededRandom } from "./signals.test-helper.ts";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "./g711.ts";
import { openDecoder } from "./open-decoder.ts";
import { encodePcm } from "./pcm.ts";
import { joinSamples } from "./join-samples.ts";

async function decode(format: Partial<AudioFormat>, bytes: Uint8Array, sizes: readonly number[] = [Math.max(1, bytes.length)]): Promise<Float32Array> {
  const decoder = await openDecoder({ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1, ...format });
  const parts = cut(bytes, sizes).map((part) => decoder.push(part));
  return joinSamples([...parts, decoder.flush()]);
}

describe("encodePcm", () => {
  it("refuses what is no encoding of single samples, instead of giving bytes that are something else", () => {
    for (const encoding of ["mp3", "ogg-opus", "", undefined, 7]) {
      expect(() => encodePcm(new Float32Array(2), encoding as "mulaw")).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    }
  });

  it("gives every 16-bit sample back to the bit", async () => {
    const all = new Uint8Array(Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768).buffer);
    expect(encodePcm(await decode({}, all), "pcm-s16le")).toEqual(all);
  });

  it("rounds to the nearest and saturates", () => {
    const encoded = encodePcm(Float32Array.of(0.4 / 32_768, 0.6 / 32_768, -0.6 / 32_768, 1, 1.5, -1, -7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), "pcm-s16le");
    expect([...new Int16Array(encoded.buffer)]).toEqual([0, 1, -1, 32_767, 32_767, -32_768, -32_768, 0, 32_767, -32_768]);
  });

  it("rounds halves up, as Math.round does, and saturates whatever the size", () => {
    const wrong: number[] = [];
    for (let half = -32_768.5; half <= 32_768; half += 1) {
      const encoded = new Int16Array(encodePcm(Float32Array.of(half / 32_768), "pcm-s16le").buffer)[0];
      if (encoded !== Math.max(-32_768, Math.min(32_767, Math.round(half)))) wrong.push(half);
    }
    expect(wrong).toEqual([]);
    // 131,072 × 32,768 is 2^32: an integer of 32 bits would have come round to a small one again.
    const huge = [2, 65_536.1, 131_072, 131_072.25, 1e9, 1e30, 3.4e38].flatMap((sample) => [sample, -sample]);
    expect([...new Int16Array(encodePcm(Float32Array.from(huge), "pcm-s16le").buffer)]).toEqual(huge.map((sample) => (sample > 0 ? 32_767 : -32_768)));
  });

  it("keeps floats to the bit, but for what is no number", () => {
    const source = Float32Array.of(0.1, -1.5, 1e-20, Number.NaN);
    expect([...new Float32Array(encodePcm(source, "pcm-f32le").buffer)]).toEqual([...Float32Array.of(0.1, -1.5, 1e-20, 0)]);
  });

  it("encodes a part of a larger array alone", () => {
    expect(encodePcm(Float32Array.of(1, 0.5, 1).subarray(1, 2), "pcm-s16le")).toEqual(Uint8Array.of(0, 0x40));
  });
});

describe("G.711", () => {
  // Spot values of the tables in ITU-T G.711: both ends, both zeros, and the middle of the range.
  it("decodes as the recommendation's tables", () => {
    expect([0x00, 0x80, 0x7f, 0xff, 0x3f, 0xbf, 0x0f].map(decodeMulaw)).toEqual([-32_124, 32_124, -0, 0, -1_980, 1_980, -16_764]);
    expect([0x2a, 0xaa, 0x55, 0xd5, 0x05, 0x85].map(decodeAlaw)).toEqual([-32_256, 32_256, -8, 8, -4_224, 4_224]);
  });

  it("encodes every decoded value to the byte it came from", () => {
    for (let byte = 0; byte < 256; byte += 1) {
      expect(encodeAlaw(decodeAlaw(byte))).toBe(byte);
      // µ-law has two zeros; the positive one is used.
      expect(encodeMulaw(decodeMulaw(byte))).toBe(byte === 0x7f ? 0xff : byte);
    }
  });

  it.each([["µ-law", encodeMulaw, decodeMulaw], ["A-law", encodeAlaw, decodeAlaw]] as const)("%s: order is kept, signs are symmetric, errors stay within the step", (_name, encode, decodeByte) => {
    const wrong: number[] = [];
    let previous = Number.NEGATIVE_INFINITY;
    for (let sample = -32_768; sample < 32_768; sample += 1) {
      const level = decodeByte(encode(sample));
      const isSymmetric = encode(~sample) === (encode(sample) ^ 0x80);
      // At most half a step, 1/32 of the value, plus the bias of the smallest steps; the top is cut off at the last level.
      const isNear = Math.abs(level - sample) <= Math.abs(sample) / 32 + 8;
      if (level < previous || !isSymmetric || !isNear) wrong.push(sample);
      previous = level;
    }
    expect(wrong).toEqual([]);
  });
});

describe("openDecoder: raw samples", () => {
  const encodings = ["pcm-s16le", "pcm-f32le", "mulaw", "alaw"] as const;

  it.each(encodings)("%s: the same however the bytes are cut, half a sample at the end dropped", async (encoding) => {
    const bytes = encodePcm(noise(900), encoding);
    const whole = await decode({ encoding, channels: 2 }, bytes);
    expect(whole.length).toBe(450);
    await fc.assert(
      fc.asyncProperty(cutting, fc.integer({ min: 1, max: 1 }), async (sizes, extra) => {
        expect(await decode({ encoding, channels: 2 }, bytes, sizes)).toEqual(whole);
        expect(await decode({ encoding, channels: 2 }, bytes.subarray(0, bytes.length - extra), sizes)).toEqual(whole.subarray(0, 449));
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  it("averages channels", async () => {
    expect(await decode({ channels: 2 }, encodePcm(Float32Array.of(1, 0, -0.5, -0.25), "pcm-s16le"))).toEqual(Float32Array.of(32_767 / 65_536, -0.375));
  });

  it("makes floats finite", async () => {
    const bytes = new Uint8Array(Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38).buffer);
    expect(await decode({ encoding: "pcm-f32le" }, bytes)).toEqual(Float32Array.of(0.5, 0, 1_000, -1_000, 1_000));
  });

  it("reads bytes that begin at an odd place", async () => {
    const bytes = new Uint8Array(9);
    bytes.set(encodePcm(Float32Array.of(0.5, -0.5, 0.25, 0), "pcm-s16le"), 1);
    expect(await decode({}, bytes.subarray(1))).toEqual(Float32Array.of(0.5, -0.5, 0.25, 0));
  });

  it.each(["mp3", "ogg-opus", "webm-opus"] as const)("names the package that decodes %s", async (encoding) => {
    await expect(decode({ encoding }, new Uint8Array(0))).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining("@parlando/codecs") });
  });

  it.each(["flac", "aac"] as const)("says that nothing decodes %s", async (encoding) => {
    await expect(decode({ encoding }, new Uint8Array(0))).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.not.stringContaining("@parlando/codecs") });
  });

  it.each([{ sampleRate: 0 }, { sampleRate: Number.NaN }, { sampleRate: 1e9 }, { channels: 0 }, { channels: 1.5 }, { channels: 1_000 }])("refuses a format of %o", async (format) => {
    await expect(decode(format, new Uint8Array(0))).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });

  it("answers 5,000 random pieces with finite samples only", async () => {
    const random = seededRandom(9);
    const wrong: number[] = [];
    for (let round = 0; round < 5_000; round += 1) {
      const encoding = encodings[round % 4] ?? "alaw";
      const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
      const samples = await decode({ encoding, channels: 1 + Math.floor(random() * 3) }, bytes, [1 + Math.floor(random() * 20)]);
      if (samples.length > bytes.length || samples.some((sample) => !(Math.abs(sample) <= 1_000))) wrong.push(round);
    }
    expect(wrong).toEqual([]);
  });

  it("throws only typed errors", async () => {
    await expect(decode({ encoding: "nonsense" as "wav" }, new Uint8Array(3))).rejects.toBeInstanceOf(TTSError);
  });
});
