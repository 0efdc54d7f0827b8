import { describe, expect, it } from "vitest";
import { floatToHalf, halfToFloat, readHalves } from "./half.ts";

const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

/** By the words of IEEE 754. */
function byDefinition(bits: number): number {
  const digits = bits.toString(2).padStart(16, "0");
  const sign = digits[0] === "1" ? -1 : 1;
  const exponent = Number.parseInt(digits.slice(1, 6), 2);
  const fraction = Number.parseInt(digits.slice(6), 2) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

// One expectation for all of them: 65,536 expectations take seconds.
describe("numbers of 16 bits", () => {
  it("are read as the standard says, one by one and many at once", () => {
    const many = new Float32Array(all.length);
    readHalves(all, many);
    expect(all.filter((bits) => !Object.is(halfToFloat(bits), byDefinition(bits)))).toHaveLength(0);
    expect(all.filter((bits) => !Object.is(many[bits], byDefinition(bits)))).toHaveLength(0);
  });

  it("become themselves again", () => {
    expect(all.filter((bits) => !Number.isNaN(halfToFloat(bits)) && floatToHalf(halfToFloat(bits)) !== bits)).toHaveLength(0);
    expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN();
  });

  it("are the nearest ones to numbers between, the even one in the middle", () => {
    const wrong = all.subarray(0, 0x7bff).filter((bits) => {
      const [low, high] = [halfToFloat(bits), halfToFloat(bits + 1)];
      const quarter = (high - low) / 4;
      const even = bits % 2 === 0 ? bits : bits + 1;
      return floatToHalf(low + 2 * quarter) !== even || floatToHalf(-(low + quarter)) !== (bits | 0x8000) || floatToHalf(high - quarter) !== bits + 1;
    });
    expect(wrong).toHaveLength(0);
    expect([65_504, 65_519, 65_520, 1e30, -Infinity].map(floatToHalf)).toEqual([0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  });
});
