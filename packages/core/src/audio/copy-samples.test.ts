import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copySamples } from "./copy-samples.ts";
import type { Samples } from "./samples.ts";

const make = (kind: "float" | "integer", length: number, value: (index: number) => number): Samples => (kind === "float" ? Float32Array.from({ length }, (_, index) => value(index) / 32_768) : Int16Array.from({ length }, (_, index) => value(index)));

describe("copySamples", () => {
  it("copies a part, of few samples or many, and touches nothing else", () => {
    const kinds = fc.constantFrom(["float", "float"], ["integer", "integer"], ["integer", "float"]) as fc.Arbitrary<["float" | "integer", "float" | "integer"]>;
    const length = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 250, max: 260 }), fc.integer({ min: 0, max: 3_000 }));
    fc.assert(
      fc.property(kinds, length, fc.nat(400), fc.nat(400), fc.nat(400), fc.nat(400), ([from, to], count, before, behind, at, room) => {
        const source = make(from, before + count + behind, (index) => index - 1_000);
        const target = make(to, at + count + room, (index) => -index);
        const expected = [...target];
        for (let index = 0; index < count; index += 1) expected[at + index] = (before + index - 1_000) / (to === "float" ? 32_768 : 1);
        copySamples(source, before, { target, at, count });
        expect([...target]).toEqual(expected);
      }),
      { numRuns: 300, seed: 9 },
    );
  });
});
