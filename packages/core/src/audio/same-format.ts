import { TTSError } from "@parlando/engine";
import type { AudioChunk } from "./audio-chunk.ts";
import type { SampleFormat } from "./format-converter.ts";

/**
 * The format of a stream's chunks, of which `source` came before this one.
 *
 * @throws TTSError `INVALID_INPUT` where a chunk has another format than those before it.
 */
export function assertSameSource(source: SampleFormat | undefined, { sampleRate, channels }: AudioChunk): SampleFormat {
  if (source === undefined) return { sampleRate, channels };
  if (source.sampleRate === sampleRate && source.channels === channels) return source;
  throw new TTSError(
    "INVALID_INPUT",
    `Encoding audio: a chunk of ${sampleRate} Hz and ${channels} channels follows ${source.sampleRate} Hz and ${source.channels}; expected one format for all. Encode each stream by itself.`,
  );
}
