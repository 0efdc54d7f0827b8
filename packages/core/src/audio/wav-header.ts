import { encodedSampleBytes, type StatelessEncoding } from "./pcm.ts";

/** What a WAV header tells. */
export interface WavHeaderOptions {
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Default `pcm-s16le`. */
  readonly encoding?: StatelessEncoding | undefined;
  /** Bytes of audio that follow. Unknown, for a stream: left out; then, and past 4 GB, the sizes are 0xFFFFFFFF, which readers take as "to the end". */
  readonly dataBytes?: number | undefined;
}

const unknownSize = 0xffff_ffff;

/** Format tags of WAVE, from Microsoft's mmreg.h. */
const formatTags: Readonly<Record<StatelessEncoding, number>> = { "pcm-s16le": 1, "pcm-f32le": 3, alaw: 6, mulaw: 7 };

/** Bytes of a header: 44 for 16-bit PCM, 58 for the others, which by the standard need an extension size and a `fact` chunk. */
export function wavHeaderBytes(encoding: StatelessEncoding = "pcm-s16le"): number {
  return encoding === "pcm-s16le" ? 44 : 58;
}

/**
 * Writes a WAV header. Audio of an odd number of bytes is to be followed by a zero byte.
 *
 * @example
 * ```ts
 * response.write(wavHeader({ sampleRate: 24_000, channels: 1 }));
 * for await (const chunk of stream) response.write(chunk.bytes());
 * ```
 */
export function wavHeader({ sampleRate, channels, encoding = "pcm-s16le", dataBytes }: WavHeaderOptions): Uint8Array<ArrayBuffer> {
  const sampleBytes = encodedSampleBytes[encoding];
  const header = new Uint8Array(wavHeaderBytes(encoding));
  const view = new DataView(header.buffer);
  const isPcm = encoding === "pcm-s16le";
  const { riffSize, dataSize } = sizes(dataBytes, header.length);
  writeText(header, 0, "RIFF");
  view.setUint32(4, riffSize, true);
  writeText(header, 8, "WAVEfmt ");
  view.setUint32(16, isPcm ? 16 : 18, true);
  view.setUint16(20, formatTags[encoding], true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * sampleBytes, true);
  view.setUint16(32, channels * sampleBytes, true);
  view.setUint16(34, 8 * sampleBytes, true);
  if (!isPcm) {
    writeText(header, 38, "fact");
    view.setUint32(42, 4, true);
    view.setUint32(46, dataSize === unknownSize ? unknownSize : dataSize / (channels * sampleBytes), true);
  }
  writeText(header, header.length - 8, "data");
  view.setUint32(header.length - 4, dataSize, true);
  return header;
}

function sizes(dataBytes: number | undefined, headerBytes: number): { riffSize: number; dataSize: number } {
  if (dataBytes === undefined) return { riffSize: unknownSize, dataSize: unknownSize };
  const riffSize = headerBytes - 8 + dataBytes + (dataBytes % 2);
  return riffSize < unknownSize ? { riffSize, dataSize: dataBytes } : { riffSize: unknownSize, dataSize: unknownSize };
}

function writeText(bytes: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[offset + index] = text.charCodeAt(index);
}
