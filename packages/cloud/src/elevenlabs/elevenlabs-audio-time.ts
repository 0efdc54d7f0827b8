import type { AudioFormat } from "@parlando/engine";

const bytesPerSample: Partial<Record<AudioFormat["encoding"], number>> = { "pcm-s16le": 2, mulaw: 1, alaw: 1 };
/** Of compressed audio whose name does not tell, in bits a second. */
const USUAL_BITRATE = 128_000;

/** Bytes in a millisecond of audio: exact for what is not compressed, else by the bit rate asked for. */
export function bytesPerMs({ encoding, sampleRate, channels, bitrate = USUAL_BITRATE }: AudioFormat): number {
  const size = bytesPerSample[encoding];
  return size === undefined ? bitrate / 8000 : (sampleRate * channels * size) / 1000;
}
