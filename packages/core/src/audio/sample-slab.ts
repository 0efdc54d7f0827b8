/** Gives out room for samples, one piece right behind the other. */
export interface SampleSlab {
  /** Zeros, in frames: behind the piece given out before it, where that has room left, so that both can be seen as one array. */
  take(frames: number): Float32Array<ArrayBuffer>;
}

/**
 * Frames of the first slab and of the largest: 85 and 680 ms at 24 kHz. An array buffer costs about a microsecond whatever its size, as
 * much as the decoding of 20 ms of audio; so many blocks share one. The first is small, because many segments are.
 */
const firstFrames = 2_048;
const mostFrames = 16_384;

/** Longer pieces get room of their own: 43 ms at 24 kHz. */
const longest = 1_024;

/** Makes a slab. What is long gets room of its own. */
export function createSampleSlab(): SampleSlab {
  let size = 0;
  let buffer = new ArrayBuffer(0);
  let used = 0;
  return {
    take(frames) {
      if (frames > longest) return new Float32Array(frames);
      if (used + frames > size) {
        do size = Math.min(mostFrames, Math.max(firstFrames, 2 * size));
        while (size < 2 * frames);
        buffer = new ArrayBuffer(4 * size);
        used = 0;
      }
      const piece = new Float32Array(buffer, 4 * used, frames);
      used += frames;
      return piece;
    },
  };
}

/** Samples that nobody else has a part of: the array itself where its buffer holds nothing else, otherwise a copy. */
export function ownSamples(samples: Float32Array): Float32Array {
  return samples.byteLength === samples.buffer.byteLength ? samples : samples.slice();
}
