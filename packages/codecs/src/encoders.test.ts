import type { AudioFormat } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { decodeFile, encodeFile, likeness, voice } from "./codec-files.test-helper.ts";
import { openDecoder, openEncoder } from "./index.ts";
import { joinBytes } from "./join.ts";
import { parseMp3Header } from "./mp3/mp3-header.ts";
import { createOggPageReader } from "./ogg/ogg-page-reader.ts";

const encodings = ["mp3", "ogg-opus", "webm-opus"] as const;
const open = (format: Partial<AudioFormat> & Pick<AudioFormat, "encoding">) => openEncoder({ sampleRate: 24_000, channels: 1, ...format });

describe.each(encodings)("encoding %s", (encoding) => {
  it("gives the first bytes within the first 40 ms of audio", async () => {
    const encoder = await open({ encoding });
    const first = [encoder.begin(), encoder.push(voice(480, 24_000)), encoder.push(voice(480, 24_000))];
    expect(joinBytes(first).length).toBeGreaterThan(encoding === "mp3" ? 100 : 200);
    if (encoding !== "mp3") {
      const decoder = await openDecoder({ encoding, sampleRate: 24_000, channels: 1 });
      expect(decoder.push(joinBytes(first)).length).toBeGreaterThanOrEqual(960 - 312);
      decoder.close?.();
    }
    encoder.close();
    encoder.close();
  });

  it("is the same however the samples come", async () => {
    const samples = voice(12_345, 24_000);
    const pieces = async (length: number): Promise<Uint8Array> => {
      const encoder = await open({ encoding });
      const parts: Uint8Array[] = [];
      for (let start = 0; start < samples.length; start += length) parts.push(encoder.push(samples.subarray(start, start + length)));
      parts.push(encoder.flush());
      encoder.close();
      return joinBytes(parts);
    };
    const audio = async (bytes: Uint8Array): Promise<number> => bytes.length;
    expect(await audio(await pieces(7))).toBe(await audio(await pieces(12_345)));
    if (encoding === "mp3") expect(await pieces(7)).toEqual(await pieces(12_345));
  });

  it("keeps stereo and takes more channels as one", async () => {
    expect((await open({ encoding, channels: 2 })).channels).toBe(2);
    expect((await open({ encoding, channels: 6 })).channels).toBe(1);
  });

  it("is loud and broken for none: NaN is silence, beyond full scale is full scale", async () => {
    const samples = voice(4_800, 24_000).map((sample, index) => (index === 100 ? Number.NaN : index > 2_400 ? sample * 1e30 : sample));
    const { samples: decoded } = await decodeFile(encoding, await encodeFile({ encoding }, samples));
    expect(decoded.length).toBeGreaterThan(4_000);
    expect(decoded.every((sample) => Math.abs(sample) < 3)).toBe(true);
  });

  it("refuses bitrates that cannot be", async () => {
    for (const bitrate of [0, 48, -1, Number.NaN, 1e9]) await expect(open({ encoding, bitrate })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("takes bitrates", async () => {
    const samples = voice(24_000, 24_000);
    const small = await encodeFile({ encoding, bitrate: 16_000 }, samples);
    const large = await encodeFile({ encoding, bitrate: 64_000 }, samples);
    expect(large.length).toBeGreaterThan(2 * small.length);
  });
});

describe("encoding mp3", () => {
  it.each([
    [24_000, 24_000], [22_050, 22_050], [44_100, 44_100], [23_000, 24_000], [20_000, 22_050], [96_000, 48_000], [1_000, 8_000],
  ])("takes %d Hz as %d", async (sampleRate, expected) => {
    const encoder = await open({ encoding: "mp3", sampleRate });
    expect(encoder.sampleRate).toBe(expected);
    const bytes = joinBytes([encoder.push(voice(9_000, expected)), encoder.flush()]);
    expect(parseMp3Header(bytes, 0)?.sampleRate).toBe(expected);
  });

  it("writes 64 kbit/s at 24 kHz when not told, in frames of one length", async () => {
    const bytes = await encodeFile({ encoding: "mp3" }, voice(24_000, 24_000));
    for (let offset = 0; offset < bytes.length; offset += 192) expect(parseMp3Header(bytes, offset)?.frameBytes).toBe(192);
  });
});

describe("encoding ogg-opus", () => {
  it.each([
    [24_000, 24_000], [22_050, 24_000], [44_100, 48_000], [16_000, 16_000], [96_000, 48_000], [8_000, 8_000], [11_025, 12_000],
  ])("takes %d Hz as %d", async (sampleRate, expected) => {
    const encoder = await open({ encoding: "ogg-opus", sampleRate });
    expect(encoder.sampleRate).toBe(expected);
    const bytes = joinBytes([encoder.begin(), encoder.push(voice(expected, expected)), encoder.flush()]);
    const { samples } = await decodeFile("ogg-opus", bytes);
    expect(samples.length).toBe(48_000);
    expect(likeness(samples, voice(expected, expected), { step: 48_000 / expected })).toBeGreaterThan(15);
    encoder.close();
  });

  it("writes pages of at most 100 ms, the first of 20, the last one marked", async () => {
    const bytes = await encodeFile({ encoding: "ogg-opus" }, voice(24_000, 24_000));
    const pages: { packets: number; isLast: boolean; granule: number | undefined }[] = [];
    createOggPageReader().push(bytes, (page) => pages.push({ packets: page.parts.length, isLast: page.isLast, granule: page.granule }));
    expect(pages.slice(0, 4)).toEqual([
      { packets: 1, isLast: false, granule: 0 },
      { packets: 1, isLast: false, granule: 0 },
      { packets: 1, isLast: false, granule: 960 },
      { packets: 5, isLast: false, granule: 6 * 960 },
    ]);
    expect(Math.max(...pages.map(({ packets }) => packets))).toBe(5);
    expect(pages.map(({ isLast }) => isLast).indexOf(true)).toBe(pages.length - 1);
    expect(pages.at(-1)?.granule).toBe(312 + 48_000);
  });
});

describe("what has no codec here", () => {
  it.each(["flac", "aac", "wav", "pcm-s16le"] as const)("says so for %s", async (encoding) => {
    await expect(openDecoder({ encoding, sampleRate: 24_000, channels: 1 })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(open({ encoding })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
