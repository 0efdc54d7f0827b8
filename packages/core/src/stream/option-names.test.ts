import { describe, expect, it } from "vitest";
import { checkOptionNames } from "./option-names.ts";

const check = (options: object) => () => checkOptionNames(options);

describe("names of stream options", () => {
  it("passes those that exist, and what is undefined", () => {
    expect(check({ voice: "a", onChunk: () => undefined, output: { chunkMs: 20 }, foo: undefined })).not.toThrow();
  });

  it.each([
    ["onChunck", "onChunk"],
    ["onchunk", "onChunk"],
    ["latnecy", "latency"],
    ["mark", "marks"],
    ["voicee", "voice"],
  ])("says what was meant by %s", (given, meant) => {
    expect(check({ [given]: 1 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(`Did you mean "${meant}"?`) }));
  });

  it("lists all where none is near, and looks into output", () => {
    expect(check({ engine: "espeak" })).toThrow(/"engine", which does not exist\. It has: voice, language/);
    expect(check({ output: { samplerate: 8000 } })).toThrow('Did you mean "output.sampleRate"?');
    expect(check({ ["x".repeat(500)]: 1 })).toThrow(/"x{40}"/);
  });
});
