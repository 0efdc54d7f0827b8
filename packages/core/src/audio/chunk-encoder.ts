import { TTSError, type AudioFormat } from "@parlando/engine";
import { createByteBlocks, largestBlock, type ByteBlocks } from "./byte-blocks.ts";
import { encodableEncodings, type LoadCodecs } from "./codecs.ts";
import { createCompressedEncoder } from "./compressed-encoder.ts";
import type { ChunkEncoder } from "./encoded-blocks.ts";
import { createFormatConverter, type FormatConverter, type SampleFormat } from "./format-converter.ts";
import { encodedSampleBytes, encodePcm, type StatelessEncoding } from "./pcm.ts";
import { assertSameSource } from "./same-format.ts";
import { checkSampleRate } from "./sample-rate.ts";
import { wavHeader } from "./wav-header.ts";

/** How the bytes are cut. */
export interface EncodeOptions {
  /**
   * Bytes of every block; the last one may be shorter. For samples a multiple of a sample frame's bytes, with a WAV header as a block of
   * its own; for MP3 and Opus any number. At most 16 MiB.
   */
  readonly frameBytes?: number | undefined;
  /** How to get what writes MP3 and Opus; without it only encodings of bare samples can be written. */
  readonly codecs?: LoadCodecs | undefined;
}

const statelessEncodings = new Set<string>(Object.keys(encodedSampleBytes));

/**
 * Makes an encoder for one stream. What the format leaves open is as the chunks have it.
 *
 * @throws TTSError `UNSUPPORTED` for encodings that need codecs where none were handed in, and for those nothing writes; `INVALID_INPUT`
 * for rates, channels and block sizes that cannot be.
 */
export function createChunkEncoder(format: Partial<AudioFormat>, options: EncodeOptions = {}): ChunkEncoder {
  const { codecs, frameBytes } = options;
  const encoding = format.encoding ?? "pcm-s16le";
  checkTarget(format);
  if (codecs === undefined || !encodableEncodings.has(encoding)) return createSampleEncoder(format, statelessEncoding(encoding), frameBytes);
  checkBlockSize(frameBytes, 1, `a whole number up to ${largestBlock}`);
  return createCompressedEncoder({ format: { ...format, encoding }, codecs, frameBytes });
}

/** Encodes sample by sample. */
function createSampleEncoder(format: Partial<AudioFormat>, encoding: StatelessEncoding, frameBytes: number | undefined): ChunkEncoder {
  const isWav = format.encoding === "wav";
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
      source = assertSameSource(source, chunk);
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
    close: () => undefined,
  };
}

function statelessEncoding(encoding: AudioFormat["encoding"]): StatelessEncoding {
  if (encoding === "wav") return "pcm-s16le";
  if (statelessEncodings.has(encoding)) return encoding as StatelessEncoding;
  const others = [...encodableEncodings].join(", ");
  throw new TTSError(
    "UNSUPPORTED",
    `Encoding audio as ${JSON.stringify(encoding)}: expected pcm-s16le, pcm-f32le, mulaw, alaw or wav; or, with the package @parlando/codecs, ${others}.`,
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
  checkBlockSize(frameBytes, sampleFrame, `a multiple of ${sampleFrame} up to ${largestBlock}, the bytes of one sample frame of ${encoding} with ${channels} channels`);
}

function checkBlockSize(frameBytes: number | undefined, multipleOf: number, expected: string): void {
  if (frameBytes === undefined || (Number.isInteger(frameBytes) && frameBytes > 0 && frameBytes <= largestBlock && frameBytes % multipleOf === 0)) return;
  throw new TTSError("INVALID_INPUT", `Encoding audio in blocks of ${String(frameBytes)} bytes: expected ${expected}.`);
}
