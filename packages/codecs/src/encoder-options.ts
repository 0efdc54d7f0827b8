import { TTSError, type AudioFormat } from "@parlando/engine";

/** What an encoder is opened with. */
export interface EncoderOptions {
  /** In Hz; the nearest rate that the encoding knows is taken. */
  readonly sampleRate: number;
  /** More than two become one. */
  readonly channels: number;
  /** Bits a second; chosen for speech when absent. */
  readonly bitrate: number | undefined;
}

/** Most that is taken, for both encodings. */
const highestBitrate = 510_000;
const lowestBitrate = 6_000;

/**
 * The options in a format.
 *
 * @throws TTSError `INVALID_INPUT` for a bitrate that cannot be.
 */
export function encoderOptions({ encoding, sampleRate, channels, bitrate }: AudioFormat): EncoderOptions {
  if (bitrate !== undefined && !(bitrate >= lowestBitrate && bitrate <= highestBitrate)) {
    throw new TTSError("INVALID_INPUT", `Encoding ${encoding} at ${String(bitrate)} bits a second: expected ${lowestBitrate} to ${highestBitrate} (bits, not kilobits).`);
  }
  return { sampleRate, channels: channels === 2 ? 2 : 1, bitrate };
}

/** The lowest of ascending rates that keeps all of the sound, or the highest there is. */
export function nearestRate<Rate extends number>(rates: readonly [Rate, ...Rate[]], wanted: number): Rate {
  return rates.find((rate) => rate >= wanted) ?? rates.reduce((highest, rate) => (rate > highest ? rate : highest), rates[0]);
}

/** Samples as encoders can take them: within full scale, and numbers. Most often the array that was given. */
export function limitSamples(samples: Float32Array): Float32Array {
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] as number;
    if (!(sample >= -1 && sample <= 1)) return samples.map((value) => (value > 1 ? 1 : value < -1 ? -1 : Number.isNaN(value) ? 0 : value));
  }
  return samples;
}

/** A codec that failed where it should not. */
export function encoderFailed(encoding: string, cause: unknown): TTSError {
  return new TTSError("INTERNAL", `Encoding ${encoding} audio: the codec failed; see the cause. Use another encoding, and report this.`, { cause });
}
