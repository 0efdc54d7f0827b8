import { Application, createEncoder } from "libopus-wasm";
import { encoderFailed, limitSamples, nearestRate, type EncoderOptions } from "../encoder-options.ts";
import { joinSamples } from "../join.ts";
import { opusRate } from "./opus-head.ts";

/** The packets at the end of a stream. */
export interface LastPackets {
  readonly packets: readonly Uint8Array[];
  /** Sample frames at 48 kHz from the first packet to the end of the audio, the pre-skip among them. */
  readonly endFrame: number;
}

/** Turns samples into packets of 20 ms. */
export interface OpusPacketEncoder {
  /** The rate it takes, in Hz. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Sample frames at 48 kHz that the decoder is to leave out at the start. */
  readonly preSkip: number;
  push(samples: Float32Array): Uint8Array[];
  flush(): LastPackets;
  close(): void;
}

/** Rates that Opus takes, in Hz. */
const rates = [8_000, 12_000, 16_000, 24_000, 48_000] as const;

/** Sample frames at 48 kHz in a packet: 20 ms, what Opus is best at (RFC 7587, 3.1.2). */
export const packetFrames = 960;

/** Bits a second for one channel of speech, by rate; RFC 7587, 3.1.1 names 16–20 for wide band, 28–40 for full band. */
const usualBitrates = { 8_000: 16_000, 12_000: 20_000, 16_000: 24_000, 24_000: 32_000, 48_000: 40_000 } as const;

/** Of 10: four times as fast as 10. */
const complexity = 5;

/** Opens an encoder of packets. */
export async function openOpusPacketEncoder(options: EncoderOptions): Promise<OpusPacketEncoder> {
  const sampleRate = nearestRate(rates, options.sampleRate);
  const channels = options.channels === 2 ? 2 : 1;
  const bitrate = Math.round(options.bitrate ?? usualBitrates[sampleRate] * (channels === 2 ? 1.5 : 1));
  const libopus = await createEncoder({ sampleRate, channels, bitrate, complexity, application: Application.Audio });
  const upsampling = opusRate / sampleRate;
  const packetSamples = (packetFrames / upsampling) * channels;
  const preSkip = libopus.getLookahead() * upsampling;
  let rest: Float32Array = new Float32Array(0);
  let samplesIn = 0;
  let packetsOut = 0;
  let isClosed = false;

  const encode = (samples: Float32Array): Uint8Array[] => {
    if (isClosed) return [];
    const all = rest.length === 0 ? samples : joinSamples([rest, samples]);
    const packets: Uint8Array[] = [];
    let used = 0;
    for (; used + packetSamples <= all.length; used += packetSamples) packets.push(encodePacket(all.subarray(used, used + packetSamples)));
    rest = all.slice(used);
    packetsOut += packets.length;
    return packets;
  };
  const encodePacket = (samples: Float32Array): Uint8Array => {
    try {
      return libopus.encodeFloat(samples);
    } catch (cause) {
      throw encoderFailed("opus", cause);
    }
  };

  return {
    sampleRate,
    channels,
    preSkip,
    push(samples) {
      samplesIn += samples.length;
      return encode(limitSamples(samples));
    },
    flush() {
      const endFrame = preSkip + Math.floor(samplesIn / channels) * upsampling;
      const missing = Math.ceil(endFrame / packetFrames) - packetsOut;
      return { packets: encode(new Float32Array(missing * packetSamples - rest.length)), endFrame };
    },
    close() {
      if (!isClosed) libopus.free();
      isClosed = true;
    },
  };
}
