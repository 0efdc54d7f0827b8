import type { AudioEncoder } from "@parlando/core";
import { TTSError, type AudioFormat } from "@parlando/engine";
import { encoderOptions } from "./encoder-options.ts";

/**
 * Opens an encoder for one stream: MP3, or Opus in Ogg or WebM.
 *
 * @param format `sampleRate` is that of the audio; where the encoding does not know it, `encoder.sampleRate` tells which one to convert
 * to. `bitrate` in bits a second; for MP3 the nearest that it knows.
 * @throws TTSError `UNSUPPORTED` for other encodings, `INVALID_INPUT` for a bitrate that cannot be.
 * @example
 * ```ts
 * const encoder = await openEncoder({ encoding: "ogg-opus", sampleRate: 24_000, channels: 1, bitrate: 32_000 });
 * response.write(encoder.begin());
 * for await (const chunk of stream) response.write(encoder.push(chunk.samples));
 * response.end(encoder.flush());
 * encoder.close();
 * ```
 */
export async function openEncoder(format: AudioFormat): Promise<AudioEncoder> {
  const options = encoderOptions(format);
  switch (format.encoding) {
    case "mp3":
      return await (await import("./mp3/mp3-encoder.ts")).openMp3Encoder(options);
    case "ogg-opus":
      return await (await import("./ogg/ogg-opus-encoder.ts")).openOggOpusEncoder(options);
    case "webm-opus":
      return await (await import("./webm/webm-opus-encoder.ts")).openWebmOpusEncoder(options);
    default:
      throw new TTSError("UNSUPPORTED", `Encoding audio as ${JSON.stringify(format.encoding)}: expected mp3, ogg-opus or webm-opus. Bare samples and WAV need no codec.`);
  }
}
