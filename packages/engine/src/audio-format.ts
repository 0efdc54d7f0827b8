/**
 * How audio bytes are to be read.
 *
 * `bitsPerSample` and `channels` matter for pcm and wav only. Engines deliver mono unless they say otherwise.
 *
 * @example
 * ```ts
 * const format: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
 * ```
 */
export interface AudioFormat {
  /** `pcm-s16le` and `pcm-f32le` have no header; `wav` has one, which is believed before this record. */
  encoding: "pcm-s16le" | "pcm-f32le" | "wav" | "mp3" | "ogg-opus" | "webm-opus" | "flac" | "aac" | "mulaw" | "alaw";
  /** Sample frames a second, in Hz. */
  sampleRate: number;
  /** Interleaved channels. */
  channels: number;
  /** Bits a second, for compressed encodings. */
  bitrate?: number | undefined;
}
