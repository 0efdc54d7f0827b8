import type { Mp3Header } from "./mp3-header.ts";

/** What the information frame at the head of an MP3 file says: a frame without audio that LAME and others write. */
export interface Mp3Tag {
  /** Frames of audio that follow; undefined where it is not told. */
  readonly frames: number | undefined;
  /** Sample frames that the encoder put before the audio and behind it; undefined where it is not told. */
  readonly padding: { readonly start: number; readonly end: number } | undefined;
}

/** Reads the tag of an information frame (Xing, Info or VBRI); undefined for a frame of audio. */
export function parseMp3Tag(frame: Uint8Array, header: Mp3Header): Mp3Tag | undefined {
  // Fraunhofer's tag stands 32 bytes behind the header, whatever the side information.
  if (startsWith(frame, 36, "VBRI")) return { frames: undefined, padding: undefined };
  const start = header.dataOffset;
  if (!startsWith(frame, start, "Xing") && !startsWith(frame, start, "Info")) return undefined;
  if (frame.length < start + 8) return { frames: undefined, padding: undefined };
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const flags = view.getUint32(start + 4);
  const hasFrames = (flags & 1) !== 0;
  const frames = hasFrames && frame.length >= start + 12 ? view.getUint32(start + 8) : 0;
  const lame = start + 8 + (hasFrames ? 4 : 0) + ((flags & 2) !== 0 ? 4 : 0) + ((flags & 4) !== 0 ? 100 : 0) + ((flags & 8) !== 0 ? 4 : 0);
  return { frames: frames > 0 ? frames : undefined, padding: parsePadding(frame, lame) };
}

/** LAME's part: 9 bytes of name, 12 of other things, then both paddings in 12 bits each. FFmpeg writes the same under its own name. */
function parsePadding(frame: Uint8Array, lame: number): Mp3Tag["padding"] {
  const named = startsWith(frame, lame, "LAME") || startsWith(frame, lame, "Lav") || startsWith(frame, lame, "L3.");
  const [first, second, third] = frame.subarray(lame + 21, lame + 24);
  if (!named || first === undefined || second === undefined || third === undefined) return undefined;
  return { start: (first << 4) | (second >> 4), end: ((second & 15) << 8) | third };
}

function startsWith(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
