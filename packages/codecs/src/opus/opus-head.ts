import { TTSError } from "@parlando/engine";

/** The head of an Opus stream, in Ogg and in WebM (RFC 7845, 5.1). */
export interface OpusHead {
  readonly channels: 1 | 2;
  /** Sample frames at 48 kHz to leave out at the start. */
  readonly preSkip: number;
  /** Rate of what was encoded, in Hz; for information only. */
  readonly inputRate: number;
  /** To apply when decoding, in 1/256 dB. */
  readonly gain: number;
}

/** Rate at which Opus is decoded and its times are counted, in Hz. */
export const opusRate = 48_000;

const magic = "OpusHead";
const headLength = 19;

/** Whether bytes begin as an Opus head does. */
export function isOpusHead(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, magic.length)) === magic;
}

/**
 * Reads a head.
 *
 * @throws TTSError `BAD_AUDIO` for what is none, `UNSUPPORTED` for more than two channels.
 */
export function parseOpusHead(bytes: Uint8Array): OpusHead {
  if (!isOpusHead(bytes) || bytes.length < headLength) throw badHead(`it has ${bytes.length} bytes, or another name than "${magic}"`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(8);
  if (version > 15) throw badHead(`its version is ${version}; expected 1`);
  const channels = view.getUint8(9);
  const isPlain = view.getUint8(18) <= 1;
  if (channels < 1) throw badHead("it announces no channel");
  if (channels > 2 || !isPlain) {
    throw new TTSError("UNSUPPORTED", `Reading Opus audio: ${channels} channels in a layout that cannot be read; expected mono or stereo. Ask the engine for mono.`);
  }
  return { channels: channels === 1 ? 1 : 2, preSkip: view.getUint16(10, true), inputRate: view.getUint32(12, true), gain: view.getInt16(16, true) };
}

/** Writes a head, for a decoder that is told all it needs: mono or stereo, no gain. */
export function writeOpusHead({ channels, preSkip, inputRate }: Omit<OpusHead, "gain">): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(headLength);
  const view = new DataView(head.buffer);
  for (let index = 0; index < magic.length; index += 1) head[index] = magic.charCodeAt(index);
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  view.setUint16(10, preSkip, true);
  view.setUint32(12, inputRate, true);
  return head;
}

function badHead(found: string): TTSError {
  return new TTSError("BAD_AUDIO", `Reading Opus audio: its head cannot be read: ${found}. Ask the engine for another format.`);
}
