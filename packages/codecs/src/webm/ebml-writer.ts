import { joinBytes } from "../join.ts";

/** Bytes of an element: its id, its size in eight bytes or, for what is below 127, in one, and its body. */
export function ebmlElement(id: number, ...body: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = body.reduce((sum, part) => sum + part.length, 0);
  return joinBytes([bigEndian(id), size < 127 ? Uint8Array.of(0x80 | size) : sizeOf(size), ...body]);
}

/** The head of an element whose end is not known. */
export function openElement(id: number): Uint8Array<ArrayBuffer> {
  return joinBytes([bigEndian(id), Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)]);
}

/** An unsigned number in as few bytes as it needs. */
export function ebmlUnsigned(id: number, value: number): Uint8Array<ArrayBuffer> {
  return ebmlElement(id, bigEndian(value));
}

/** A text of ASCII. */
export function ebmlText(id: number, text: string): Uint8Array<ArrayBuffer> {
  return ebmlElement(id, Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** A number in eight bytes of floating point. */
export function ebmlFloat(id: number, value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return ebmlElement(id, bytes);
}

function sizeOf(size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size));
  bytes[0] = 0x01;
  return bytes;
}

function bigEndian(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}
