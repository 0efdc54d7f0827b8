import { describe, expect, it } from "vitest";
import { SegmentAudioPath } from "./audio-path.ts";
import { joinSamples } from "./join-samples.ts";
import { toFloat, type Samples } from "./samples.ts";

const SAMPLE_RATE = 24_000;
/** Sound with silence before, in and behind it, which is held back in different places. */
const source = Float32Array.from({ length: 48_000 }, (_, index) => (index < 3_000 || (index > 20_000 && index < 27_000) || index > 44_000 ? 0 : 0.4 * Math.sin(index / 11)));

async function throughPath(blockFrames: number, { reused, outputRate }: { reused: Float32Array | undefined; outputRate: number }): Promise<{ whole: Float32Array; pieces: Samples[] }> {
  const pieces: Samples[] = [];
  const path = new SegmentAudioPath({ sampleRate: outputRate, leadMs: 20, pauseMs: 250, gain: 1, engine: "scripted", onSamples: (samples) => pieces.push(samples), onLast: () => undefined, breathe: async () => undefined });
  await path.start({ format: { encoding: "pcm-f32le", sampleRate: SAMPLE_RATE, channels: 1 } });
  for (let from = 0; from < source.length; from += blockFrames) {
    const block = source.subarray(from, from + blockFrames);
    const given = reused === undefined ? block.slice() : reused.subarray(0, block.length);
    given.set(block);
    await path.samples(given);
    // What comes next lies where this lay.
    reused?.fill(0.9);
  }
  path.flush();
  path.close();
  return { whole: toFloat(joinSamples(pieces)), pieces };
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
    const reused = new Float32Array(blockFrames);
    const { whole, pieces } = await throughPath(blockFrames, { reused, outputRate });
    expect(whole).toEqual((await throughPath(blockFrames, { reused: undefined, outputRate })).whole);
    expect(pieces.some((piece) => piece.buffer === reused.buffer)).toBe(false);
  });

  it("lie in a buffer of their own when they came in blocks of 100 ms, so that nothing is copied again", async () => {
    const { pieces } = await throughPath(2_400, { reused: new Float32Array(2_400), outputRate: SAMPLE_RATE });
    expect(pieces.filter((piece) => piece.byteLength === piece.buffer.byteLength).length).toBeGreaterThan(pieces.length / 2);
  });
});
