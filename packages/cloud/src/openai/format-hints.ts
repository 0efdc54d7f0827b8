import type { AudioFormat } from "@parlando/engine";

/** What audio turned out to be by its first bytes. */
export interface FoundFormat {
  readonly format: AudioFormat;
  /** Bytes before the first sample, where a WAV header was read. */
  readonly headerBytes?: number | undefined;
  /** All bytes to the last sample, where a header tells that believably. */
  readonly byteLength?: number | undefined;
}

/** What is known before the first byte. */
export interface FormatHints {
  readonly asked: AudioFormat;
  /** The rate of bare PCM, in Hz. */
  readonly pcmRate: number;
  /** No more bytes come. */
  readonly isEnded: boolean;
}
