import { createWordAudio, type TimedWord } from "../../words/word-audio.ts";
import { alawByte, mulawByte } from "./companding.ts";

/** How the bytes of a fake's speech carry samples. One channel, little-endian. */
export type FakeSpeechFormat = "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw";

/** How a text is spoken. */
export interface FakeSpeechOptions {
  /** In Hz. */
  sampleRate: number;
  /** Default "pcm-s16le". */
  format?: FakeSpeechFormat | undefined;
  /** Default "exact"; "tones" for µ-law and A-law, which the exact code does not survive. */
  encoding?: "tones" | "exact" | undefined;
  /** Default 1000 / 15. */
  msPerCharacter?: number | undefined;
}

/** The audio that a fake makes of a text, made as it is read. The same text gives the same bytes. */
export interface FakeSpeech {
  readonly words: readonly TimedWord[];
  readonly sampleRate: number;
  readonly frames: number;
  readonly durationMs: number;
  readonly bytesPerFrame: number;
  readonly byteLength: number;
  /** The bytes from one place up to another, also inside a sample; shorter at the end. */
  read(fromByte: number, toByte: number): Uint8Array<ArrayBuffer>;
}

const bytesPerFrame: Readonly<Record<FakeSpeechFormat, number>> = { "pcm-s16le": 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };

/** Lays out the speech of a plain text: words as in the scripted engine, as bytes of a provider's format. */
export function createFakeSpeech(text: string, options: FakeSpeechOptions): FakeSpeech {
  const { sampleRate, format = "pcm-s16le", msPerCharacter } = options;
  const companded = format === "mulaw" || format === "alaw";
  const audio = createWordAudio(text, { sampleRate, encoding: options.encoding ?? (companded ? "tones" : "exact"), msPerCharacter });
  const width = bytesPerFrame[format];
  const byteLength = audio.frames * width;

  function read(fromByte: number, toByte: number): Uint8Array<ArrayBuffer> {
    const from = Math.max(0, fromByte);
    const to = Math.min(toByte, byteLength);
    if (to <= from) return new Uint8Array(0);
    const firstFrame = Math.floor(from / width);
    const bytes = encodeSamples(audio.read(firstFrame, Math.ceil(to / width)), format);
    return bytes.slice(from - firstFrame * width, to - firstFrame * width);
  }
  return { words: audio.words, sampleRate, frames: audio.frames, durationMs: (audio.frames * 1000) / sampleRate, bytesPerFrame: width, byteLength, read };
}

function encodeSamples(samples: Float32Array, format: FakeSpeechFormat): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(samples.length * bytesPerFrame[format]));
  for (let frame = 0; frame < samples.length; frame += 1) {
    const sample = samples[frame] ?? 0;
    if (format === "pcm-f32le") bytes.setFloat32(frame * 4, sample, true);
    else if (format === "pcm-s16le") bytes.setInt16(frame * 2, toInt16(sample), true);
    else bytes.setUint8(frame, format === "mulaw" ? mulawByte(toInt16(sample)) : alawByte(toInt16(sample)));
  }
  return new Uint8Array(bytes.buffer);
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}
