import type { Samples } from "./samples.ts";

/** Gives out room for samples, one piece right behind the other. */
export interface SampleSlab<Kind extends Samples = Float32Array<ArrayBuffer>> {
  /** Zeros, in frames: behind the piece given out before it, where that has room left, so that both can be seen as one array. */
  take(frames: number): Kind;
}

/**
 * Frames of the first slab and of the largest: 85 and 680 ms at 24 kHz. An array buffer costs about a microsecond whatever its size, as
 * much as the decoding of 20 ms of audio; so many blocks share one. The first is small, because many segments are.
 */
const firstFrames = 2_048;
const mostFrames = 16_384;

/** Longer pieces of floating-point samples get room of their own: 43 ms at 24 kHz, so that a block of 100 ms is handed out as it lies. */
const longestFloats = 1_024;
/** 16-bit samples are handed out from where they lie, so all but the longest lie together. */
const longestIntegers = mostFrames / 4;

/** Makes a slab of floating-point samples. What is long gets room of its own. */
export function createSampleSlab(): SampleSlab {
  return createSlab(4, longestFloats, (buffer, offset, frames) => new Float32Array(buffer, offset, frames));
}

/** Makes a slab of 16-bit samples. What is long gets room of its own. */
export function createInt16Slab(): SampleSlab<Int16Array<ArrayBuffer>> {
  return createSlab(2, longestIntegers, (buffer, offset, frames) => new Int16Array(buffer, offset, frames));
}

function createSlab<Kind extends Samples>(sampleBytes: number, longest: number, view: (buffer: ArrayBuffer, offset: number, frames: number) => Kind): SampleSlab<Kind> {
  let size = 0;
  let buffer = new ArrayBuffer(0);
  let used = 0;
  return {
    take(frames) {
      if (frames > longest) return view(new ArrayBuffer(sampleBytes * frames), 0, frames);
      if (used + frames > size) {
        do size = Math.min(mostFrames, Math.max(firstFrames, 2 * size));
        while (size < 2 * frames);
        buffer = new ArrayBuffer(sampleBytes * size);
        used = 0;
      }
      const piece = view(buffer, sampleBytes * used, frames);
      used += frames;
      return piece;
    },
  };
}

/** Whether `second` lies right behind `first` in memory. */
export function areAdjacent(first: Samples, second: Samples): boolean {
  return first.buffer === second.buffer && first.byteOffset + first.byteLength === second.byteOffset && first.BYTES_PER_ELEMENT === second.BYTES_PER_ELEMENT;
}

/** `frames` samples from place `from` of `samples` on, whatever lies behind them in their buffer. */
export function viewFrom<Kind extends Samples>(samples: Kind, from: number, frames: number): Kind {
  const { buffer, byteOffset } = samples;
  const view = samples instanceof Int16Array ? new Int16Array(buffer, byteOffset + 2 * from, frames) : new Float32Array(buffer, byteOffset + 4 * from, frames);
  return view as Kind;
}

/** Samples that nobody else has a part of: the array itself where its buffer holds nothing else, otherwise a copy. */
export function ownSamples(samples: Float32Array): Float32Array {
  return samples.byteLength === samples.buffer.byteLength ? samples : samples.slice();
}
