import { createAudioChunk, type AudioChunk } from "@parlando/core";

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

/** Makes a chunk as a stream would hand it out, for tests of sinks. */
export function createTestChunk({ samples, sampleRate = 24_000, channels = 1, startFrame = 0 }: TestChunkOptions): AudioChunk {
  const frames = samples.length / channels;
  const segments = [{ index: 0, textStart: 0, textEnd: 0, engine: "test", attempt: 1, offsetFrames: 0, frames }];
  return createAudioChunk({ samples, sampleRate, channels, startFrame, segments, text: "", marks: [] });
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
