import { TTSError } from "@parlando/engine";
import { wireLimits } from "./version.ts";

/**
 * Audio of one utterance. On the wire: 16 bytes of header, little-endian, then the samples.
 *
 * | Byte | What |
 * | --- | --- |
 * | 0 | version: 1 |
 * | 1 | type: 1, audio |
 * | 2–3 | 0; later versions may use it |
 * | 4–7 | utterance, unsigned |
 * | 8–15 | offset of the first frame in the utterance, unsigned |
 *
 * The header is a multiple of 8, so that samples lie aligned where the message does.
 */
export interface AudioFrame {
  readonly utterance: number;
  /** First frame of the utterance in here. Frames follow each other without a gap: another offset than expected is an error of the sender. */
  readonly startFrame: number;
  /** Whole frames in the format of `speech.started`. Read: a view of the message. */
  readonly payload: Uint8Array;
}

/** Length of a frame's header. */
export const audioFrameHeaderBytes: number = 16;

const version = 1;
const audioType = 1;
const halfRange = 4_294_967_296;

/**
 * Writes a frame into a new buffer.
 *
 * @throws TTSError `INTERNAL` for an utterance or offset that cannot be written, and for more audio than fits (`wireLimits.frameBytes`).
 */
export function writeAudioFrame({ utterance, startFrame, payload }: AudioFrame): Uint8Array<ArrayBuffer> {
  if (!isCount(utterance, halfRange - 1) || !isCount(startFrame, Number.MAX_SAFE_INTEGER) || payload.length > wireLimits.frameBytes) {
    throw new TTSError("INTERNAL", `Writing an audio frame: utterance ${utterance}, frame ${startFrame}, ${payload.length} bytes; expected whole numbers that are not negative, and at most ${wireLimits.frameBytes} bytes.`);
  }
  const bytes = new Uint8Array(audioFrameHeaderBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint8(1, audioType);
  view.setUint32(4, utterance, true);
  view.setUint32(8, startFrame % halfRange, true);
  view.setUint32(12, Math.floor(startFrame / halfRange), true);
  bytes.set(payload, audioFrameHeaderBytes);
  return bytes;
}

/**
 * Reads a binary message. Undefined for a type that this version does not know, which is to be skipped.
 *
 * @throws TTSError `PROTOCOL` for another version, and for what is no frame.
 */
export function readAudioFrame(message: Uint8Array): AudioFrame | undefined {
  if (message.length < audioFrameHeaderBytes) throw malformed(`${message.length} bytes; expected a header of ${audioFrameHeaderBytes}`);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (view.getUint8(0) !== version) throw malformed(`version ${view.getUint8(0)}; expected ${version}`);
  if (view.getUint8(1) !== audioType) return undefined;
  const startFrame = view.getUint32(8, true) + view.getUint32(12, true) * halfRange;
  if (!Number.isSafeInteger(startFrame)) throw malformed("an offset beyond what can be counted");
  return { utterance: view.getUint32(4, true), startFrame, payload: message.subarray(audioFrameHeaderBytes) };
}

function isCount(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most;
}

function malformed(found: string): TTSError {
  return new TTSError("PROTOCOL", `Reading an audio frame: found ${found}. Client and server may be of different versions.`);
}
