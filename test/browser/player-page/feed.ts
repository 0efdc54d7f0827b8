import { createAudioChunk, type Sink } from "@parlando/core";
import { randomOf } from "./noise.ts";

/** How samples come to a sink. */
export interface FeedOrder {
  /** Frames of a chunk: one after the other, then from the first again. */
  readonly chunkFrames: readonly number[];
  /** Each chunk comes at its time in the stream, and up to so much later. Absent: as fast as the sink takes them. */
  readonly jitterMs?: number | undefined;
}

/** What came of it. */
export interface Fed {
  /** How much later than planned a chunk came, at most. */
  readonly lateMs: number;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes samples in chunks, each when the one before it was taken. */
export async function feed(sink: Sink, samples: Float32Array, { chunkFrames, jitterMs }: FeedOrder): Promise<Fed> {
  const sampleRate = sink.format?.sampleRate ?? 24_000;
  const random = randomOf(samples.length);
  const startedAt = performance.now();
  let lateMs = 0;
  let at = 0;
  for (let index = 0; at < samples.length; index += 1) {
    if (jitterMs !== undefined) {
      const plannedMs = startedAt + (at * 1000) / sampleRate + random() * jitterMs;
      await sleep(Math.max(0, plannedMs - performance.now()));
      lateMs = Math.max(lateMs, performance.now() - plannedMs);
    }
    const part = samples.slice(at, at + (chunkFrames[index % chunkFrames.length] ?? samples.length));
    await sink.write(createAudioChunk({ samples: part, sampleRate, channels: 1, startFrame: at, segments: [], text: "", marks: [] }));
    at += part.length;
  }
  return { lateMs };
}
