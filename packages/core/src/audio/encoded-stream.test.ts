import type { AudioFormat } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "./audio-chunk.ts";
import { chunksOf } from "./chunks.test-helper.ts";
import { encodeChunks } from "./encoded-stream.ts";
import { encodePcm } from "./pcm.ts";
import { createResampler } from "./resampler.ts";
import { joinSamples } from "./join-samples.ts";
import { noise } from "./signals.test-helper.ts";
import { join } from "./wav-bytes.test-helper.ts";
import { wavHeader } from "./wav-header.ts";

const samples = noise(2_000);

async function* iterate(chunks: readonly AudioChunk[]): AsyncGenerator<AudioChunk> {
  yield* chunks;
}

async function blocksOf(format: Partial<AudioFormat>, options?: { frameBytes?: number }, chunks: readonly AudioChunk[] = chunksOf(samples)): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for await (const block of encodeChunks(iterate(chunks), format, options)) blocks.push(block);
  return blocks;
}

describe("encodeChunks", () => {
  it.each(["pcm-s16le", "pcm-f32le", "mulaw", "alaw"] as const)("encodes %s", async (encoding) => {
    expect(join(...(await blocksOf({ encoding })))).toEqual(encodePcm(samples, encoding));
  });

  it("takes 16-bit PCM for granted, one block for each chunk", async () => {
    const blocks = await blocksOf({});
    expect(blocks.map((block) => block.length)).toEqual([960, 960, 960, 960, 160]);
  });

  it("reads a ReadableStream too", async () => {
    const source = new ReadableStream<AudioChunk>({
      start(controller) {
        for (const chunk of chunksOf(samples)) controller.enqueue(chunk);
        controller.close();
      },
    });
    const bytes = new Uint8Array(await new Response(encodeChunks(source, {})).arrayBuffer());
    expect(bytes).toEqual(encodePcm(samples, "pcm-s16le"));
  });

  it("begins WAV with an open header", async () => {
    const blocks = await blocksOf({ encoding: "wav" });
    expect(blocks[0]).toEqual(wavHeader({ sampleRate: 24_000, channels: 1 }));
    expect(join(...blocks.slice(1))).toEqual(encodePcm(samples, "pcm-s16le"));
  });

  it("sends the header before any audio where rate and channels are given, and for no audio at all", async () => {
    const never: AsyncIterable<AudioChunk> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
    const reader = encodeChunks(never, { encoding: "wav", sampleRate: 16_000, channels: 2 }).getReader();
    expect((await reader.read()).value).toEqual(wavHeader({ sampleRate: 16_000, channels: 2 }));
    expect(await blocksOf({ encoding: "wav", sampleRate: 16_000, channels: 2 }, {}, [])).toEqual([wavHeader({ sampleRate: 16_000, channels: 2 })]);
    expect(await blocksOf({ encoding: "wav" }, {}, [])).toEqual([]);
  });

  it("converts rate and channels here", async () => {
    const resampler = createResampler(24_000, 16_000);
    const mono = joinSamples([resampler.process(samples), resampler.flush()]);
    const stereo = Float32Array.from({ length: 2 * mono.length }, (_, index) => mono[index >> 1] ?? 0);
    expect(join(...(await blocksOf({ sampleRate: 16_000, channels: 2 })))).toEqual(encodePcm(stereo, "pcm-s16le"));
  });

  it("keeps the channels of a stereo stream apart when it resamples", async () => {
    const silentRight = Float32Array.from({ length: 2_000 }, (_, index) => (index % 2 === 0 ? 0.5 : 0));
    const bytes = join(...(await blocksOf({ encoding: "pcm-f32le", sampleRate: 48_000 }, {}, chunksOf(silentRight, { channels: 2 }))));
    const converted = new Float32Array(bytes.buffer);
    expect(converted.length).toBe(4_000);
    expect(converted.every((sample, index) => index % 2 === 0 || sample === 0)).toBe(true);
    expect(converted[2_000]).toBeCloseTo(0.5, 5);
  });

  it("averages a stereo stream into mono", async () => {
    const chunks = chunksOf(Float32Array.of(0.5, 0, -0.5, -0.25), { channels: 2 });
    expect(join(...(await blocksOf({ channels: 1 }, {}, chunks)))).toEqual(encodePcm(Float32Array.of(0.25, -0.375), "pcm-s16le"));
  });

  it.each([2, 320, 1_000, 100_000])("cuts blocks of %d bytes, the last one shorter", async (frameBytes) => {
    const blocks = await blocksOf({}, { frameBytes });
    expect(blocks.slice(0, -1).every((block) => block.length === frameBytes)).toBe(true);
    expect(blocks.at(-1)?.length).toBe(4_000 % frameBytes === 0 ? frameBytes : 4_000 % frameBytes);
    expect(join(...blocks)).toEqual(encodePcm(samples, "pcm-s16le"));
  });

  it("refuses blocks that cut a sample frame", async () => {
    expect(() => encodeChunks(iterate([]), { sampleRate: 24_000, channels: 2 }, { frameBytes: 6 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    await expect(blocksOf({}, { frameBytes: 3 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    for (const frameBytes of [0, -2, 1.5, Number.NaN]) await expect(blocksOf({}, { frameBytes })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("names the package for compressed encodings, and refuses rates and channels that cannot be", () => {
    for (const encoding of ["mp3", "ogg-opus", "flac", "aac", "webm-opus"] as const) {
      expect(() => encodeChunks(iterate([]), { encoding })).toThrow(expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining("@parlando/codecs") }));
    }
    expect(() => encodeChunks(iterate([]), { sampleRate: 1 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(() => encodeChunks(iterate([]), { channels: 0 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("refuses chunks that change their format", async () => {
    const chunks = [...chunksOf(samples), ...chunksOf(samples, { sampleRate: 48_000 })];
    await expect(blocksOf({}, {}, chunks)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("encodeChunks: pulling", () => {
  /** Counts what was asked for and how the source was left. */
  function watchedSource(): { asked: number; returned: boolean; chunks: AsyncIterable<AudioChunk> } {
    const chunks = chunksOf(samples);
    const watched = {
      asked: 0,
      returned: false,
      chunks: {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const value = chunks[watched.asked];
            watched.asked += 1;
            return value === undefined ? { done: true as const, value: undefined } : { done: false as const, value };
          },
          return: async () => {
            watched.returned = true;
            return { done: true as const, value: undefined };
          },
        }),
      },
    };
    return watched;
  }

  it("asks for a chunk only when bytes are asked for", async () => {
    const source = watchedSource();
    const reader = encodeChunks(source.chunks, {}, { frameBytes: 480 }).getReader();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(source.asked).toBe(0);
    await reader.read();
    await reader.read();
    expect(source.asked).toBe(1);
    await reader.read();
    expect(source.asked).toBe(2);
  });

  it("cancels the source", async () => {
    const source = watchedSource();
    const reader = encodeChunks(source.chunks, {}).getReader();
    await reader.read();
    await reader.cancel("enough");
    expect(source.returned).toBe(true);

    let reason: unknown;
    const stream = new ReadableStream<AudioChunk>({
      cancel(given) {
        reason = given;
      },
    });
    await encodeChunks(stream, {}).cancel("enough");
    expect(reason).toBe("enough");
  });

  it("passes on the error of its source", async () => {
    const broken = new Error("broken");
    async function* source(): AsyncGenerator<AudioChunk> {
      yield* chunksOf(samples);
      throw broken;
    }
    const reader = encodeChunks(source(), {}).getReader();
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toBe(broken);
  });

  it("cancels the source when encoding fails", async () => {
    const source = watchedSource();
    await expect(encodeChunks(source.chunks, {}, { frameBytes: 3 }).getReader().read()).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(source.returned).toBe(true);
  });
});
