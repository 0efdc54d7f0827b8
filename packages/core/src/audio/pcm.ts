import { encodeAlaw, encodeMulaw } from "./g711.ts";

/** Encodings in which every sample stands for itself: blocks can be cut and joined anywhere. */
export type StatelessEncoding = "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw";

/** Bytes of one sample. */
export const encodedSampleBytes: Readonly<Record<StatelessEncoding, number>> = { "pcm-s16le": 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };

/**
 * Encodes samples; interleaved channels stay interleaved.
 *
 * Integers are rounded to the nearest and saturate at full scale, never wrap. 16-bit audio decoded (divided by 32,768) and encoded
 * again is the same to the bit. What is not a number becomes 0.
 */
export function encodePcm(samples: Float32Array, encoding: StatelessEncoding): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length * encodedSampleBytes[encoding]);
  const view = new DataView(bytes.buffer);
  switch (encoding) {
    case "pcm-s16le":
      for (let index = 0; index < samples.length; index += 1) view.setInt16(2 * index, toInt16(samples[index] as number), true);
      break;
    case "pcm-f32le":
      for (let index = 0; index < samples.length; index += 1) view.setFloat32(4 * index, finite(samples[index] as number), true);
      break;
    case "mulaw":
      for (let index = 0; index < samples.length; index += 1) bytes[index] = encodeMulaw(toInt16(samples[index] as number));
      break;
    case "alaw":
      for (let index = 0; index < samples.length; index += 1) bytes[index] = encodeAlaw(toInt16(samples[index] as number));
      break;
  }
  return bytes;
}

function toInt16(sample: number): number {
  const scaled = Math.floor(sample * 32_768 + 0.5);
  if (scaled >= -32_768 && scaled <= 32_767) return scaled;
  return scaled > 0 ? 32_767 : scaled < 0 ? -32_768 : 0;
}

function finite(sample: number): number {
  return Number.isNaN(sample) ? 0 : sample;
}
