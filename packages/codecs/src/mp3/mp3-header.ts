/** What the four bytes at the head of an MP3 frame say. */
export interface Mp3Header {
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Bytes of the whole frame, these four among them. */
  readonly frameBytes: number;
  /** Sample frames that it decodes to. */
  readonly frames: number;
  /** Where the audio data begins: behind header, checksum and side information. */
  readonly dataOffset: number;
}

/** Bytes of a header. */
export const headerBytes = 4;

/** The largest frame there can be: 320 kbit/s at 32 kHz, with padding (ISO/IEC 11172-3, 2.4.3.1). */
export const largestFrame = 1_441;

/** Rates by index, for MPEG-1; MPEG-2 has half, MPEG-2.5 a quarter (ISO/IEC 11172-3 table and 13818-3). */
const sampleRates = [44_100, 48_000, 32_000] as const;

/** kbit/s by index for layer III; 0 (free) and 15 are not used by speech services and are refused. */
const bitrates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const bitrates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;

/** Divisors of the rate by the two version bits; the second is reserved. */
const rateDivisors = [4, 0, 2, 1] as const;

/** Reads the header of a layer III frame; undefined for what is none. */
export function parseMp3Header(bytes: Uint8Array, offset: number): Mp3Header | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(offset, offset + headerBytes);
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2;
  const divisor = rateDivisors[(second >> 3) & 3] ?? 0;
  const isVersion1 = divisor === 1;
  const bitrate = (isVersion1 ? bitrates1 : bitrates2)[third >> 4] ?? 0;
  const fullRate = sampleRates[(third >> 2) & 3];
  // The last two bits are the emphasis; its third value is reserved.
  if (!isLayer3 || divisor === 0 || bitrate === 0 || fullRate === undefined || (fourth & 3) === 2) return undefined;
  const sampleRate = fullRate / divisor;
  const channels = fourth >> 6 === 3 ? 1 : 2;
  const sideBytes = isVersion1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
  return {
    sampleRate,
    channels,
    frameBytes: Math.floor(((isVersion1 ? 144_000 : 72_000) * bitrate) / sampleRate) + ((third >> 1) & 1),
    frames: isVersion1 ? 1_152 : 576,
    dataOffset: headerBytes + ((second & 1) === 0 ? 2 : 0) + sideBytes,
  };
}

/** Whether two frames can be of one stream. */
export function areAlike(one: Mp3Header, other: Mp3Header): boolean {
  return one.sampleRate === other.sampleRate && one.frames === other.frames;
}
