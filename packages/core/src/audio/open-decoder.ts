import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioDecoder } from "./audio-decoder.ts";
import { decodableEncodings, type LoadCodecs } from "./codecs.ts";
import { createPcmDecoder } from "./pcm-decoder.ts";
import type { SampleLayout } from "./sample-layout.ts";
import { isSampleRate, maximumSampleRate, minimumSampleRate } from "./sample-rate.ts";
import { createWavDecoder } from "./wav-decoder.ts";

/** More channels than any speech engine sends, and few enough to bound a frame. */
export const maximumChannels = 32;

const layouts: Partial<Record<AudioFormat["encoding"], SampleLayout>> = {
  "pcm-s16le": "s16",
  "pcm-f32le": "f32",
  mulaw: "mulaw",
  alaw: "alaw",
};

/**
 * Opens a decoder for what an engine announces: raw PCM, µ-law, A-law, or WAV with its header; and, where `codecs` says
 * how to get them, MP3 and Opus.
 *
 * @throws TTSError `UNSUPPORTED` for encodings that cannot be read; `BAD_AUDIO` where the format itself cannot be true; what loading the
 * codecs failed with.
 * @example
 * ```ts
 * const decoder = await openDecoder({ encoding: "wav", sampleRate: 24_000, channels: 1 });
 * for await (const bytes of response.body) play(decoder.push(bytes), decoder.sampleRate);
 * play(decoder.flush(), decoder.sampleRate);
 * ```
 */
export async function openDecoder(format: AudioFormat, codecs?: LoadCodecs): Promise<AudioDecoder> {
  checkFormat(format);
  if (format.encoding === "wav") return createWavDecoder({ announcedRate: format.sampleRate });
  const layout = layouts[format.encoding];
  if (layout !== undefined) return createPcmDecoder({ layout, sampleRate: format.sampleRate, channels: format.channels });
  const isDecodable = decodableEncodings.has(format.encoding);
  if (isDecodable && codecs !== undefined) return await (await codecs()).openDecoder(format);
  throw new TTSError(
    "UNSUPPORTED",
    `Audio encoded as ${JSON.stringify(format.encoding)} cannot be decoded here: expected pcm-s16le, pcm-f32le, wav, mulaw or alaw. ` +
      (isDecodable ? "It needs the package @parlando/codecs; or choose" : "Choose") +
      " an output format of the engine that is PCM.",
  );
}

function checkFormat({ encoding, sampleRate, channels }: AudioFormat): void {
  if (!isSampleRate(sampleRate)) {
    throw new TTSError(
      "BAD_AUDIO",
      `Audio was announced as ${encoding} at ${String(sampleRate)} Hz; expected a whole number from ${minimumSampleRate} to ${maximumSampleRate}. Correct the format that the engine announces.`,
    );
  }
  if (!Number.isInteger(channels) || channels < 1 || channels > maximumChannels) {
    throw new TTSError(
      "BAD_AUDIO",
      `Audio was announced as ${encoding} with ${String(channels)} channels; expected 1 to ${maximumChannels}. Correct the format that the engine announces.`,
    );
  }
}
