import { describe, expect, it } from "vitest";
import { openAudioPath } from "./audio-path.test-helper.ts";
import { HeldSamples } from "./held-samples.ts";
import { joinSamples } from "./join-samples.ts";
import { encodePcm } from "./pcm.ts";
import { toFloat, type Samples } from "./samples.ts";

const SAMPLE_RATE = 24_000;
/** Sound with silence before, in and behind it, which is held back in different places. */
const source = Float32Array.from({ length: 48_000 }, (_, index) => (index < 3_000 || (index > 20_000 && index < 27_000) || index > 44_000 ? 0 : 0.4 * Math.sin(index / 11)));
const sourceBytes = encodePcm(source, "pcm-s16le");

interface Given {
  readonly outputRate: number;
  readonly encoding: "pcm-f32le" | "pcm-s16le";
  /** Where the engine puts every block; undefined: each has an array of its own. */
  readonly reused: Float32Array | Uint8Array | undefined;
}

/** The audio in blocks of `length` samples or bytes, as the app gets it. */
async function throughPath(length: number, { reused, outputRate, encoding }: Given): Promise<{ whole: Float32Array; handed: Samples[] }> {
  const held = new HeldSamples();
  const onSamples = (samples: Samples): void => {
    expect(samples.buffer === reused?.buffer).toBe(false);
    held.push(samples);
  };
  const path = openAudioPath({ sampleRate: outputRate, onSamples });
  await path.start({ format: { encoding, sampleRate: SAMPLE_RATE, channels: 1 } });
  const whole = encoding === "pcm-f32le" ? source : sourceBytes;
  for (let from = 0; from < whole.length; from += length) {
    const block = whole.subarray(from, from + length);
    const given = reused === undefined ? block.slice() : reused.subarray(0, block.length);
    given.set(block);
    await (given instanceof Float32Array ? path.samples(given) : path.bytes(given));
    // What comes next lies where this lay.
    reused?.fill(encoding === "pcm-f32le" ? 0.9 : 77);
  }
  path.flush();
  path.close();
  const handed: Samples[] = [];
  while (held.frames > 0) handed.push(held.take(2_400));
  return { whole: toFloat(joinSamples(handed)), handed };
}

describe("samples of an engine that uses its array again", () => {
  it.each([
    [1, SAMPLE_RATE],
    [57, SAMPLE_RATE],
    [120, SAMPLE_RATE],
    [480, SAMPLE_RATE],
    [2_400, SAMPLE_RATE],
    [9_000, SAMPLE_RATE],
    [2_400, 48_000],
  ])("are what they were when they were given, in blocks of %d frames, at %d Hz", async (blockFrames, outputRate) => {
    const given = { outputRate, encoding: "pcm-f32le" } as const;
    const reused = new Float32Array(blockFrames);
    const { whole, handed } = await throughPath(blockFrames, { ...given, reused });
    expect(whole).toEqual((await throughPath(blockFrames, { ...given, reused: undefined })).whole);
    expect(handed.every((samples) => samples.byteLength === samples.buffer.byteLength && samples.buffer !== reused.buffer)).toBe(true);
  });

  it.each([
    [1, SAMPLE_RATE],
    [2, SAMPLE_RATE],
    [115, SAMPLE_RATE],
    [240, SAMPLE_RATE],
    [961, SAMPLE_RATE],
    [4_800, SAMPLE_RATE],
    [18_000, SAMPLE_RATE],
    [4_800, 48_000],
  ])("are what they were as 16-bit bytes, in blocks of %d bytes, at %d Hz", async (length, outputRate) => {
    const given = { outputRate, encoding: "pcm-s16le" } as const;
    const reused = new Uint8Array(length);
    const { whole, handed } = await throughPath(length, { ...given, reused });
    expect(whole).toEqual((await throughPath(length, { ...given, reused: undefined })).whole);
    expect(handed.every((samples) => samples.byteLength === samples.buffer.byteLength && samples.buffer !== reused.buffer)).toBe(true);
    expect(handed.every((samples) => samples instanceof Int16Array === (outputRate === SAMPLE_RATE))).toBe(true);
  });
});
