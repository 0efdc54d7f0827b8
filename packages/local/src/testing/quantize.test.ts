import { describe, expect, it } from "vitest";
import { encodeQ8, fromHalf, q8Bytes, roundedToQ8, toHalf } from "./quantize.ts";

describe("float16", () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [1 / 3, 0x3555],
  ])("has the bits of %d", (value, bits) => expect(toHalf(value)).toBe(bits));

  it("comes back the same from all bits that are numbers", () => {
    for (let bits = 0; bits < 65_536; bits += 1) if (!Number.isNaN(fromHalf(bits))) expect(toHalf(fromHalf(bits))).toBe(bits);
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });
});

describe("Q8_0", () => {
  it("takes 34 bytes for 32 numbers, and is wrong by half a step at most", () => {
    const numbers = Float32Array.from({ length: 96 }, (_, index) => (index < 32 ? 0 : Math.sin(index) * index));
    expect(encodeQ8(numbers)).toHaveLength(q8Bytes(96));
    const rounded = roundedToQ8(numbers);
    for (const [index, value] of numbers.entries()) expect(Math.abs(value - rounded[index]!)).toBeLessThanOrEqual((index < 64 ? 64 : 96) / 127 / 2 + 0.05);
    expect([...rounded.slice(0, 32)].every((value) => value === 0)).toBe(true);
    expect(() => encodeQ8(new Float32Array(33))).toThrow(RangeError);
  });
});
