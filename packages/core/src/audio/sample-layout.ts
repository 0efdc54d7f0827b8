import { decodeAlaw, decodeMulaw } from "./g711.ts";
import { isLittleEndian } from "./int16-reader.ts";
import { scaleInt16 } from "./samples.ts";

/** How one sample lies in bytes, little-endian: integers signed, except 8-bit ones as WAV has them. */
export type SampleLayout = "u8" | "s16" | "s24" | "s32" | "f32" | "f64" | "mulaw" | "alaw";

/** Fills `target` with samples that lie `stride` bytes apart, the first at `offset`. True where some were no numbers, and became silence. */
export type SampleReader = (view: DataView, offset: number, stride: number, target: Float32Array) => boolean | void;

/** Bytes of one sample. */
export const bytesPerSample: Readonly<Record<SampleLayout, number>> = {
  u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, mulaw: 1, alaw: 1,
};

/**
 * Floating-point samples beyond this (+60 dBFS) are not audio. They are limited, so that later sums stay finite; an infinity
 * becomes this, what is not a number becomes silence.
 */
const largestSample = 1_000;

const limited = (value: number): number => (value > largestSample ? largestSample : value < -largestSample ? -largestSample : value);

const companded = (decode: (byte: number) => number): SampleReader => {
  const values = Float32Array.from({ length: 256 }, (_, byte) => decode(byte) / 32_768);
  return (view, offset, stride, target) => {
    for (let index = 0; index < target.length; index += 1) target[index] = values[view.getUint8(offset + index * stride)] as number;
  };
};

/** Readers by layout. One loop for each: a loop that calls a function for each sample is several times slower. */
export const sampleReaders: Readonly<Record<SampleLayout, SampleReader>> = {
  u8(view, offset, stride, target) {
    for (let index = 0; index < target.length; index += 1) target[index] = (view.getUint8(offset + index * stride) - 128) / 128;
  },
  s16(view, offset, stride, target) {
    for (let index = 0; index < target.length; index += 1) target[index] = view.getInt16(offset + index * stride, true) / 32_768;
  },
  s24(view, offset, stride, target) {
    for (let index = 0; index < target.length; index += 1) {
      const at = offset + index * stride;
      target[index] = (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608;
    }
  },
  s32(view, offset, stride, target) {
    for (let index = 0; index < target.length; index += 1) target[index] = view.getInt32(offset + index * stride, true) / 2_147_483_648;
  },
  f32(view, offset, stride, target) {
    let hasReplaced = false;
    for (let index = 0; index < target.length; index += 1) {
      const value = view.getFloat32(offset + index * stride, true);
      const isNumber = value === value;
      hasReplaced ||= !isNumber;
      target[index] = isNumber ? limited(value) : 0;
    }
    return hasReplaced;
  },
  f64(view, offset, stride, target) {
    let hasReplaced = false;
    for (let index = 0; index < target.length; index += 1) {
      const value = view.getFloat64(offset + index * stride, true);
      const isNumber = value === value;
      hasReplaced ||= !isNumber;
      target[index] = isNumber ? limited(value) : 0;
    }
    return hasReplaced;
  },
  mulaw: companded(decodeMulaw),
  alaw: companded(decodeAlaw),
};

/** Reads 16-bit samples that lie one behind the other as the processor has them: several times as fast as byte by byte. False where they do not. */
export function readAlignedInt16(bytes: Uint8Array, target: Float32Array): boolean {
  if (!isLittleEndian || bytes.byteOffset % 2 !== 0) return false;
  scaleInt16(new Int16Array(bytes.buffer, bytes.byteOffset, target.length), target);
  return true;
}
