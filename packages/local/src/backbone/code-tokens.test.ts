import { describe, expect, it } from "vitest";
import { createByteTokenizer } from "../testing/scripted-generator.ts";
import { createTinyVocabulary, stopToken, withoutCodes } from "../testing/tiny-vocabulary.ts";
import { findCodeTokens } from "./code-tokens.ts";

const vocabulary = createTinyVocabulary({ codes: 512 });
const found = (tokens: readonly string[], options = { codes: 512, stop: stopToken }): unknown => findCodeTokens(createByteTokenizer({ ...vocabulary, tokens }), options);

describe("findCodeTokens", () => {
  it("finds where codes begin and what ends speech", () => {
    expect(found(vocabulary.tokens)).toEqual({ firstCode: vocabulary.tokens.length - 512, codes: 512, stop: vocabulary.tokens.indexOf(stopToken) });
  });

  it("says of a vocabulary without codes which name is missing", () => {
    expect(() => found(withoutCodes(vocabulary).tokens)).toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|speech_0|>") }));
  });

  it("says when there are fewer codes than the codec has", () => {
    expect(() => found(vocabulary.tokens, { codes: 1_024, stop: stopToken })).toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|speech_512|>") }));
  });

  it("says when codes do not follow each other", () => {
    const first = vocabulary.tokens.length - 512;
    const swapped = vocabulary.tokens.with(first + 256, "other").with(first + 300, "<|speech_256|>");
    expect(() => found(swapped)).toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|speech_256|>") }));
  });

  it("says when the end of speech has another name", () => {
    expect(() => found(vocabulary.tokens, { codes: 512, stop: "<|SPEECH_GENERATION_END|>" })).toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|SPEECH_GENERATION_END|>") }));
  });
});
