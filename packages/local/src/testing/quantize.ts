const blockSize = 32;
const blockBytes = 34;

/** Bytes that so many numbers need as Q8_0. */
export const q8Bytes = (numbers: number): number => (numbers / blockSize) * blockBytes;

/** Numbers as Q8_0: blocks of 32, each a scale in float16 and 32 signed bytes. */
export function encodeQ8(numbers: Float32Array): Buffer {
  if (numbers.length % blockSize !== 0) throw new RangeError(`Q8_0 has blocks of ${String(blockSize)} numbers; there are ${String(numbers.length)}.`);
  const bytes = Buffer.alloc(q8Bytes(numbers.length));
  for (let block = 0; block * blockSize < numbers.length; block += 1) {
    const start = block * blockSize;
    let largest = 0;
    for (let index = start; index < start + blockSize; index += 1) largest = Math.max(largest, Math.abs(numbers[index]!));
    const scale = largest / 127;
    bytes.writeUInt16LE(toHalf(scale), block * blockBytes);
    for (let index = 0; index < blockSize; index += 1) bytes.writeInt8(scale === 0 ? 0 : Math.round(numbers[start + index]! / scale), block * blockBytes + 2 + index);
  }
  return bytes;
}

/** What is left of numbers that went through Q8_0. */
export function roundedToQ8(numbers: Float32Array): Float32Array {
  const bytes = encodeQ8(numbers);
  return numbers.map((_, index) => {
    const start = Math.floor(index / blockSize) * blockBytes;
    return fromHalf(bytes.readUInt16LE(start)) * bytes.readInt8(start + 2 + (index % blockSize));
  });
}

/** The bits of the float16 that is nearest, ties to even. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const exact = size < 2 ** exponent ? exponent - 1 : exponent;
  // The rounded fraction may carry into the exponent; adding, not joining, lets it.
  return sign | (((exact + 15) << 10) + roundToEven((size / 2 ** exact - 1) * 1_024));
}

/** The number that the bits of a float16 stand for. */
export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
