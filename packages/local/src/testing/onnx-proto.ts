/** Element types of tensors, by ONNX's own numbers. */
export const onnxTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** The name of an element type. */
export type OnnxElement = keyof typeof onnxTypes;

/** A number or text of a protobuf message, or a message in it; an array is the field several times. */
export type ProtoValue = number | bigint | string | Uint8Array | readonly ProtoValue[] | undefined;

/** Encodes a protobuf message: field numbers and their values. What is undefined is left out; a `Uint8Array` is a message or bytes. */
export function message(fields: readonly (readonly [field: number, value: ProtoValue])[]): Buffer {
  return Buffer.concat(fields.flatMap(([field, value]) => encodeField(field, value)));
}

/** A field that is a float, which protobuf writes in four bytes. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), bytes]);
}

/** A whole number in as few bytes as it needs; negative ones have ten. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 128);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

function encodeField(field: number, value: ProtoValue): readonly Uint8Array[] {
  if (value === undefined) return [];
  if (typeof value === "number" || typeof value === "bigint") return [varint(field << 3), varint(value)];
  if (typeof value === "string") return encodeField(field, Buffer.from(value));
  if (value instanceof Uint8Array) return [varint((field << 3) | 2), varint(value.length), value];
  return value.flatMap((item) => encodeField(field, item));
}
