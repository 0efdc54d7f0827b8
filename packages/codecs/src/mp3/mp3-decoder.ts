import type { AudioDecoder } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { MPEGDecoder } from "mpg123-decoder";
import { joinSamples } from "../join.ts";
import { createMp3Framer, type Mp3Frame } from "./mp3-framer.ts";
import { parseMp3Tag, type Mp3Tag } from "./mp3-tag.ts";
import { createMp3Trimmer, type Mp3Trimmer } from "./mp3-trimmer.ts";

/** How far the number of frames in a tag may be from what came: some encoders count the tag's own frame. */
const frameTolerance = 1;

interface FileState {
  readonly tag: Mp3Tag | undefined;
  readonly trimmer: Mp3Trimmer;
  frames: number;
}

/**
 * Opens a decoder for MP3 that arrives in pieces. Files that follow each other are decoded one after another; what encoder and decoder
 * put around the audio is cut from each.
 */
export async function openMp3Decoder({ announcedRate }: { announcedRate: number }): Promise<AudioDecoder> {
  // Padding is cut here, exactly, also where there is no tag.
  const mpg123 = new MPEGDecoder({ enableGapless: false });
  await mpg123.ready;
  return createMp3Decoder({ mpg123, announcedRate, free: () => mpg123.free() });
}

/** What {@link createMp3Decoder} stands on. */
export interface Mp3DecoderOptions {
  readonly mpg123: Pick<MPEGDecoder, "decode">;
  /** In Hz; the frames are believed before it. */
  readonly announcedRate: number;
  /** Frees the codec, once. */
  readonly free: () => void;
}

/** Makes a decoder over a codec that is ready. */
export function createMp3Decoder({ mpg123, announcedRate, free }: Mp3DecoderOptions): AudioDecoder {
  const framer = createMp3Framer();
  let sampleRate = announcedRate;
  let file: FileState | undefined;
  let isFreed = false;

  const close = (): void => {
    if (!isFreed) free();
    isFreed = true;
  };
  const begin = (tag: Mp3Tag | undefined): FileState => {
    finish(file);
    return { tag, trimmer: createMp3Trimmer(tag), frames: 0 };
  };
  const decode = (frame: Mp3Frame): Float32Array => {
    sampleRate = frame.header.sampleRate;
    const tag = parseMp3Tag(frame.bytes, frame.header);
    if (tag !== undefined || frame.beginsFile) file = begin(tag);
    if (tag !== undefined) return new Float32Array(0);
    file ??= begin(undefined);
    file.frames += 1;
    return file.trimmer.push(decodeFrame(mpg123, frame));
  };

  return {
    get sampleRate() {
      return sampleRate;
    },
    push: (bytes) => (isFreed ? new Float32Array(0) : joinSamples(framer.push(bytes).map(decode))),
    flush() {
      if (isFreed) return new Float32Array(0);
      close();
      const unfinished = framer.flush();
      finish(file);
      // Where a tag tells how many frames there are, and all of them came, the rest is none of them.
      if (unfinished > 0 && file?.tag?.frames === undefined) throw new TTSError("TRUNCATED", `Reading MP3 audio: it ended after ${unfinished} bytes of a frame. Try again.`);
      return new Float32Array(0);
    },
    close,
  };
}

/** Mono. A frame that cannot be decoded is silence, so that what follows stays in its place. */
function decodeFrame(mpg123: Pick<MPEGDecoder, "decode">, { bytes, header }: Mp3Frame): Float32Array {
  const { channelData } = mpg123.decode(bytes);
  const [left = new Float32Array(0), right = left] = channelData;
  const mono = header.channels === 1 ? left : left.map((sample, index) => (sample + (right[index] ?? 0)) / 2);
  if (mono.length === header.frames) return mono;
  const whole = new Float32Array(header.frames);
  whole.set(mono.subarray(0, header.frames));
  return whole;
}

function finish(file: FileState | undefined): void {
  if (file === undefined) return;
  file.trimmer.end();
  const wanted = file.tag?.frames;
  if (wanted === undefined || file.frames + frameTolerance >= wanted) return;
  throw new TTSError("TRUNCATED", `Reading MP3 audio: it ended after ${file.frames} frames; its tag announces ${wanted}. Try again.`);
}
