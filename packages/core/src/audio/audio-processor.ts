/**
 * A streaming change of samples (gain, watermark), one for each stream.
 *
 * Samples are mono Float32, full scale at ±1. As many frames come out as went in, once `flush` was called.
 */
export interface AudioProcessor {
  /** Frames that are held back between `process` calls, so that times can be corrected. */
  readonly latencyFrames: number;
  /** Takes the next samples; may return the array it was given, and must not keep it. */
  process(samples: Float32Array, sampleRate: number): Float32Array;
  /** What is held back, at the end of the stream. */
  flush(): Float32Array;
}
