import { TTSError } from "@parlando/engine";
import type { AudioChunk } from "@parlando/core";

/** What a chunk for a test is made of. */
export interface TestChunkOptions {
  /** Interleaved. */
  samples: Float32Array;
  /** Default 24,000. */
  sampleRate?: number | undefined;
  /** Default 1. */
  channels?: number | undefined;
  /** Default 0. */
  startFrame?: number | undefined;
}

/** Makes a chunk as a stream would hand it out, for tests of sinks. Its `bytes()` knows the two linear encodings. */
export function createTestChunk({ samples, sampleRate = 24_000, channels = 1, startFrame = 0 }: TestChunkOptions): AudioChunk {
  const frames = samples.length / channels;
  return {
    samples,
    sampleRate,
    channels,
    startFrame,
    durationMs: (frames * 1000) / sampleRate,
    segments: [{ index: 0, textStart: 0, textEnd: 0, engine: "test", attempt: 1, offsetFrames: 0, frames }],
    text: "",
    marks: [],
    bytes: (encoding = "pcm-s16le") => toBytes(samples, encoding),
  };
}

/** A whole buffer of sound cut into chunks that follow each other. */
export function createTestChunks(options: TestChunkOptions & { chunkFrames: number }): AudioChunk[] {
  const { samples, channels = 1, startFrame = 0, chunkFrames } = options;
  const chunks: AudioChunk[] = [];
  for (let frame = 0; frame * channels < samples.length; frame += chunkFrames) {
    const part = samples.slice(frame * channels, (frame + chunkFrames) * channels);
    chunks.push(createTestChunk({ ...options, samples: part, startFrame: startFrame + frame }));
  }
  return chunks;
}

function toBytes(samples: Float32Array, encoding: string): Uint8Array<ArrayBuffer> {
  const width = { "pcm-f32le": 4, "pcm-s16le": 2 }[encoding];
  if (width === undefined) throw new TTSError("UNSUPPORTED", `While encoding a test chunk: "${encoding}" is not one of "pcm-s16le" and "pcm-f32le".`);
  const view = new DataView(new ArrayBuffer(samples.length * width));
  samples.forEach((sample, index) => {
    if (width === 4) view.setFloat32(index * 4, sample, true);
    else view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), true);
  });
  return new Uint8Array(view.buffer);
}
