import type { AudioFormat } from "@parlando/engine";
import type { AudioDecoder } from "./audio-decoder.ts";
import type { AudioEncoder } from "./audio-encoder.ts";

/**
 * Reads and writes compressed audio. Core knows no codec itself: `@parlando/codecs` is one of these, and whoever makes a stream hands in
 * how to get it.
 */
export interface Codecs {
  /**
   * Opens a decoder for one piece of audio, which begins anew: an MP3 or Opus file, or the audio of one segment.
   *
   * @throws TTSError `UNSUPPORTED` for an encoding that it cannot read.
   */
  openDecoder(format: AudioFormat): Promise<AudioDecoder>;
  /**
   * Opens an encoder for one stream.
   *
   * @throws TTSError `UNSUPPORTED` for an encoding that it cannot write, `INVALID_INPUT` for a bitrate that cannot be.
   */
  openEncoder(format: AudioFormat): Promise<AudioEncoder>;
}

/** Gets the codecs when they are first needed. Rejects with a `TTSError` that says how to install them. */
export type LoadCodecs = () => Promise<Codecs>;

/** Encodings that codecs can read. Others that are compressed (FLAC, AAC) nothing here reads. */
export const decodableEncodings: ReadonlySet<AudioFormat["encoding"]> = new Set(["mp3", "ogg-opus", "webm-opus"]);

/** Encodings that codecs can write. */
export const encodableEncodings: ReadonlySet<AudioFormat["encoding"]> = new Set(["mp3", "ogg-opus", "webm-opus"]);
