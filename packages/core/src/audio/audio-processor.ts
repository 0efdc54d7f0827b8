/** A streaming change of samples (gain, watermark), one for each stream. */
export interface AudioProcessor {
  readonly latencyFrames: number;
  process(samples: Float32Array, sampleRate: number): Float32Array;
  flush(): Float32Array;
}
