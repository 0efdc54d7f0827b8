/** The head of one frame of compressed audio. */
export interface CompressedFrame {
  readonly encoding: "mp3" | "aac";
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Of the whole frame. */
  readonly byteLength: number;
}

/** Kilobits a second by index, for MPEG 1 and for MPEG 2 and 2.5 (ISO 11172-3 and 13818-3, layer III). */
const bitrates = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const mpeg1Rates: readonly number[] = [44_100, 48_000, 32_000];
/** By the two bits of the version; 1 is reserved. */
const rateDivisors: readonly (number | undefined)[] = [4, undefined, 2, 1];
/** ISO 14496-3, table 1.18. */
const adtsRates: readonly number[] = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/** Reads the head of a frame of MP3 (layer III); undefined where there is none. */
export function readMp3Frame(bytes: Uint8Array, at: number): CompressedFrame | undefined {
  const [sync = 0, head = 0, rates = 0, mode = 0] = bytes.subarray(at, at + 4);
  if (sync !== 0xff || (head & 0xe6) !== 0xe2) return undefined;
  const version = (head >> 3) & 3;
  const divisor = rateDivisors[version];
  const baseRate = mpeg1Rates[(rates >> 2) & 3];
  const kilobits = (version === 3 ? bitrates.mpeg1 : bitrates.mpeg2)[rates >> 4] ?? 0;
  if (divisor === undefined || baseRate === undefined || kilobits === 0) return undefined;
  const sampleRate = baseRate / divisor;
  const byteLength = Math.floor(((version === 3 ? 144 : 72) * kilobits * 1000) / sampleRate) + ((rates >> 1) & 1);
  return { encoding: "mp3", sampleRate, channels: mode >> 6 === 3 ? 1 : 2, byteLength };
}

/** Reads the head of a frame of AAC in ADTS; undefined where there is none. */
export function readAdtsFrame(bytes: Uint8Array, at: number): CompressedFrame | undefined {
  const [sync = 0, head = 0, rates = 0, channels = 0, middle = 0, low = 0] = bytes.subarray(at, at + 6);
  if (sync !== 0xff || (head & 0xf6) !== 0xf0) return undefined;
  const sampleRate = adtsRates[(rates >> 2) & 15];
  const byteLength = ((channels & 3) << 11) | (middle << 3) | (low >> 5);
  if (sampleRate === undefined || byteLength < 7) return undefined;
  return { encoding: "aac", sampleRate, channels: Math.max(1, ((rates & 1) << 2) | (channels >> 6)), byteLength };
}
