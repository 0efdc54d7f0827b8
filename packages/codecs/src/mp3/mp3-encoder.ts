import type { AudioEncoder } from "@parlando/core";
import { createMp3Encoder } from "wasm-media-encoders";
import { encoderFailed, limitSamples, nearestRate, type EncoderOptions } from "../encoder-options.ts";
import { joinBytes } from "../join.ts";

type Lame = Awaited<ReturnType<typeof createMp3Encoder>>;

/** Rates that MP3 knows, in Hz. */
const rates = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;

/** kbit/s that MP3 knows, for rates from 32 kHz, from 16 kHz, and below (ISO/IEC 11172-3 and 13818-3; MPEG-2.5 as LAME writes it). */
const bitrates = {
  high: [32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  middle: [8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160],
  low: [8, 16, 24, 32, 40, 48, 64],
} as const;

type Kilobits = (typeof bitrates)[keyof typeof bitrates][number];

/** Bits for a sample of speech: 64 kbit/s at 24 kHz. At 48 kHz there is less in the upper half. */
const usualBits = { high: 2, middle: 8 / 3, low: 3 } as const;

/** Encoded in one go: about half a millisecond of work. */
const sliceFrames = 4_608;

/**
 * Encoders that stand by. Each is a WebAssembly instance of its own, which takes tens of milliseconds to compile; it begins anew when it
 * is configured. Those beyond are left to the garbage collector, their memory with them.
 */
const idle: Lame[] = [];
const mostIdle = 4;

/** Opens an encoder for MP3 of constant bitrate, without a tag: its padding cannot be known before its end. */
export async function openMp3Encoder(options: EncoderOptions): Promise<AudioEncoder> {
  const sampleRate = nearestRate(rates, options.sampleRate);
  const channels = options.channels === 2 ? 2 : 1;
  let lame: Lame | undefined = idle.pop() ?? (await createMp3Encoder());
  lame.configure({ sampleRate, outputSampleRate: sampleRate, channels, bitrate: chooseBitrate(sampleRate, channels, options.bitrate) });

  /** Bytes in memory of their own: the encoder's is taken by its next call. */
  const use = (work: (lame: Lame) => Uint8Array): Uint8Array<ArrayBuffer> => {
    try {
      return joinBytes(lame === undefined ? [] : [work(lame)]);
    } catch (cause) {
      // What has failed once is not used again.
      lame = undefined;
      throw encoderFailed("mp3", cause);
    }
  };

  return {
    sampleRate,
    channels,
    begin: () => new Uint8Array(0),
    push(samples) {
      const lanes = deinterleave(limitSamples(samples), channels);
      const parts: Uint8Array[] = [];
      for (let start = 0; start < samples.length / channels; start += sliceFrames) {
        parts.push(use((encoder) => encoder.encode(lanes.map((lane) => lane.subarray(start, start + sliceFrames)))));
      }
      return joinBytes(parts);
    },
    flush: () => use((encoder) => encoder.finalize()),
    close() {
      if (lame !== undefined && idle.length < mostIdle) idle.push(lame);
      lame = undefined;
    },
  };
}

function chooseBitrate(sampleRate: number, channels: number, wanted: number | undefined): Kilobits {
  const range = sampleRate >= 32_000 ? "high" : sampleRate >= 16_000 ? "middle" : "low";
  const kilobits = (wanted ?? usualBits[range] * sampleRate * channels) / 1_000;
  const allowed: readonly Kilobits[] = bitrates[range];
  return allowed.reduce((best, other) => (Math.abs(other - kilobits) < Math.abs(best - kilobits) ? other : best));
}

function deinterleave(samples: Float32Array, channels: number): Float32Array[] {
  if (channels === 1) return [samples];
  const frames = Math.floor(samples.length / channels);
  return Array.from({ length: channels }, (_, channel) => Float32Array.from({ length: frames }, (_sample, frame) => samples[frame * channels + channel] ?? 0));
}
