import type { AudioChunk } from "./audio-chunk.ts";
import { encodePcm } from "./pcm.ts";
import { toFloat, type Samples } from "./samples.ts";

/** What a chunk is made from: all of it but what follows from the samples. */
export interface AudioChunkParts extends Omit<AudioChunk, "bytes" | "durationMs" | "samples"> {
  /** Interleaved. Floating point becomes the chunk's own; 16-bit samples may lie in a buffer with others. */
  readonly samples: Samples;
}

/** Makes a chunk from its parts. `bytes()` encodes when it is called; 16-bit samples become floating point when they are first asked for. */
export function createAudioChunk(parts: AudioChunkParts): AudioChunk {
  // Named one by one: spreading the parts costs more than all else here.
  const { samples, sampleRate, channels, startFrame, segments, text, marks } = parts;
  let floats = samples instanceof Float32Array ? samples : undefined;
  return {
    get samples() {
      return (floats ??= toFloat(samples));
    },
    set samples(replaced) {
      floats = replaced;
    },
    sampleRate,
    channels,
    startFrame,
    durationMs: (samples.length / channels / sampleRate) * 1_000,
    segments,
    text,
    marks,
    bytes: (encoding = "pcm-s16le") => encodePcm(floats ?? samples, encoding),
  };
}
