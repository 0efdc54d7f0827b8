import type { AudioFormat } from "@parlando/engine";
import { openDecoder, openEncoder } from "./index.ts";
import { joinBytes, joinSamples } from "./join.ts";

/** A voice-like tone that never repeats, so that it lies in one place only. */
export function voice(frames: number, sampleRate: number): Float32Array {
  return Float32Array.from({ length: frames }, (_, index) => {
    const time = index / sampleRate;
    return 0.3 * Math.sin(2 * Math.PI * 200 * time + 3 * Math.sin(2 * Math.PI * 2 * time)) * (0.6 + 0.4 * Math.sin(2 * Math.PI * 3.1 * time));
  });
}

/** One file, encoded in pieces of 20 ms. */
export async function encodeFile(format: Partial<AudioFormat> & Pick<AudioFormat, "encoding">, samples: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await openEncoder({ sampleRate: 24_000, channels: 1, ...format });
  const parts = [encoder.begin()];
  const piece = (encoder.sampleRate / 50) * encoder.channels;
  for (let start = 0; start < samples.length; start += piece) parts.push(encoder.push(samples.subarray(start, start + piece)));
  parts.push(encoder.flush());
  encoder.close();
  return joinBytes(parts);
}

/** All samples of a file that comes in pieces of these lengths, again and again. */
export async function decodeFile(encoding: AudioFormat["encoding"], bytes: Uint8Array, pieces: readonly number[] = [1 << 20]): Promise<{ samples: Float32Array; sampleRate: number }> {
  const decoder = await openDecoder({ encoding, sampleRate: 24_000, channels: 1 });
  const parts: Float32Array[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const length = pieces[turn % pieces.length] ?? 1;
    parts.push(decoder.push(bytes.subarray(start, start + length)).slice());
    start += length;
  }
  parts.push(decoder.flush());
  return { samples: joinSamples(parts), sampleRate: decoder.sampleRate };
}

/** How much of `wanted` is in `found` at `offset`, whatever its loudness, in dB over what is not. The first and last 20 ms are left out. */
export function likeness(found: Float32Array, wanted: Float32Array, { step = 1, offset = 0 }: { step?: number; offset?: number } = {}): number {
  const margin = 1_000;
  let product = 0;
  let energy = 0;
  for (let index = margin; index < wanted.length - margin; index += 1) {
    product += (found[offset + index * step] ?? 0) * (wanted[index] ?? 0);
    energy += (wanted[index] ?? 0) ** 2;
  }
  const gain = product / energy;
  let error = 0;
  for (let index = margin; index < wanted.length - margin; index += 1) error += ((found[offset + index * step] ?? 0) / gain - (wanted[index] ?? 0)) ** 2;
  return 10 * Math.log10(energy / error);
}
