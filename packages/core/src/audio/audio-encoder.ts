/**
 * Turns the samples of one stream into the bytes of one compressed encoding. One for each stream: what comes out depends on what went
 * in before.
 */
export interface AudioEncoder {
  /** The rate it takes, in Hz: the one asked for, or the nearest that the encoding knows. Core converts to it. */
  readonly sampleRate: number;
  /** The interleaved channels it takes. */
  readonly channels: number;
  /** What stands before the audio, once. Empty for encodings without a header. */
  begin(): Uint8Array<ArrayBuffer>;
  /** Takes samples, interleaved, any number of frames; returns the bytes that are complete. */
  push(samples: Float32Array): Uint8Array<ArrayBuffer>;
  /** The rest, when no more samples come. */
  flush(): Uint8Array<ArrayBuffer>;
  /** Frees what it holds, at the end or before. May be called twice. */
  close(): void;
}
