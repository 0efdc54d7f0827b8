import { decodeAlaw, decodeMulaw } from "./g711.ts";

/** How one sample lies in bytes, little-endian: integers signed, except 8-bit ones as WAV has them. */
export type SampleLayout = "u8" | "s16" | "s24" | "s32" | "f32" | "f64" | "mulaw" | "alaw";

/** Reads `count` samples, `stride` bytes apart, and adds each to what `target` holds at its place. */
export type SampleReader = (view: DataView, offset: number, stride: number, count: number, target: Float32Array) => void;

/** Bytes of one sample. */
export const bytesPerSample: Readonly<Record<SampleLayout, number>> = {
  u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, mulaw: 1, alaw: 1,
};

/**
 * Floating-point samples beyond this (+60 dBFS) are not audio. They are limited, so that later sums stay finite; an infinity
 * becomes this, what is not a number becomes silence.
 */
const largestSample = 1_000;

const finite = (value: number): number => (value > largestSample ? largestSample : value < -largestSample ? -largestSample : value === value ? value : 0);

const companded = (decode: (byte: number) => number): SampleReader => {
  const values = Float32Array.from({ length: 256 }, (_, byte) => decode(byte) / 32_768);
  return (view, offset, stride, count, target) => {
    for (let index = 0; index < count; index += 1) add(target, index, values[view.getUint8(offset + index * stride)] ?? 0);
  };
};

function add(target: Float32Array, index: number, value: number): void {
  target[index] = (target[index] ?? 0) + value;
}

/**
 * Readers by layout. Each adds to what `target` holds, so that channels are summed by calling once for each.
 *
 * One loop for each layout: a loop that calls a function for each sample is several times slower.
 */
export const sampleReaders: Readonly<Record<SampleLayout, SampleReader>> = {
  u8(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) add(target, index, (view.getUint8(offset + index * stride) - 128) / 128);
  },
  s16(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) add(target, index, view.getInt16(offset + index * stride, true) / 32_768);
  },
  s24(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) {
      const at = offset + index * stride;
      add(target, index, (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608);
    }
  },
  s32(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) add(target, index, view.getInt32(offset + index * stride, true) / 2_147_483_648);
  },
  f32(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) add(target, index, finite(view.getFloat32(offset + index * stride, true)));
  },
  f64(view, offset, stride, count, target) {
    for (let index = 0; index < count; index += 1) add(target, index, finite(view.getFloat64(offset + index * stride, true)));
  },
  mulaw: companded(decodeMulaw),
  alaw: companded(decodeAlaw),
};
