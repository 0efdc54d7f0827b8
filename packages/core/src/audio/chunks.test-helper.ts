import type { AudioChunk } from "./audio-chunk.ts";
import { createAudioChunk } from "./create-audio-chunk.ts";
import { cut } from "./signals.test-helper.ts";

/** Chunks as a stream would hand them out. */
export function chunksOf(samples: Float32Array, { sampleRate = 24_000, channels = 1, frames = 480 }: { sampleRate?: number; channels?: number; frames?: number } = {}): AudioChunk[] {
  let startFrame = 0;
  return cut(samples, [frames * channels]).map((part) => {
    const chunk = createAudioChunk({ samples: part, sampleRate, channels, startFrame, segments: [], text: "", marks: [] });
    startFrame += part.length / channels;
    return chunk;
  });
}
