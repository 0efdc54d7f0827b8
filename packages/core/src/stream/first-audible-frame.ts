import type { AudioChunk } from "../audio/audio-chunk.ts";

/** −60 dBFS: below it speech is not heard. */
const AUDIBLE = 0.001;

/** Frame of the first audible sample of a chunk; undefined when it is silent. */
export function firstAudibleFrame(chunk: AudioChunk): number | undefined {
  const index = chunk.samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  return index < 0 ? undefined : Math.floor(index / chunk.channels);
}
