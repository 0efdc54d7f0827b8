import type { AudioChunk } from "@parlando/core";

/** Noise from a seed, as 16-bit steps, so that every stretch of it is like no other and a device at its rate can play it bit for bit. */
export function noise(frames: number, seed = 1): Int16Array {
  const samples = new Int16Array(frames);
  let state = seed;
  for (let index = 0; index < frames; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    // Never 0, so that silence around it is told apart.
    samples[index] = ((state >> 18) | 1) & 0x1f_ff ? (state >> 18) | 1 : 1;
  }
  return samples;
}

/** A chunk as core would write it. */
export function chunkOf(samples: Int16Array, options: { sampleRate: number; startFrame?: number }): AudioChunk {
  const { sampleRate, startFrame = 0 } = options;
  return {
    samples: Float32Array.from(samples, (sample) => sample / 32_768),
    sampleRate,
    channels: 1,
    startFrame,
    durationMs: (samples.length * 1000) / sampleRate,
    segments: [],
    text: "",
    marks: [],
    bytes: () => new Uint8Array(samples.slice().buffer),
  };
}

/** Cuts samples into chunks of a length. */
export function chunksOf(samples: Int16Array, options: { sampleRate: number; chunkMs: number }): readonly AudioChunk[] {
  const frames = Math.round((options.chunkMs * options.sampleRate) / 1000);
  return Array.from({ length: Math.ceil(samples.length / frames) }, (_, index) =>
    chunkOf(samples.subarray(index * frames, (index + 1) * frames), { sampleRate: options.sampleRate, startFrame: index * frames }),
  );
}

/** First and last frame above a level, or undefined for silence. */
export function soundIn(samples: Int16Array, level = 2): { first: number; end: number } | undefined {
  const first = samples.findIndex((sample) => Math.abs(sample) > level);
  if (first < 0) return undefined;
  return { first, end: samples.findLastIndex((sample) => Math.abs(sample) > level) + 1 };
}

/** Where a stretch of the written samples lies in a recording; -1 when it is not there as it was. */
export function find(recorded: Int16Array, wanted: Int16Array, from = 0): number {
  outer: for (let start = from; start + wanted.length <= recorded.length; start += 1) {
    for (let index = 0; index < wanted.length; index += 1) {
      if (Math.abs((recorded[start + index] ?? 0) - (wanted[index] ?? 0)) > 1) continue outer;
    }
    return start;
  }
  return -1;
}
