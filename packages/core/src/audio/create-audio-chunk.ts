import type { AudioChunk } from "./audio-chunk.ts";
import { isLittleEndian } from "./int16-reader.ts";
import { encodePcm, type StatelessEncoding } from "./pcm.ts";
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
  const durationMs = (samples.length / channels / sampleRate) * 1_000;
  if (samples instanceof Float32Array) {
    const chunk: AudioChunk = { samples, sampleRate, channels, startFrame, durationMs, segments, text, marks, bytes: (encoding = "pcm-s16le") => encodePcm(chunk.samples, encoding) };
    return chunk;
  }
  return new Int16Chunk(samples, { sampleRate, channels, startFrame, durationMs, segments, text, marks });
}

/**
 * The bytes of a chunk, for who sends them at once and keeps nothing: those that it holds, where they are in this encoding already, else as `bytes()` makes them.
 * They are not to be changed, since the chunk may be somebody else's as well.
 *
 * @example
 * ```ts
 * const sink = { ...others, write: async (chunk: AudioChunk) => void response.write(borrowBytes(chunk, "pcm-s16le")) };
 * ```
 */
export function borrowBytes(chunk: AudioChunk, encoding: StatelessEncoding): Uint8Array {
  return (encoding === "pcm-s16le" && isLittleEndian ? Int16Chunk.bytesIn(chunk) : undefined) ?? chunk.bytes(encoding);
}

/** Of 16-bit samples, floating point only when the app asks for it. */
class Int16Chunk implements AudioChunk {
  // The same two functions for every chunk: an accessor of its own would give each one a shape of its own, which costs more than the samples.
  static readonly #lazySamples: PropertyDescriptor & ThisType<Int16Chunk> = {
    enumerable: true,
    configurable: true,
    get() {
      return (this.#floats ??= toFloat(this.#integers));
    },
    set(replaced: Float32Array) {
      this.#floats = replaced;
    },
  };
  declare samples: Float32Array;
  readonly sampleRate: number;
  readonly channels: number;
  readonly startFrame: number;
  readonly durationMs: number;
  readonly segments: AudioChunk["segments"];
  readonly text: string;
  readonly marks: AudioChunk["marks"];
  readonly bytes: AudioChunk["bytes"];
  readonly #integers: Int16Array;
  #floats: Float32Array | undefined;

  /** The bytes that lie in a chunk of this kind, as long as nobody has seen, and may have changed, its samples. */
  static bytesIn(chunk: AudioChunk): Uint8Array | undefined {
    if (!(#integers in chunk) || chunk.#floats !== undefined) return undefined;
    const { buffer, byteOffset, byteLength } = chunk.#integers;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  constructor(integers: Int16Array, parts: Omit<AudioChunk, "samples" | "bytes">) {
    this.#integers = integers;
    this.sampleRate = parts.sampleRate;
    this.channels = parts.channels;
    this.startFrame = parts.startFrame;
    this.durationMs = parts.durationMs;
    this.segments = parts.segments;
    this.text = parts.text;
    this.marks = parts.marks;
    this.bytes = (encoding = "pcm-s16le") => encodePcm(this.#floats ?? integers, encoding);
    Object.defineProperty(this, "samples", Int16Chunk.#lazySamples);
  }
}
