import { TTSError } from "@parlando/engine";
import { openByteReader, windowBytes, type ByteReader } from "./byte-reader.ts";
import { tensorTypes } from "./ggml-types.ts";

/** A value of a GGUF file's metadata. Of arrays the count is kept, not what is in them. */
export type GgufValue = number | string | boolean | { readonly elements: number };

/** What stands before the weights of a GGUF file. */
export interface GgufHeader {
  readonly version: number;
  /** Keys as in the file: `qwen2.block_count`. Strings are cut at 4 KiB. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: number;
  /** Where the last tensor ends, in bytes; undefined when a tensor has a type that is not known here. */
  readonly endBytes: number | undefined;
  readonly fileBytes: number;
}

// Real files have some dozens of keys and some hundred tensors; a number far above says that it was read from something else.
const maximumKeys = 10_000;
const maximumTensors = 100_000;
const maximumNameBytes = 65_535;
const keptTextBytes = 4096;
const scalarBytes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const textType = 8;
const arrayType = 9;

/**
 * Reads what stands before the weights, and checks that the file is as long as its tensors say. Weights and the entries of arrays are not kept, and
 * memory does not grow with the file.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when it is no GGUF file, damaged, or cut short.
 */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const reader = await openByteReader(path);
  try {
    return await readHeader(reader, path);
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader, path: string): Promise<GgufHeader> {
  await reader.ensure(24);
  if (reader.text(4) !== "GGUF") throw damaged(path, "it does not begin with GGUF");
  const version = reader.take(4).getUint32(0, true);
  if (version !== 2 && version !== 3) throw damaged(path, `it is of version ${String(version)}, and 2 and 3 can be read`);
  const tensors = await readCount(reader, path, maximumTensors, "tensors");
  const keys = await readCount(reader, path, maximumKeys, "keys");
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < keys; index++) {
    const key = await readText(reader, path, maximumNameBytes, "a key");
    await reader.ensure(4);
    metadata.set(key, await readValue(reader, path, reader.take(4).getUint32(0, true)));
  }
  const tensorEnd = await readTensors(reader, path, tensors);
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 1) throw damaged(path, "its alignment is no positive number");
  const endBytes = tensorEnd === undefined ? undefined : Math.ceil(reader.position / alignment) * alignment + tensorEnd;
  if (endBytes !== undefined && endBytes > reader.length) {
    throw damaged(path, `it is cut short: its tensors end at byte ${String(endBytes)}, but it has ${String(reader.length)}`);
  }
  return { version, metadata, tensors, endBytes, fileBytes: reader.length };
}

async function readValue(reader: ByteReader, path: string, type: number): Promise<GgufValue> {
  if (type === textType) return readText(reader, path, reader.length, "a text");
  if (type === arrayType) return readArray(reader, path);
  await reader.ensure(sizeOf(type, path));
  return readScalar(reader, type);
}

function readScalar(reader: ByteReader, type: number): number | boolean {
  const view = reader.take(scalarBytes[type] ?? 0);
  switch (type) {
    case 0: return view.getUint8(0);
    case 1: return view.getInt8(0);
    case 2: return view.getUint16(0, true);
    case 3: return view.getInt16(0, true);
    case 4: return view.getUint32(0, true);
    case 5: return view.getInt32(0, true);
    case 6: return view.getFloat32(0, true);
    case 7: return view.getUint8(0) !== 0;
    case 10: return Number(view.getBigUint64(0, true));
    case 11: return Number(view.getBigInt64(0, true));
    default: return view.getFloat64(0, true);
  }
}

async function readArray(reader: ByteReader, path: string): Promise<GgufValue> {
  await reader.ensure(12);
  const type = reader.take(4).getUint32(0, true);
  if (type !== textType) {
    const size = sizeOf(type, path);
    const elements = await readCount(reader, path, reader.length, "elements");
    reader.skip(elements * size);
    return { elements };
  }
  // Every text has eight bytes for its length at least.
  const elements = await readCount(reader, path, reader.length / 8, "texts");
  for (let index = 0; index < elements; index++) {
    if (reader.buffered < 8) await reader.ensure(8);
    reader.skip(toCount(reader, path, reader.length, "bytes of a text"));
  }
  return { elements };
}

/** Where the last tensor ends, counted from the first; undefined when a type is not known. */
async function readTensors(reader: ByteReader, path: string, count: number): Promise<number | undefined> {
  let end: number | undefined = 0;
  for (let index = 0; index < count; index++) {
    const name = await readText(reader, path, maximumNameBytes, "a tensor's name");
    await reader.ensure(4);
    const dimensions = reader.take(4).getUint32(0, true);
    if (dimensions > 8) throw damaged(path, `tensor ${String(index)} has ${String(dimensions)} dimensions`);
    await reader.ensure(dimensions * 8 + 12);
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) elements *= toCount(reader, path, Number.MAX_SAFE_INTEGER, `the size of ${name}`);
    const type = tensorTypes.get(reader.take(4).getUint32(0, true));
    const offset = toCount(reader, path, Number.MAX_SAFE_INTEGER, `the place of ${name}`);
    if (type === undefined) end = undefined;
    else if (end !== undefined) end = Math.max(end, offset + Math.ceil(elements / type.blockSize) * type.blockBytes);
  }
  return end;
}

async function readText(reader: ByteReader, path: string, maximum: number, what: string): Promise<string> {
  const bytes = await readCount(reader, path, maximum, `bytes of ${what}`);
  const kept = Math.min(bytes, keptTextBytes, windowBytes);
  await reader.ensure(kept);
  const text = reader.text(kept);
  reader.skip(bytes - kept);
  return text;
}

async function readCount(reader: ByteReader, path: string, maximum: number, what: string): Promise<number> {
  await reader.ensure(8);
  return toCount(reader, path, maximum, what);
}

function toCount(reader: ByteReader, path: string, maximum: number, what: string): number {
  const count = Number(reader.take(8).getBigUint64(0, true));
  if (count > maximum) throw damaged(path, `${String(count)} ${what} cannot be right`);
  return count;
}

function sizeOf(type: number, path: string): number {
  const size = scalarBytes[type] ?? 0;
  if (size === 0) throw damaged(path, `${String(type)} is no type of a value`);
  return size;
}

function damaged(path: string, why: string): TTSError {
  return new TTSError("MODEL_NOT_FOUND", `Reading the model file ${path}: ${why}. It is damaged or of another kind; fetch it again, or give another one.`);
}
