/** A number of variable length: an id or a size. */
export interface EbmlNumber {
  readonly value: number;
  /** Bytes that it takes. */
  readonly length: number;
}

/** Size of an element that goes on until something follows that cannot be inside it. */
export const unknownSize: number = Number.POSITIVE_INFINITY;

/** Reads an element's id, its marker bit included; undefined where more bytes are needed, "bad" for what is none. */
export function readEbmlId(bytes: Uint8Array, offset: number): EbmlNumber | "bad" | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > 4) return "bad";
  if (offset + length > bytes.length) return undefined;
  return { value: readBigEndian(bytes.subarray(offset, offset + length)), length };
}

/** Reads an element's size; undefined where more bytes are needed, "bad" for what is none. */
export function readEbmlSize(bytes: Uint8Array, offset: number): EbmlNumber | "bad" | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > 8) return "bad";
  if (offset + length > bytes.length) return undefined;
  const rest = bytes.subarray(offset + 1, offset + length);
  // The marker bit is taken off before the sum, which is exact only up to 2^53.
  const head = first - (0x80 >> (length - 1));
  if (head === (0x7f >> (length - 1)) && rest.every((byte) => byte === 0xff)) return { value: unknownSize, length };
  return { value: rest.reduce((value, byte) => value * 256 + byte, head), length };
}

/** An unsigned number, big-endian; exact up to 2^53. */
export function readBigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** A signed number, big-endian; exact up to 2^53. */
export function readSigned(bytes: Uint8Array): number {
  const value = readBigEndian(bytes);
  return ((bytes[0] ?? 0) & 0x80) === 0 ? value : value - 256 ** bytes.length;
}
