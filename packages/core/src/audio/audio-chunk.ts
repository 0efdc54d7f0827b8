import type { Mark } from "@parlando/engine";

/**
 * A block of audio handed to the taker of a stream.
 *
 * @example
 * ```ts
 * for await (const chunk of stream) {
 *   await client.send(chunk.bytes());          // 16-bit PCM
 *   showSubtitle(chunk.startFrame / chunk.sampleRate, chunk.text);
 * }
 * ```
 */
export interface AudioChunk {
  /** Float32, interleaved when `channels` > 1. Yours to keep. */
  samples: Float32Array;
  /** Frames a second, in Hz; the same for all chunks of a stream. */
  sampleRate: number;
  /** Interleaved channels; the same for all chunks of a stream. */
  channels: number;
  /** Position in the stream, in frames. Chunks follow each other without a gap: the next one starts at startFrame + samples.length / channels. */
  startFrame: number;
  /** Length, in milliseconds. */
  durationMs: number;
  /** What is inside, in order: one entry for each attempt at each segment. */
  segments: readonly { index: number; textStart: number; textEnd: number; engine: string; attempt: number; offsetFrames: number; frames: number }[];
  /** The fed text whose speech begins in this chunk (by marks or estimate): joined over chunks it is the text, once. */
  text: string;
  /** Marks inside this chunk that are known by now. */
  marks: readonly Mark[];
  /** Stateless encodings only. MP3 and Opus: `stream.encoded(format)`. */
  bytes(encoding?: "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw"): Uint8Array<ArrayBuffer>;
}
