import { open } from "node:fs/promises";
import { encodeQ8, q8Bytes } from "./quantize.ts";
import type { WeightTensor } from "./weight-source.ts";

/** A value of the header, with its type. */
export type GgufValue =
  | readonly ["u32" | "i32" | "f32", number]
  | readonly ["bool", boolean]
  | readonly ["string", string]
  | readonly ["string[]", readonly string[]]
  | readonly ["i32[]", readonly number[]]
  | readonly ["f32[]", readonly number[]];

/** A tensor of the file: dimensions as in PyTorch; the file has them the other way round. */
export interface GgufTensor {
  readonly name: string;
  readonly type: "f32" | "q8_0";
  readonly source: WeightTensor;
}

/** What a GGUF has in it. */
export interface GgufContent {
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensor[];
}

const alignment = 32;
const tensorTypes = { f32: 0, q8_0: 8 } as const;
const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/** Writes a GGUF, version 3, little endian. Tensors are written as they come: a file larger than memory is no trouble. */
export async function writeGguf(path: string, content: GgufContent): Promise<void> {
  const file = await open(path, "w");
  try {
    const header = ggufHeader(content);
    await file.write(header);
    let written = header.length;
    for (const tensor of content.tensors) {
      for (const block of tensor.source.blocks()) {
        const bytes = tensor.type === "q8_0" ? encodeQ8(block) : bytesOf(block);
        await file.write(bytes);
        written += bytes.length;
      }
      const rest = padding(written);
      if (rest > 0) await file.write(Buffer.alloc(rest));
      written += rest;
    }
  } finally {
    await file.close();
  }
}

/** All that comes before the numbers, up to where they begin. */
export function ggufHeader({ metadata, tensors }: GgufContent): Buffer {
  const keys = Object.entries(metadata);
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(keys.length)];
  for (const [key, value] of keys) parts.push(text(key), encodeValue(value));
  let offset = 0;
  for (const { name, type, source } of tensors) {
    parts.push(text(name), u32(source.dims.length), ...source.dims.toReversed().map(u64), u32(tensorTypes[type]), u64(offset));
    const bytes = byteLength(type, source);
    offset += bytes + padding(bytes);
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc(padding(header.length))]);
}

const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
const byteLength = (type: GgufTensor["type"], { dims }: WeightTensor): number => (type === "q8_0" ? q8Bytes(count(dims)) : count(dims) * 4);
const padding = (length: number): number => (alignment - (length % alignment)) % alignment;
const bytesOf = (numbers: Float32Array): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);

function encodeValue([type, value]: GgufValue): Buffer {
  switch (type) {
    case "u32":
      return Buffer.concat([u32(valueTypes.u32), u32(value)]);
    case "i32":
      return Buffer.concat([u32(valueTypes.i32), i32(value)]);
    case "f32":
      return Buffer.concat([u32(valueTypes.f32), f32(value)]);
    case "bool":
      return Buffer.concat([u32(valueTypes.bool), Buffer.from([value ? 1 : 0])]);
    case "string":
      return Buffer.concat([u32(valueTypes.string), text(value)]);
    case "string[]":
      return array(valueTypes.string, value.map(text));
    case "i32[]":
      return array(valueTypes.i32, value.map(i32));
    case "f32[]":
      return array(valueTypes.f32, value.map(f32));
  }
}

const array = (type: number, items: readonly Buffer[]): Buffer => Buffer.concat([u32(valueTypes.array), u32(type), u64(items.length), ...items]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
