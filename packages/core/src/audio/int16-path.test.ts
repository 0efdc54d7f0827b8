import { describe, expect, it } from "vitest";
import { openAudioPath } from "./audio-path.test-helper.ts";
import { createAudioChunk } from "./create-audio-chunk.ts";
import { createInt16Reader } from "./int16-reader.ts";
import { joinSamples } from "./join-samples.ts";
import { SampleQueue } from "./sample-queue.ts";
import { toFloat, type Samples } from "./samples.ts";
import { wavHeader } from "./wav-header.ts";

const source = Int16Array.from({ length: 24_000 }, (_, index) => Math.round(9000 * Math.sin(index / 9) * Math.min(1, index / 600, (23_999 - index) / 600)));
const sourceBytes = new Uint8Array(source.buffer);

/** Cut at places that follow from `step`, single bytes included. */
function* cutBytes(step: number): Generator<Uint8Array> {
  for (let from = 0, turn = 0; from < sourceBytes.length; turn += 1) {
    const length = 1 + ((turn * step) % 977);
    // At any address, as bytes from a socket lie.
    const moved = new Uint8Array(length + 1).subarray(turn % 2);
    const part = sourceBytes.subarray(from, from + length);
    moved.set(part);
    yield moved.subarray(0, part.length);
    from += length;
  }
}

async function throughPath(parts: Iterable<Uint8Array>, options: { gain?: number; channels?: number; sampleRate?: number } = {}): Promise<Samples[]> {
  const out: Samples[] = [];
  const path = openAudioPath({ ...(options.gain !== undefined && { gain: options.gain }), onSamples: (samples) => out.push(samples.slice()) });
  await path.start({ format: { encoding: "pcm-s16le", sampleRate: options.sampleRate ?? 24_000, channels: options.channels ?? 1 } });
  for (const part of parts) await path.bytes(part);
  path.flush();
  path.close();
  return out;
}

describe("16-bit audio in the stream's own rate", () => {
  it.each([1, 7, 331, 976])("goes through undecoded, the same however it was cut (%i)", async (step) => {
    const out = await throughPath(cutBytes(step));
    expect(out.every((samples) => samples instanceof Int16Array)).toBe(true);
    expect(joinSamples(out)).toEqual(joinSamples(await throughPath([sourceBytes])));
    expect([...joinSamples(out)].slice(120, -120)).toEqual([...source.subarray(120, -120)]);
  });

  it("is the same as decoded, but for the rounding of what is faded", async () => {
    const loud = Int16Array.from(source, (sample, index) => (index < 300 ? 6000 : sample));
    const untouched = joinSamples(await throughPath([new Uint8Array(loud.buffer)]));
    const decoded: Samples[] = [];
    const path = openAudioPath({ onSamples: (samples) => decoded.push(samples.slice()) });
    await path.start({ format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } });
    await path.samples(toFloat(loud));
    path.flush();
    const reference = joinSamples(decoded);
    expect(untouched.length).toBe(reference.length);
    const worst = toFloat(untouched).reduce((most, sample, index) => Math.max(most, Math.abs(sample - (reference[index] ?? 9))), 0);
    expect(worst).toBeLessThanOrEqual(0.5 / 32_768 + 1e-9);
  });

  it("is decoded where a gain, channels or another rate ask for it", async () => {
    for (const options of [{ gain: 0.5 }, { channels: 2 }, { sampleRate: 48_000 }]) {
      expect((await throughPath([sourceBytes], options)).every((samples) => samples instanceof Float32Array)).toBe(true);
    }
  });

  it("is seen where it lies, and copied only where a sample is cut or begins at an odd address", () => {
    const reader = createInt16Reader();
    const bytes = sourceBytes.slice(2000, 2100);
    const samples = reader.push(bytes);
    expect(samples.buffer).toBe(bytes.buffer);
    expect([...samples]).toEqual([...source.subarray(1000, 1050)]);
    expect(reader.push(new Uint8Array(0)).length).toBe(0);
    const moved = new Uint8Array(101).subarray(1);
    moved.set(bytes);
    expect(reader.push(moved)).toEqual(source.slice(1000, 1050));
    expect(reader.push(bytes.subarray(0, 3))).toEqual(source.slice(1000, 1001));
    expect(reader.push(bytes.subarray(3, 4))).toEqual(source.slice(1001, 1002));
    expect(reader.push(bytes.subarray(4)).buffer).toBe(bytes.buffer);
  });
});

describe("what was announced as raw samples", () => {
  it("is read as WAV where it begins with a header", async () => {
    const header = wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: sourceBytes.length });
    const out = joinSamples(await throughPath([header, sourceBytes]));
    expect([...toFloat(out)].slice(120, -120)).toEqual([...toFloat(source)].slice(120, -120));
  });

  it.each(["<!doctype html><html><body>Bad gateway", '{"error":{"message":"quota exceeded","code":1}}', "ID3\u0004\u0000", "OggS\u0000\u0002"])("is BAD_AUDIO where it is something else (%#), and never played", async (text) => {
    await expect(throughPath([new TextEncoder().encode(text)])).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });
});

describe("a chunk of 16-bit samples", () => {
  const chunkOf = (samples: Samples) => createAudioChunk({ samples, sampleRate: 24_000, channels: 1, startFrame: 0, segments: [], text: "", marks: [] });

  it("gives bytes and samples that are the app's own", () => {
    const chunk = chunkOf(source.subarray(100, 200));
    const bytes = chunk.bytes();
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
    expect(bytes).toEqual(sourceBytes.slice(200, 400));
    bytes.fill(1);
    expect(chunk.samples.byteLength).toBe(chunk.samples.buffer.byteLength);
    expect([...chunk.samples]).toEqual([...source.subarray(100, 200)].map((sample) => sample / 32_768));
    expect(chunk.samples).toBe(chunk.samples);
    expect([...source.subarray(100, 104)]).not.toContain(257);
  });

  it("encodes what the app has changed", () => {
    const chunk = chunkOf(source.slice(0, 4));
    chunk.samples.fill(0.5);
    expect([...new Int16Array(chunk.bytes().buffer)]).toEqual([16_384, 16_384, 16_384, 16_384]);
    chunk.samples = new Float32Array([-1]);
    expect([...new Int16Array(chunk.bytes().buffer)]).toEqual([-32_768]);
    expect({ ...chunkOf(source.slice(0, 2)) }.samples.length).toBe(2);
  });

  it.each(["pcm-f32le", "mulaw", "alaw"] as const)("is encoded as %s as decoded samples are", (encoding) => {
    expect(chunkOf(source.slice(500, 900)).bytes(encoding)).toEqual(chunkOf(toFloat(source.slice(500, 900))).bytes(encoding));
  });
});

describe("SampleQueue of both kinds", () => {
  it("joins what an engine that changes its mind has sent", () => {
    const queue = new SampleQueue<Samples>();
    queue.push(Int16Array.of(16_384, 8_192));
    queue.push(Float32Array.of(0.125, 1));
    expect([...queue.take(3)]).toEqual([0.5, 0.25, 0.125]);
    expect(queue.take(9)).toEqual(Float32Array.of(1));
    expect(queue.frames).toBe(0);
  });

  it("takes whole pieces as they lie, joins parts, and drops in the middle of pieces", () => {
    const queue = new SampleQueue<Samples>();
    for (let from = 0; from < 1000; from += 100) queue.push(source.subarray(from, from + 100));
    queue.drop(150);
    const taken = queue.take(333);
    expect(taken).toEqual(source.slice(150, 483));
    expect(queue.take(17)).toEqual(source.slice(483, 500));
    expect(queue.take(100).buffer).toBe(source.buffer);
    expect(queue.take(5000)).toEqual(source.slice(600, 1000));
    queue.clear();
    expect(queue.take(1).length).toBe(0);
  });
});
