import { TTSError } from "@parlando/engine";
import { encodeAlaw, encodeMulaw } from "./g711.ts";
import { isLittleEndian } from "./int16-reader.ts";
import { toFloat, type Samples } from "./samples.ts";

/** Encodings in which every sample stands for itself: blocks can be cut and joined anywhere. */
export type StatelessEncoding = "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw";

/** Bytes of one sample. */
export const encodedSampleBytes: Readonly<Record<StatelessEncoding, number>> = { "pcm-s16le": 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };

/**
 * Encodes samples; interleaved channels stay interleaved.
 *
 * Integers are rounded to the nearest and saturate at full scale, never wrap. 16-bit audio decoded (divided by 32,768) and encoded
 * again is the same to the bit. What is not a number becomes 0.
 *
 * @throws TTSError `UNSUPPORTED` for any other encoding.
 */
export function encodePcm(samples: Samples, encoding: StatelessEncoding): Uint8Array<ArrayBuffer> {
  if (encoding === "pcm-s16le") return samples instanceof Int16Array ? copyOf(samples) : encodeInt16(samples);
  return encodeFloats(toFloat(samples), encoding);
}

function encodeFloats(samples: Float32Array, encoding: StatelessEncoding): Uint8Array<ArrayBuffer> {
  if (encoding === "pcm-f32le") return encodeFloat32(samples);
  // Callers without types ask for "mp3" as well: what came out would be no MP3.
  if (encoding !== "mulaw" && encoding !== "alaw") throw notStateless(encoding);
  return encodeCompanded(samples, compandingTable(encoding));
}

function notStateless(encoding: unknown): TTSError {
  const given = typeof encoding === "string" ? JSON.stringify(encoding.slice(0, 40)) : `a value of type ${typeof encoding}`;
  return new TTSError("UNSUPPORTED", `Encoding samples as ${given}: expected pcm-s16le, pcm-f32le, mulaw or alaw. MP3 and Opus need the whole stream: use stream.encoded().`);
}

/** Just inside full scale, squared: one comparison tells samples that need nothing but rounding from those at the ends, beyond them, or no number. */
const safeSquare = 32_766 ** 2;

function encodeInt16(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const encoded = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    const scaled = (samples[index] as number) * 32_768;
    // Lifted above zero a shift rounds down for both signs; what was added is a multiple of 2^16, and falls away in 16 bits.
    encoded[index] = scaled * scaled < safeSquare ? (scaled + 65_536.5) | 0 : toInt16(samples[index] as number);
  }
  return littleEndian(encoded);
}

/** Copied as memory: a typed array more would cost as much as the copy. */
function copyOf(samples: Int16Array): Uint8Array<ArrayBuffer> {
  if (!isLittleEndian || !(samples.buffer instanceof ArrayBuffer)) return littleEndian(new Int16Array(samples));
  return new Uint8Array(samples.buffer.slice(samples.byteOffset, samples.byteOffset + samples.byteLength));
}

function littleEndian(samples: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.buffer);
  if (isLittleEndian) return bytes;
  const view = new DataView(samples.buffer);
  for (let index = 0; index < samples.length; index += 1) view.setInt16(2 * index, samples[index] as number, true);
  return bytes;
}

function encodeFloat32(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * samples.length));
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] as number;
    view.setFloat32(4 * index, Number.isNaN(sample) ? 0 : sample, true);
  }
  return new Uint8Array(view.buffer);
}

function encodeCompanded(samples: Float32Array, table: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) bytes[index] = table[toInt16(samples[index] as number) + 32_768] as number;
  return bytes;
}

const compandingTables = new Map<StatelessEncoding, Uint8Array>();

/** The byte for each 16-bit sample; made when first needed. */
function compandingTable(encoding: "mulaw" | "alaw"): Uint8Array {
  const known = compandingTables.get(encoding);
  if (known !== undefined) return known;
  const encode = encoding === "mulaw" ? encodeMulaw : encodeAlaw;
  const table = Uint8Array.from({ length: 65_536 }, (_, index) => encode(index - 32_768));
  compandingTables.set(encoding, table);
  return table;
}

/** Rounds half up, as `Math.round` does, by a shift above zero and a cut: several times as fast. Falls through to 0 for what is no number. */
function toInt16(sample: number): number {
  const scaled = sample * 32_768;
  if (scaled >= 32_767) return 32_767;
  if (scaled >= -32_768) return ((scaled + 32_768.5) | 0) - 32_768;
  return scaled < -32_768 ? -32_768 : 0;
}
