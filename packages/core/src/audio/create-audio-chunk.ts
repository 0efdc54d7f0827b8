import type { AudioChunk } from "./audio-chunk.ts";
import { encodePcm } from "./pcm.ts";

/** What a chunk is made from: all of it but what follows from the samples. */
export type AudioChunkParts = Omit<AudioChunk, "bytes" | "durationMs">;

/** Makes a chunk from its parts. Nothing is copied; `bytes()` encodes when it is called. */
export function createAudioChunk(parts: AudioChunkParts): AudioChunk {
  return {
    ...parts,
    durationMs: (parts.samples.length / parts.channels / parts.sampleRate) * 1_000,
    bytes: (encoding = "pcm-s16le") => encodePcm(parts.samples, encoding),
  };
}
