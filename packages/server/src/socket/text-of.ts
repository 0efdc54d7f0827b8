import type { RawData } from "ws";

/** The text of a text message. `ws` has checked that it is UTF-8. */
export function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString();
}
