import { TTSError } from "@parlando/engine";

/** Bytes that tell how long an ID3v2 tag is (id3.org, ID3v2.4.0 structure, 3.1). */
export const longestId3Head = 10;

/** A tag may hold a picture of the cover, but must end. */
const largestTag = 16 * 1024 * 1024;

/** Whether what stands there is an ID3v2 tag, or may become one. */
export function isId3Prefix(bytes: Uint8Array, offset: number): boolean {
  return offset < bytes.length && [0x49, 0x44, 0x33].every((byte, index) => offset + index >= bytes.length || bytes[offset + index] === byte);
}

/**
 * Bytes of the whole ID3v2 tag whose first ten bytes stand there.
 *
 * @throws TTSError `BAD_AUDIO` for a tag that is too long to be true.
 */
export function id3Bytes(bytes: Uint8Array, offset: number): number {
  const [flags = 0, ...size] = bytes.subarray(offset + 5, offset + longestId3Head);
  const body = size.reduce((sum, byte) => (sum << 7) | (byte & 0x7f), 0);
  if (body <= largestTag) return longestId3Head + body + ((flags & 0x10) === 0 ? 0 : 10);
  throw new TTSError("BAD_AUDIO", `Reading MP3 audio: a tag of ${body} bytes before it; expected at most ${largestTag}. Ask the engine for another format.`);
}

/** Bytes of the ID3v1 tag that stands there, behind a file; 0 where none does. */
export function trailingTagBytes(bytes: Uint8Array, offset: number): number {
  return bytes[offset] === 0x54 && bytes[offset + 1] === 0x41 && bytes[offset + 2] === 0x47 ? 128 : 0;
}
