import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FedText } from "./fed-text.ts";
import { MappedBuffer } from "./mapped-buffer.ts";
import { unchangedText } from "./mapped-text.ts";

describe("FedText", () => {
  it("slices as the joined string does", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 9000, minLength: 0 }), { maxLength: 12 }), fc.nat(), fc.nat(), (pieces, first, second) => {
        const fed = new FedText();
        for (const piece of pieces) fed.append(piece);
        const whole = pieces.join("");
        const [start, end] = [first % (whole.length + 1), second % (whole.length + 1)].sort((left, right) => left - right);
        expect(fed.length).toBe(whole.length);
        expect(fed.slice(start ?? 0, end)).toBe(whole.slice(start, end));
      }),
      { numRuns: 200 },
    );
  });
});

describe("MappedBuffer", () => {
  it("keeps the offsets of what is taken", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 20 }), fc.array(fc.nat(30), { maxLength: 30 }), (pieces, takes) => {
        const buffer = new MappedBuffer();
        let start = 1000;
        for (const piece of pieces) {
          buffer.append(unchangedText(piece, start));
          start += piece.length;
        }
        let offset = 1000;
        for (const units of takes) {
          const taken = buffer.take(units);
          for (let index = 0; index <= taken.text.length; index += 1) expect(taken.sourceAt(index)).toBe(offset + index);
          offset += taken.text.length;
        }
        expect(buffer.text).toBe(pieces.join("").slice(offset - 1000));
      }),
    );
  });
});
