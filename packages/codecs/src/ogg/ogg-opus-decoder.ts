import type { AudioDecoder } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { joinSamples } from "../join.ts";
import { isOpusHead, opusRate, parseOpusHead } from "../opus/opus-head.ts";
import { openOpusPackets, type OpusPackets } from "../opus/opus-packets.ts";
import { createOggPackets, type OggPackets } from "./ogg-packets.ts";
import { createOggPageReader, type OggPage } from "./ogg-page-reader.ts";

/** One Opus stream of the file; another may follow it. */
interface OpusStream {
  readonly serial: number;
  readonly packets: OggPackets;
  hasTags: boolean;
  /** Sample frames at 48 kHz still to be left out at the start. */
  toSkip: number;
  /** Decoded so far, what is left out among it. */
  decoded: number;
  /** Granule at which it began; not 0 where a live stream was joined. */
  base: number | undefined;
}

/**
 * Opens a decoder for Opus in Ogg that arrives in pieces: mono, 48 kHz. A page's audio comes out when the page is complete. Pre-skip
 * and the end as the last page tells it are honoured; streams that follow each other are decoded one after another.
 */
export async function openOggOpusDecoder(): Promise<AudioDecoder> {
  const opus = await openOpusPackets();
  const reader = createOggPageReader();
  let stream: OpusStream | undefined;
  let hasPages = false;
  let isClosed = false;

  const close = (): void => {
    isClosed = true;
    opus.close();
  };
  const takePage = (page: OggPage): Float32Array => {
    hasPages = true;
    if (page.isFirst && isOpusHead(page.parts[0] ?? new Uint8Array(0))) stream = beginStream(opus, page);
    else if (stream === undefined && !page.isFirst) throw notOpus();
    if (stream === undefined || page.isFirst || page.serial !== stream.serial) return new Float32Array(0);
    return decodePage(opus, stream, page);
  };

  return {
    sampleRate: opusRate,
    push(bytes) {
      const found: Float32Array[] = [];
      if (!isClosed) reader.push(bytes, (page) => found.push(takePage(page)));
      return joinSamples(found);
    },
    flush() {
      if (isClosed) return new Float32Array(0);
      close();
      reader.flush();
      if (hasPages && stream === undefined) throw notOpus();
      if (stream !== undefined && !stream.hasTags) throw new TTSError("TRUNCATED", "Reading Ogg audio: it ended before any audio. Try again.");
      return new Float32Array(0);
    },
    close,
  };
}

function beginStream(opus: OpusPackets, { parts, serial }: OggPage): OpusStream {
  const head = parseOpusHead(parts[0] ?? new Uint8Array(0));
  opus.begin(head);
  const stream: OpusStream = { serial, packets: createOggPackets({ skipLong: () => !stream.hasTags }), hasTags: false, toSkip: head.preSkip, decoded: 0, base: undefined };
  return stream;
}

function decodePage(opus: OpusPackets, stream: OpusStream, page: OggPage): Float32Array {
  const packets = stream.packets.take(page);
  if (!stream.hasTags && packets.length > 0) {
    stream.hasTags = true;
    packets.shift();
  }
  if (packets.length === 0) return new Float32Array(0);
  const samples = joinSamples(packets.filter((packet) => packet.length > 0).map((packet) => opus.decode(packet)));
  stream.decoded += samples.length;
  const surplus = surplusAfter(stream, page, samples.length);
  const skipped = Math.min(stream.toSkip, samples.length);
  stream.toSkip -= skipped;
  return samples.subarray(skipped, Math.max(skipped, samples.length - surplus));
}

/** Sample frames behind the end of the audio, where this page is the last (RFC 7845, 4.4 and 4.5). */
function surplusAfter(stream: OpusStream, { granule, isLast }: OggPage, pageFrames: number): number {
  if (granule === undefined) return 0;
  stream.base ??= Math.max(0, granule - pageFrames);
  return isLast ? Math.min(pageFrames, Math.max(0, stream.decoded - (granule - stream.base))) : 0;
}

function notOpus(): TTSError {
  return new TTSError("UNSUPPORTED", "Reading Ogg audio: there is no Opus in it; expected Opus, not Vorbis, Speex or FLAC. Ask the engine for Opus or PCM.");
}
