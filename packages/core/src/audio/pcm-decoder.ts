import type { AudioDecoder } from "./audio-decoder.ts";
import { createSampleSlab } from "./sample-slab.ts";
import { bytesPerSample, readAlignedInt16, sampleReaders, type SampleLayout } from "./sample-layout.ts";

/** Samples without a header. */
export interface PcmDecoderOptions {
  readonly layout: SampleLayout;
  readonly sampleRate: number;
  /** Interleaved channels; several are averaged into one. */
  readonly channels: number;
}

/** Decodes raw samples. Holds back less than one frame of bytes. */
export function createPcmDecoder({ layout, sampleRate, channels }: PcmDecoderOptions): AudioDecoder {
  const frameBytes = bytesPerSample[layout] * channels;
  const rest = new Uint8Array(frameBytes);
  const slab = createSampleSlab();
  let restLength = 0;
  let hasReplaced = false;
  const readInto = (bytes: Uint8Array, target: Float32Array): void => {
    if (readFrames({ layout, channels, bytes, target })) hasReplaced = true;
  };

  return {
    sampleRate,
    get hasReplaced() {
      return hasReplaced;
    },
    push(bytes) {
      const frames = Math.floor((restLength + bytes.length) / frameBytes);
      if (frames === 0) {
        rest.set(bytes, restLength);
        restLength += bytes.length;
        return new Float32Array(0);
      }
      const samples = slab.take(frames);
      let used = 0;
      if (restLength > 0) {
        used = frameBytes - restLength;
        rest.set(bytes.subarray(0, used), restLength);
        readInto(rest, samples.subarray(0, 1));
        readInto(bytes.subarray(used), samples.subarray(1));
        used += (frames - 1) * frameBytes;
      } else {
        readInto(bytes, samples);
        used = frames * frameBytes;
      }
      restLength = bytes.length - used;
      if (restLength > 0) rest.set(bytes.subarray(used));
      return samples;
    },
    flush() {
      restLength = 0;
      return new Float32Array(0);
    },
  };
}

/** Fills `target` with the first frames of `bytes`, channels averaged. True where some samples were no numbers. */
function readFrames({ layout, channels, bytes, target }: { layout: SampleLayout; channels: number; bytes: Uint8Array; target: Float32Array }): boolean {
  if (layout === "s16" && channels === 1 && readAlignedInt16(bytes, target)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytesPerSample[layout];
  const read = sampleReaders[layout];
  let hasReplaced = read(view, 0, size * channels, target) === true;
  if (channels === 1) return hasReplaced;
  const other = new Float32Array(target.length);
  for (let channel = 1; channel < channels; channel += 1) {
    if (read(view, channel * size, size * channels, other) === true) hasReplaced = true;
    for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) + (other[index] ?? 0);
  }
  for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) / channels;
  return hasReplaced;
}
