import { crc32 } from "node:zlib";

/** What a header of an event-stream message may hold here: of the ten types of the format, those that the protocol uses. */
export type EventHeaderValue = string | boolean | number | Uint8Array | Date;

/** One message of AWS's event stream (`application/vnd.amazon.eventstream`). */
export interface EventMessage {
  headers: Readonly<Record<string, EventHeaderValue>>;
  body: Uint8Array;
}

/** Bytes that are no event-stream message: a wrong checksum or length, or a header of no known type. */
export interface BrokenMessage {
  broken: string;
}

/** Takes messages out of bytes that come in any pieces. */
export interface EventMessageReader {
  /** Whole messages that are complete with these bytes. After a broken one nothing more is read. */
  push(bytes: Uint8Array): (EventMessage | BrokenMessage)[];
}

const preludeBytes = 8;
const checksumBytes = 4;
const leastBytes = preludeBytes + 2 * checksumBytes;
/** Far above what a text event can need; keeps a wrong length from filling the memory. */
const mostBytes = 1_048_576;

/**
 * Writes a message: length of all, length of the headers, CRC-32 of these eight bytes, headers, body, CRC-32 of everything before;
 * all numbers big-endian.
 */
export function encodeEventMessage({ headers, body }: EventMessage): Uint8Array<ArrayBuffer> {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const message = Buffer.alloc(leastBytes + head.length + body.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, preludeBytes)), preludeBytes);
  message.set(head, preludeBytes + checksumBytes);
  message.set(body, preludeBytes + checksumBytes + head.length);
  const end = message.length - checksumBytes;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

function encodeHeader(name: string, value: EventHeaderValue): Buffer {
  const label = Buffer.from(name, "utf8");
  return Buffer.concat([Buffer.from([label.length]), label, encodeValue(value)]);
}

function encodeValue(value: EventHeaderValue): Buffer {
  if (typeof value === "boolean") return Buffer.from([value ? 0 : 1]);
  if (typeof value === "number") {
    const bytes = Buffer.from([4, 0, 0, 0, 0]);
    bytes.writeInt32BE(value, 1);
    return bytes;
  }
  if (value instanceof Date) {
    const bytes = Buffer.alloc(9, 8);
    bytes.writeBigInt64BE(BigInt(value.getTime()), 1);
    return bytes;
  }
  const content = typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value);
  const lead = Buffer.from([typeof value === "string" ? 7 : 6, 0, 0]);
  lead.writeUInt16BE(content.length, 1);
  return Buffer.concat([lead, content]);
}

/** Reads messages from a stream of bytes. */
export function createEventMessageReader(): EventMessageReader {
  let waiting: Buffer = Buffer.alloc(0);
  let broken = false;

  function push(bytes: Uint8Array): (EventMessage | BrokenMessage)[] {
    if (broken) return [];
    waiting = waiting.length === 0 ? Buffer.from(bytes) : Buffer.concat([waiting, bytes]);
    const messages: (EventMessage | BrokenMessage)[] = [];
    for (;;) {
      if (waiting.length < preludeBytes + checksumBytes) return messages;
      const message = takeMessage(waiting);
      if (message === undefined) return messages;
      messages.push(message);
      if ("broken" in message) {
        broken = true;
        return messages;
      }
      waiting = waiting.subarray(waiting.readUInt32BE(0));
    }
  }
  return { push };
}

function takeMessage(bytes: Buffer): EventMessage | BrokenMessage | undefined {
  const length = bytes.readUInt32BE(0);
  const headLength = bytes.readUInt32BE(4);
  if (crc32(bytes.subarray(0, preludeBytes)) !== bytes.readUInt32BE(preludeBytes)) return { broken: "The checksum of a message's lengths is wrong." };
  if (length > mostBytes || length < leastBytes + headLength) return { broken: `A message says that it has ${length} bytes, ${headLength} of them headers.` };
  if (bytes.length < length) return undefined;
  const end = length - checksumBytes;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return { broken: "The checksum of a message is wrong." };
  const bodyStart = preludeBytes + checksumBytes + headLength;
  const headers = decodeHeaders(bytes.subarray(preludeBytes + checksumBytes, bodyStart));
  if (headers === undefined) return { broken: "The headers of a message cannot be read." };
  return { headers, body: Uint8Array.from(bytes.subarray(bodyStart, end)) };
}

/** Reads a whole message that is the body of another; undefined where the body is none. */
export function decodeEventMessage(bytes: Uint8Array): EventMessage | undefined {
  const [message, ...more] = createEventMessageReader().push(bytes);
  if (message === undefined || "broken" in message || more.length > 0) return undefined;
  return message;
}

function decodeHeaders(bytes: Buffer): Record<string, EventHeaderValue> | undefined {
  const headers: Record<string, EventHeaderValue> = {};
  for (let at = 0; at < bytes.length;) {
    const nameLength = bytes[at] ?? 0;
    const typeAt = at + 1 + nameLength;
    const value = typeAt < bytes.length ? decodeValue(bytes, typeAt) : undefined;
    if (value === undefined) return undefined;
    headers[bytes.toString("utf8", at + 1, typeAt)] = value.value;
    at = value.end;
  }
  return headers;
}

function decodeValue(bytes: Buffer, typeAt: number): { value: EventHeaderValue; end: number } | undefined {
  const at = typeAt + 1;
  const type = bytes[typeAt];
  const left = bytes.length - at;
  if (type === 0 || type === 1) return { value: type === 0, end: at };
  if (type === 2 && left >= 1) return { value: bytes.readInt8(at), end: at + 1 };
  if (type === 3 && left >= 2) return { value: bytes.readInt16BE(at), end: at + 2 };
  if (type === 4 && left >= 4) return { value: bytes.readInt32BE(at), end: at + 4 };
  if (type === 5 && left >= 8) return { value: Number(bytes.readBigInt64BE(at)), end: at + 8 };
  if (type === 8 && left >= 8) return { value: new Date(Number(bytes.readBigInt64BE(at))), end: at + 8 };
  if ((type !== 6 && type !== 7) || left < 2) return undefined;
  const start = at + 2;
  const end = start + bytes.readUInt16BE(at);
  if (end > bytes.length) return undefined;
  return { value: type === 7 ? bytes.toString("utf8", start, end) : Uint8Array.from(bytes.subarray(start, end)), end };
}
