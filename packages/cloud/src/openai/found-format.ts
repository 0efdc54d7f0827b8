import type { AudioFormat } from "@parlando/engine";
import { readAdtsFrame, readMp3Frame, type CompressedFrame } from "./compressed-frame.ts";
import type { FormatHints, FoundFormat } from "./format-hints.ts";
import { readWavStart } from "./wav-start.ts";

const signatures: readonly (readonly [start: string, encoding: AudioFormat["encoding"], sampleRate: number | undefined])[] = [
  ["OggS", "ogg-opus", 48_000],
  ["fLaC", "flac", undefined],
  ["ID3", "mp3", undefined],
  ["\x1aE\xdf\xa3", "webm-opus", 48_000],
];

/**
 * Tells a format by the first bytes: servers that copy OpenAI's interface ignore what was asked for, and have the content type wrong. What
 * has no header is PCM, the only such format of the interface. Undefined: more bytes are needed, never more than a frame of MP3.
 *
 * A frame of MP3 or AAC begins with bits that a sample can have as well; so where something else was asked for, a second frame must follow.
 */
export function findFormat(bytes: Uint8Array, hints: FormatHints): FoundFormat | undefined {
  const { asked, isEnded } = hints;
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  const rate = asked.sampleRate;
  if (startsLike(start, "RIFF")) return start.length < 4 ? waitUnless(isEnded, hints) : readWavStart(bytes, hints);
  for (const [signature, encoding, sampleRate = rate] of signatures) {
    if (start.startsWith(signature)) return { format: { encoding, sampleRate, channels: 1 } };
    if (start !== "" && startsLike(start, signature)) return waitUnless(isEnded, hints);
  }
  if (bytes[0] !== 0xff) return bytes.length === 0 ? waitUnless(isEnded, hints) : pcmOf(hints);
  return findFrame(bytes, hints);
}

function findFrame(bytes: Uint8Array, hints: FormatHints): FoundFormat | undefined {
  if (bytes.length < 7) return waitUnless(hints.isEnded, hints);
  const frame = readMp3Frame(bytes, 0) ?? readAdtsFrame(bytes, 0);
  if (frame === undefined) return pcmOf(hints);
  const found = { format: { encoding: frame.encoding, sampleRate: frame.sampleRate, channels: frame.channels } };
  if (frame.encoding === hints.asked.encoding) return found;
  if (bytes.length < frame.byteLength + 7) return waitUnless(hints.isEnded, hints);
  return isSame(frame, readMp3Frame(bytes, frame.byteLength) ?? readAdtsFrame(bytes, frame.byteLength)) ? found : pcmOf(hints);
}

function isSame(one: CompressedFrame, other: CompressedFrame | undefined): boolean {
  return other !== undefined && one.encoding === other.encoding && one.sampleRate === other.sampleRate;
}

function startsLike(start: string, signature: string): boolean {
  return start !== "" && signature.startsWith(start.slice(0, signature.length));
}

function waitUnless(isEnded: boolean, hints: FormatHints): FoundFormat | undefined {
  return isEnded ? pcmOf(hints) : undefined;
}

function pcmOf({ pcmRate }: FormatHints): FoundFormat {
  return { format: { encoding: "pcm-s16le", sampleRate: pcmRate, channels: 1 } };
}
