import { joinBytes } from "../shared/join-bytes.ts";

/** What a WAV is made of around its audio. */
export interface WavParts {
  head: Uint8Array<ArrayBuffer>;
  tail: Uint8Array<ArrayBuffer>;
  /** Makes each block a WAV of its own; then there is no head. */
  wrap: ((audio: Uint8Array) => Uint8Array) | undefined;
}

/** RIFF and data sizes that servers write when they do not know them. Sources: reference servers named in the doc of each fault. */
const lyingSizes: Readonly<Record<string, readonly [riff: number, data: number]>> = {
  "wav-size-ffffffff": [0xffffffff, 0xffffffff],
  "wav-size-7fffffff": [0x7fffffff, 0x7fffffff],
  "wav-size-7ffff000": [0x7ffff024, 0x7ffff000],
  "wav-size-2000000000": [2_000_000_036, 2_000_000_000],
  "wav-size-zero": [0, 0],
};
const nothing: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** A WAV of 16-bit mono PCM, as a vendor fault has it; without one, a true one. */
export function wavParts(sampleRate: number, dataBytes: number, fault: string | undefined): WavParts {
  if (fault === "wav-header-per-chunk") return { head: nothing, tail: nothing, wrap: (audio) => joinBytes([wavHead(sampleRate, audio.length, nothing, nothing), audio]) };
  const before = fault === "wav-junk-before-data" ? joinBytes([chunk("JUNK", new Uint8Array(27).fill(0x64)), listChunk()]) : nothing;
  const tail = fault === "wav-list-after-data" ? listChunk() : fault === "wav-c2pa-after-data" ? chunk("C2PA", new Uint8Array(1_001).fill(0x7f)) : nothing;
  const head = wavHead(sampleRate, dataBytes, before, tail);
  const sizes = lyingSizes[fault ?? ""];
  if (sizes !== undefined) {
    const view = new DataView(head.buffer);
    view.setUint32(4, sizes[0], true);
    view.setUint32(head.length - 4, sizes[1], true);
  }
  return { head, tail, wrap: undefined };
}

function wavHead(sampleRate: number, dataBytes: number, before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const format = new DataView(new ArrayBuffer(16));
  format.setUint16(0, 1, true);
  format.setUint16(2, 1, true);
  format.setUint32(4, sampleRate, true);
  format.setUint32(8, sampleRate * 2, true);
  format.setUint16(12, 2, true);
  format.setUint16(14, 16, true);
  const chunks = joinBytes([chunk("fmt ", new Uint8Array(format.buffer)), before]);
  const sizes = new DataView(new ArrayBuffer(8));
  sizes.setUint32(0, 4 + chunks.length + 8 + dataBytes + after.length, true);
  sizes.setUint32(4, dataBytes, true);
  const size = (at: number): Uint8Array => new Uint8Array(sizes.buffer, at, 4);
  return joinBytes([ascii("RIFF"), size(0), ascii("WAVE"), chunks, ascii("data"), size(4)]);
}

/** A chunk of RIFF; one of odd length is padded by a byte that its size does not count. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, content.length, true);
  return joinBytes([ascii(name), new Uint8Array(size.buffer), content, new Uint8Array(content.length % 2)]);
}

function listChunk(): Uint8Array<ArrayBuffer> {
  return chunk("LIST", joinBytes([ascii("INFO"), chunk("ISFT", ascii("Lavf61.7.100\0"))]));
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
