import { TTSError } from "@parlando/engine";
import type { ByteReader } from "./byte-reader.ts";

/** The head of one field: what follows it in the file is its content, `bytes` long, or a number that was read already. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint; 0 for the others. Numbers over 2^53 lose their last digits. */
  readonly value: number;
  /** Of what is still to be read or skipped. */
  readonly bytes: number;
  /** Whether the content is a message, text or bytes. */
  readonly nested: boolean;
}

/**
 * The next field of a message that ends at `end`.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when no field can be there, or when it would reach past the end of its message.
 */
export async function readField(reader: ByteReader, end: number, path: string): Promise<ProtobufField> {
  const position = reader.position;
  const tag = await readVarint(reader, end, path);
  const number = Math.floor(tag / 8);
  if (number < 1 || number > 536_870_911) throw damaged(path, position, "no field of a message");
  switch (tag % 8) {
    case 0: return { number, value: await readVarint(reader, end, path), bytes: 0, nested: false };
    case 1: return within({ number, value: 0, bytes: 8, nested: false }, { reader, end, path });
    case 2: return within({ number, value: 0, bytes: await readVarint(reader, end, path), nested: true }, { reader, end, path });
    case 5: return within({ number, value: 0, bytes: 4, nested: false }, { reader, end, path });
    default: throw damaged(path, position, "no kind of field that ONNX has");
  }
}

async function readVarint(reader: ByteReader, end: number, path: string): Promise<number> {
  let value = 0;
  for (let shift = 0; shift < 10; shift++) {
    if (reader.position >= end) throw damaged(path, reader.position, "the end in the middle of a number: it is cut short");
    if (reader.buffered === 0) await reader.ensure(1);
    const byte = reader.byte();
    value += (byte & 127) * 2 ** (7 * shift);
    if (byte < 128) return value;
  }
  throw damaged(path, reader.position, "a number without end");
}

function within(field: ProtobufField, { reader, end, path }: { reader: ByteReader; end: number; path: string }): ProtobufField {
  if (field.bytes <= end - reader.position) return field;
  throw damaged(path, reader.position, `a field of ${String(field.bytes)} bytes where ${String(end - reader.position)} are left: it is cut short`);
}

function damaged(path: string, position: number, what: string): TTSError {
  return new TTSError("MODEL_NOT_FOUND", `Reading the model file ${path}: at byte ${String(position)} there is ${what}. It is no ONNX model, or damaged; fetch it again, or give another one.`);
}
