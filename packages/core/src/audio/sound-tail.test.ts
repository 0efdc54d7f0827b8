import { describe, expect, it } from "vitest";
import { SoundTail } from "./sound-tail.ts";

const listOf = (tail: SoundTail): number[] => [...tail.read()];

describe("the tail of a sound", () => {
  it("is nothing before there was any", () => {
    expect(listOf(new SoundTail(4))).toEqual([]);
  });

  it("is the last of it, however it was cut", () => {
    for (const sizes of [[10], [1, 1, 1, 7], [3, 3, 4], [9, 1], [6, 0, 4], [2, 8]]) {
      const tail = new SoundTail(4);
      let at = 0;
      for (const size of sizes) {
        tail.push(Float32Array.from({ length: size }, (_, index) => at + index));
        at += size;
      }
      expect(listOf(tail), String(sizes)).toEqual([6, 7, 8, 9]);
    }
  });

  it("is less where there was less", () => {
    const tail = new SoundTail(4);
    tail.push(Int16Array.of(1, 2));
    tail.push(Int16Array.of(3));
    expect(listOf(tail)).toEqual([1, 2, 3]);
  });

  it("is a copy: whoever gave the samples may use them again", () => {
    const samples = Float32Array.of(1, 2, 3);
    const tail = new SoundTail(2);
    tail.push(samples);
    samples.fill(9);
    expect(listOf(tail)).toEqual([2, 3]);
  });

  it("begins anew where 16-bit samples become floating point", () => {
    const tail = new SoundTail(4);
    tail.push(Int16Array.of(1, 2, 3));
    tail.push(Float32Array.of(0.5));
    expect(listOf(tail)).toEqual([0.5]);
    expect(tail.read()).toBeInstanceOf(Float32Array);
  });
});
