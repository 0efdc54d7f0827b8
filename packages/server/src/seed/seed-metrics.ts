import type { Clock } from "@parlando/core";

/** Measures of a stream so far, by the names and in the units of the protocol: seconds. */
export interface SeedMetrics {
  readonly first_chunk_latency: number;
  readonly total_latency: number;
  /** Time since the request, by the length of the audio. */
  readonly rtf: number;
  readonly total_audio_duration: number;
  readonly chunks_generated: number;
}

/** Measures one stream. */
export interface SeedMeter {
  /** Chunks so far. */
  readonly chunks: number;
  /** Counts a chunk and returns the measures with it. */
  add(durationMs: number): SeedMetrics;
}

/** Makes the meter of a request that has just come. */
export function createSeedMeter(clock: Clock): SeedMeter {
  const begunMs = clock.now();
  let firstMs: number | undefined;
  let audioMs = 0;
  let chunks = 0;
  return {
    get chunks() {
      return chunks;
    },
    add(durationMs) {
      const elapsedMs = clock.now() - begunMs;
      firstMs ??= elapsedMs;
      audioMs += durationMs;
      chunks += 1;
      return {
        first_chunk_latency: seconds(firstMs),
        total_latency: seconds(elapsedMs),
        rtf: audioMs === 0 ? 0 : Math.round((elapsedMs / audioMs) * 1_000) / 1_000,
        total_audio_duration: seconds(audioMs),
        chunks_generated: chunks,
      };
    },
  };
}

/** To the millisecond. */
function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}
