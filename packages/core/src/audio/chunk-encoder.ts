import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "./audio-chunk.ts";
import { createByteBlocks, type ByteBlocks } from "./byte-blocks.ts";
import { createFormatConverter, type FormatConverter, type SampleFormat } from "./format-converter.ts";
import { encodedSampleBytes, encodePcm, type StatelessEncoding } from "./pcm.ts";
import { checkSampleRate } from "./sample-rate.ts";
import { wavHeader } from "./wav-header.ts";

/** How the bytes are cut. */
export interface EncodeOptions {
  /** Bytes of every block; the last one may be shorter. A multiple of a sample frame's bytes. A WAV header is a block of its own. */
  readonly frameBytes?: number | undefined;
}

/** Turns chunks into blocks of bytes. */
export interface ChunkEncoder {
  /** What goes before the audio, where it can be known before any has come. */
  begin(): Uint8Array<ArrayBuffer>[];
  push(chunk: AudioChunk): Uint8Array<ArrayBuffer>[];
  flush(): Uint8Array<ArrayBuffer>[];
}

const statelessEncodings = new Set<string>(Object.keys(encodedSampleBytes));

/**
 * Makes an encoder for one stream. What the format leaves open is as the chunks have it.
 *
 * @throws TTSError `UNSUPPORTED` for encodings that need `@parlando/codecs`; `INVALID_INPUT` for rates, channels and block sizes that
 * cannot be.
 */
export function createChunkEncoder(format: Partial<AudioFormat>, { frameBytes }: EncodeOptions = {}): ChunkEncoder {
  const isWav = format.encoding === "wav";
  const encoding = statelessEncoding(format.encoding ?? "pcm-s16le");
  checkTarget(format);
  let target = openTarget(format);
  let source: SampleFormat | undefined;
  let converter: FormatConverter | undefined;
  let blocks: ByteBlocks | undefined;
  let hasBegun = false;
  if (target !== undefined) checkFrameBytes(frameBytes, encoding, target.channels);

  const begin = (): Uint8Array<ArrayBuffer>[] => {
    if (hasBegun || target === undefined) return [];
    hasBegun = true;
    checkFrameBytes(frameBytes, encoding, target.channels);
    blocks = createByteBlocks(frameBytes);
    return isWav ? [wavHeader({ ...target, encoding })] : [];
  };

  return {
    begin,
    push(chunk) {
      target ??= { sampleRate: format.sampleRate ?? chunk.sampleRate, channels: format.channels ?? chunk.channels };
      if (source !== undefined && (source.sampleRate !== chunk.sampleRate || source.channels !== chunk.channels)) throw changedFormat(source, chunk);
      source ??= { sampleRate: chunk.sampleRate, channels: chunk.channels };
      converter ??= createFormatConverter(source, target);
      const head = begin();
      return [...head, ...(blocks?.push(encodePcm(converter.process(chunk.samples), encoding)) ?? [])];
    },
    flush() {
      const head = begin();
      const tail = converter === undefined ? [] : (blocks?.push(encodePcm(converter.flush(), encoding)) ?? []);
      const rest = blocks?.flush();
      return [...head, ...tail, ...(rest === undefined ? [] : [rest])];
    },
  };
}

function statelessEncoding(encoding: AudioFormat["encoding"]): StatelessEncoding {
  if (encoding === "wav") return "pcm-s16le";
  if (statelessEncodings.has(encoding)) return encoding as StatelessEncoding;
  throw new TTSError(
    "UNSUPPORTED",
    `Encoding audio as ${JSON.stringify(encoding)}: expected pcm-s16le, pcm-f32le, mulaw, alaw or wav. Others need the package @parlando/codecs.`,
  );
}

function openTarget({ sampleRate, channels }: Partial<AudioFormat>): SampleFormat | undefined {
  return sampleRate === undefined || channels === undefined ? undefined : { sampleRate, channels };
}

function checkTarget({ sampleRate, channels }: Partial<AudioFormat>): void {
  if (sampleRate !== undefined) checkSampleRate(sampleRate, "The rate to encode at");
  if (channels === undefined || (Number.isInteger(channels) && channels >= 1 && channels <= 32)) return;
  throw new TTSError("INVALID_INPUT", `Encoding audio with ${String(channels)} channels: expected 1 to 32.`);
}

function checkFrameBytes(frameBytes: number | undefined, encoding: StatelessEncoding, channels: number): void {
  const sampleFrame = encodedSampleBytes[encoding] * channels;
  if (frameBytes === undefined || (Number.isInteger(frameBytes) && frameBytes > 0 && frameBytes % sampleFrame === 0)) return;
  throw new TTSError(
    "INVALID_INPUT",
    `Encoding audio in blocks of ${String(frameBytes)} bytes: expected a multiple of ${sampleFrame}, the bytes of one sample frame of ${encoding} with ${channels} channels.`,
  );
}

function changedFormat(source: SampleFormat, chunk: AudioChunk): TTSError {
  return new TTSError(
    "INVALID_INPUT",
    `Encoding audio: a chunk of ${chunk.sampleRate} Hz and ${chunk.channels} channels follows ${source.sampleRate} Hz and ${source.channels}; expected one format for all. Encode each stream by itself.`,
  );
}
