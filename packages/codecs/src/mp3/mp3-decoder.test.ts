import { describe, expect, it } from "vitest";
import { decodeFile, encodeFile, likeness, voice } from "../codec-files.test-helper.ts";
import { openDecoder } from "../index.ts";
import { joinBytes, joinSamples } from "../join.ts";
import { infoFrame, withInfoFrame } from "./info-frame.test-helper.ts";

const length = 24_601;
const wanted = voice(length, 24_000);
const untagged = await encodeFile({ encoding: "mp3" }, wanted);
const tagged = joinBytes(withInfoFrame(untagged, length));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("MP3: where the audio begins and ends", () => {
  it("gives as many samples as were encoded, where a tag tells", async () => {
    const { samples } = await decodeFile("mp3", tagged);
    expect(samples.length).toBe(length);
    expect(likeness(samples, wanted)).toBeGreaterThan(35);
  });

  it("begins without a gap where there is no tag; only the end has a few milliseconds more", async () => {
    const { samples } = await decodeFile("mp3", untagged);
    expect(likeness(samples, wanted)).toBeGreaterThan(35);
    expect(samples.length - length).toBeGreaterThanOrEqual(0);
    expect(samples.length - length).toBeLessThan(2 * 576);
  });

  it("joins two segments of one tone without a gap", async () => {
    const whole = voice(2 * length, 24_000);
    const halves = [whole.subarray(0, length), whole.subarray(length)];
    const parts = await Promise.all(halves.map(async (half) => (await decodeFile("mp3", joinBytes(withInfoFrame(await encodeFile({ encoding: "mp3" }, half), length)))).samples));
    const joined = joinSamples(parts);
    expect(joined.length).toBe(whole.length);
    const join = { from: length - 2_000, to: length + 2_000 };
    expect(likeness(joined.subarray(join.from, join.to), whole.subarray(join.from, join.to))).toBeGreaterThan(20);
  });

  it("cuts the padding of each of the files that follow each other", async () => {
    const { samples } = await decodeFile("mp3", joinBytes([tagged, tagged, tagged]));
    expect(samples.length).toBe(3 * length);
    expect(likeness(samples, wanted, { offset: 2 * length })).toBeGreaterThan(35);
    const id3 = Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0);
    const one = (await decodeFile("mp3", untagged)).samples.length;
    const two = await decodeFile("mp3", joinBytes([untagged, id3, untagged]));
    expect(two.samples.length).toBe(2 * one);
    expect(likeness(two.samples, wanted, { offset: one })).toBeGreaterThan(35);
  });
});

describe("MP3: bytes in pieces", () => {
  it.each([[[1]], [[7, 1, 300]], [[144]], [[1_000, 3]], [[4_096]]])("gives the same for pieces of %j", async (pieces) => {
    const whole = await decodeFile("mp3", tagged);
    expect((await decodeFile("mp3", tagged, pieces)).samples).toEqual(whole.samples);
  });

  it("gives a frame's audio when the frame is complete", async () => {
    const decoder = await openDecoder({ encoding: "mp3", sampleRate: 24_000, channels: 1 });
    const counts = [0, 1, 2, 3].map((frame) => decoder.push(untagged.subarray(frame * 192, frame * 192 + 192)).length);
    expect(counts).toEqual([0, 47, 576, 576]);
    decoder.close?.();
    decoder.close?.();
    expect(decoder.push(untagged).length).toBe(0);
    expect(decoder.flush().length).toBe(0);
  });
});

describe("MP3: what stands in the file", () => {
  it.each([
    [44_100, 1],
    [48_000, 2],
    [8_000, 1],
  ] as const)("believes the frames: %d Hz, %d channels", async (sampleRate, channels) => {
    const mono = voice(sampleRate, sampleRate);
    const samples = channels === 1 ? mono : Float32Array.from({ length: 2 * mono.length }, (_, index) => mono[index >> 1] ?? 0);
    const decoded = await decodeFile("mp3", await encodeFile({ encoding: "mp3", sampleRate, channels }, samples));
    expect(decoded.sampleRate).toBe(sampleRate);
    expect(likeness(decoded.samples, mono)).toBeGreaterThan(20);
  });

  it("skips tags before and behind, and noise between", async () => {
    const picture = joinBytes([Uint8Array.of(0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 2, 0), new Uint8Array(256).fill(0xff)]);
    const trailing = joinBytes([bytesOf("TAG"), new Uint8Array(125)]);
    const noise = Uint8Array.from({ length: 500 }, (_, index) => (index * 37) % 251);
    expect((await decodeFile("mp3", joinBytes([picture, tagged, trailing]))).samples.length).toBe(length);
    const noisy = await decodeFile("mp3", joinBytes([untagged.subarray(0, 192 * 20), noise, untagged.subarray(192 * 20)]));
    expect(noisy.samples.length).toBe((await decodeFile("mp3", untagged)).samples.length);
  });

  it("does not care for half a frame behind all that its tag announces", async () => {
    expect((await decodeFile("mp3", joinBytes([tagged, tagged.subarray(192, 300)]))).samples.length).toBe(length);
  });
});

describe("MP3: what is none", () => {
  it.each([
    ["an error page", bytesOf("<!doctype html><html><body>Too many requests</body></html>"), "HTML"],
    ["an error record", bytesOf('{"error":{"message":"no such voice"}}'), "JSON"],
    ["a WAV file", joinBytes([bytesOf("RIFF"), new Uint8Array(60)]), "RIFF"],
    ["a few zeros", new Uint8Array(100), "zeros"],
    ["many zeros", new Uint8Array(100_000), "zeros"],
    ["two letters", bytesOf("no"), "plain text"],
    ["AAC", Uint8Array.from({ length: 400 }, (_, index) => [0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc][index % 50] ?? 0x21), "AAC"],
  ])("refuses %s", async (_name, bytes, found) => {
    for (const pieces of [[1 << 20], [5]]) {
      await expect(decodeFile("mp3", bytes, pieces)).rejects.toMatchObject({ code: "BAD_AUDIO", message: expect.stringContaining(found) });
    }
  });

  it("repeats nothing of what it found", async () => {
    await expect(decodeFile("mp3", bytesOf("secret-4711 and what was to be said"))).rejects.toMatchObject({ message: expect.not.stringContaining("4711") });
  });

  it("tells what ended too early", async () => {
    for (const bytes of [untagged.subarray(0, 100), tagged.subarray(0, 2), Uint8Array.of(0x49, 0x44), Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 9, 0, 1, 2)]) {
      await expect(decodeFile("mp3", bytes)).rejects.toMatchObject({ code: "TRUNCATED" });
    }
    await expect(decodeFile("mp3", tagged.subarray(0, 192 * 30))).rejects.toMatchObject({ code: "TRUNCATED", message: expect.stringContaining("announces") });
    await expect(decodeFile("mp3", joinBytes([infoFrame({ frames: 40, start: 576, end: 0 }), tagged]))).rejects.toMatchObject({ code: "TRUNCATED" });
    for (const cut of [10, 100, 192 + 10]) {
      await expect(decodeFile("mp3", untagged.subarray(0, untagged.length - cut), [700])).rejects.toMatchObject({ code: "TRUNCATED", message: expect.stringContaining("of a frame") });
    }
    expect((await decodeFile("mp3", new Uint8Array(0))).samples.length).toBe(0);
  });

  it("refuses a rate that changes, a tag without an end, and noise without an end", async () => {
    const other = await encodeFile({ encoding: "mp3", sampleRate: 16_000 }, voice(8_000, 16_000));
    await expect(decodeFile("mp3", joinBytes([untagged, other]))).rejects.toMatchObject({ code: "BAD_AUDIO", message: expect.stringContaining("16000") });
    await expect(decodeFile("mp3", Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f))).rejects.toMatchObject({ code: "BAD_AUDIO" });
    await expect(decodeFile("mp3", joinBytes([untagged, new Uint8Array(70_000).fill(0x55)]))).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });
});
