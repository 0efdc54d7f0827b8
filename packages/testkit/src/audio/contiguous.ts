import { AssertionError } from "node:assert";
import type { AudioChunk } from "@parlando/core";

/** Ends a test unless every chunk begins where the one before ended, and is what it says it is. The first may begin anywhere unless `fromFrame` is given. */
export function assertContiguous(chunks: readonly AudioChunk[], fromFrame?: number): void {
  let expected = fromFrame;
  chunks.forEach((chunk, index) => {
    const problem = problemOf(chunk, expected);
    if (problem !== undefined) throw new AssertionError({ message: `Chunk ${index} of ${chunks.length} does not follow: ${problem}.`, stackStartFn: assertContiguous });
    expected = chunk.startFrame + chunk.samples.length / chunk.channels;
  });
}

function problemOf({ samples, channels, sampleRate, startFrame, durationMs, segments }: AudioChunk, expected: number | undefined): string | undefined {
  const frames = samples.length / channels;
  if (!Number.isInteger(frames)) return `${samples.length} samples are not whole frames of ${channels} channels`;
  if (expected !== undefined && startFrame !== expected) return `it begins at frame ${startFrame}, and the one before ended at ${expected}`;
  if (Math.abs(durationMs - (frames * 1000) / sampleRate) > 0.001) return `it says ${durationMs} ms, and its ${frames} frames at ${sampleRate} Hz last ${(frames * 1000) / sampleRate} ms`;
  let at = 0;
  for (const segment of segments) {
    if (segment.offsetFrames < at) return `segment ${segment.index} begins at frame ${segment.offsetFrames} of the chunk, inside the one before`;
    at = segment.offsetFrames + segment.frames;
  }
  return at > frames ? `its segments reach to frame ${at} of ${frames}` : undefined;
}
