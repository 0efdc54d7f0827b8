import type { AudioChunk } from "./audio-chunk.ts";
import { encodePcm } from "./pcm.ts";

/** What a chunk is made from: all of it but what follows from the samples. */
export type AudioChunkParts = Omit<AudioChunk, "bytes" | "durationMs">;

/** Makes a chunk from its parts. Nothing is copied; `bytes()` encodes when it is called. */
export function createAudioChunk(parts: AudioChunkParts): AudioChunk {
  // Named one by one: spreading the parts costs more than all else here.
  const { samples, sampleRate, channels, startFrame, segments, text, marks } = parts;
  return {
    samples,
    sampleRate,
    channels,
    startFrame,
    durationMs: (samples.length / channels / sampleRate) * 1_000,
    segments,
    text,
    marks,
    bytes: (encoding = "pcm-s16le") => encodePcm(samples, encoding),
  };
}
