import type { FormatHints, FoundFormat } from "./format-hints.ts";

/** How far the data is looked for. What stands there in the way (pictures, tags) is for the decoder to skip. */
const SEARCHED_BYTES = 1_024;
/**
 * Sizes from here on were seen to be placeholders (2,000,000,000, 0x7FFFF000 and above, 0xFFFFFFFF): a gigabyte is eleven hours of 24 kHz mono, no
 * answer to one request.
 */
const BELIEVABLE_BYTES = 1_000_000_000;

/** Reads the start of a WAV: its true rate, and how long it says that it is. Undefined: more bytes are needed. */
export function readWavStart(bytes: Uint8Array, hints: FormatHints): FoundFormat | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let { sampleRate, channels } = hints.asked;
  for (let at = 12; at + 8 <= Math.min(bytes.length, SEARCHED_BYTES);) {
    const id = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    if (id === "data") return { format: { encoding: "wav", sampleRate, channels }, headerBytes: at + 8, byteLength: believable(at + 8, size) };
    if (id === "fmt " && at + 16 <= bytes.length) {
      channels = within(view.getUint16(at + 10, true), 1, 8) ?? channels;
      sampleRate = within(view.getUint32(at + 12, true), 4_000, 384_000) ?? sampleRate;
    }
    at += 8 + size + (size % 2);
  }
  return hints.isEnded || bytes.length >= SEARCHED_BYTES ? { format: { encoding: "wav", sampleRate, channels } } : undefined;
}

function believable(headerBytes: number, size: number): number | undefined {
  return size > 0 && size < BELIEVABLE_BYTES ? headerBytes + size : undefined;
}

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
