import { TTSError } from "@parlando/engine";
import { parseOpusHead, type OpusHead } from "../opus/opus-head.ts";
import { ebmlIds } from "./ebml-ids.ts";
import { readBigEndian } from "./ebml-number.ts";
import { readChildren } from "./ebml-reader.ts";

/** A track of Opus. */
export interface WebmTrack {
  readonly number: number;
  readonly head: OpusHead;
}

/** What a track without a head of its own is taken for. */
const plainHead: OpusHead = { channels: 1, preSkip: 0, inputRate: 48_000, gain: 0 };

/** Nanoseconds in one sample frame at 48 kHz, as a fraction: 62500 / 3. */
const nanosecondsPerFrame = 62_500 / 3;

/** Sample frames at 48 kHz in a time given in nanoseconds. */
export function framesOf(nanoseconds: number): number {
  return Math.round(nanoseconds / nanosecondsPerFrame);
}

/**
 * Reads a track entry; undefined for tracks of other codecs.
 *
 * @throws TTSError `BAD_AUDIO` for a damaged one, `UNSUPPORTED` for one that is compressed once more or encrypted.
 */
export function readTrack(body: Uint8Array): WebmTrack | undefined {
  let number = 0;
  let codec = "";
  let head = plainHead;
  let delay: number | undefined;
  let isEncoded = false;
  let codecPrivate: Uint8Array | undefined;
  readChildren(body, ({ id, body: value }) => {
    if (id === ebmlIds.trackNumber) number = readBigEndian(value.subarray(0, 8));
    else if (id === ebmlIds.codecId) codec = String.fromCharCode(...value.subarray(0, 16));
    else if (id === ebmlIds.codecPrivate) codecPrivate = value;
    else if (id === ebmlIds.codecDelay) delay = readBigEndian(value.subarray(0, 8));
    else if (id === ebmlIds.contentEncodings) isEncoded = true;
  });
  if (codec !== "A_OPUS") return undefined;
  if (isEncoded) throw new TTSError("UNSUPPORTED", "Reading WebM audio: its track is compressed once more, or encrypted; expected plain Opus. Ask the engine for another format.");
  // Both should tell the same delay. FFmpeg's container has half of it at 24 kHz, its head is right.
  if (codecPrivate !== undefined) head = parseOpusHead(codecPrivate);
  else if (delay !== undefined) head = { ...plainHead, preSkip: Math.min(framesOf(delay), 0xffff) };
  return { number, head };
}
