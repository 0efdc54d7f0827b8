import type { AudioDecoder } from "@parlando/core";
import { TTSError, type AudioFormat } from "@parlando/engine";

/**
 * Opens a decoder for compressed audio that arrives in pieces: MP3, and Opus in Ogg or WebM. It gives mono samples; Opus always at 48 kHz.
 *
 * One is for one piece of audio that begins anew, such as a segment. `flush()` or `close()` frees its memory.
 *
 * @throws TTSError `UNSUPPORTED` for FLAC and AAC, and for what needs no codec.
 * @example
 * ```ts
 * const decoder = await openDecoder({ encoding: "mp3", sampleRate: 24_000, channels: 1 });
 * for await (const bytes of response.body) play(decoder.push(bytes), decoder.sampleRate);
 * play(decoder.flush(), decoder.sampleRate);
 * ```
 */
export async function openDecoder(format: AudioFormat): Promise<AudioDecoder> {
  switch (format.encoding) {
    case "mp3":
      return await (await import("./mp3/mp3-decoder.ts")).openMp3Decoder({ announcedRate: format.sampleRate });
    case "ogg-opus":
      return await (await import("./ogg/ogg-opus-decoder.ts")).openOggOpusDecoder();
    case "webm-opus":
      return await (await import("./webm/webm-opus-decoder.ts")).openWebmOpusDecoder();
    default:
      throw new TTSError(
        "UNSUPPORTED",
        `Decoding ${JSON.stringify(format.encoding)} audio: expected mp3, ogg-opus or webm-opus. Choose one of them, or PCM, as the engine's output format.`,
      );
  }
}
