import { describe, expect, it } from "vitest";
import type { MappedText } from "./mapped-text.ts";
import { createStageChain } from "./stage-chain.ts";

/** What an app may return as well: all that it has, it has by accessors. */
class Shout implements MappedText {
  readonly #from: MappedText;

  constructor(from: MappedText) {
    this.#from = from;
  }

  get text(): string {
    return this.#from.text.toUpperCase();
  }

  get phonemes(): MappedText["phonemes"] {
    return this.#from.text === "" ? undefined : [{ start: 0, end: 1, ipa: "a" }];
  }

  sourceAt(index: number): number {
    return this.#from.sourceAt(index);
  }
}

describe("createStageChain", () => {
  it("takes what a stage returns as an object of a class of its own", () => {
    const chain = createStageChain([() => ({ push: (mapped) => new Shout(mapped), flush: () => new Shout({ text: "", sourceAt: () => 0 }) })]);
    const { text, phonemes, sourceAt } = chain.push("a word", 10);
    expect([text, phonemes, sourceAt(2), chain.flush().text]).toEqual(["A WORD", [{ start: 0, end: 1, ipa: "a" }], 12, ""]);
  });
});
