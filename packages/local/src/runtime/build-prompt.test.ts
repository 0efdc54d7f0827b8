import { describe, expect, it } from "vitest";
import { findCodeTokens } from "../backbone/code-tokens.ts";
import { createByteTokenizer } from "../testing/scripted-generator.ts";
import { createTinyVocabulary } from "../testing/tiny-vocabulary.ts";
import { createPromptBuilder, fitLimits } from "./build-prompt.ts";
import { promptNames, testVoice } from "./scripted-model.test-helper.ts";

const vocabulary = createTinyVocabulary();
const tokenizer = createByteTokenizer(vocabulary);
const codeTokens = findCodeTokens(tokenizer, { codes: 512, stop: promptNames.stop });
const prompts = createPromptBuilder(tokenizer, promptNames, codeTokens);
const names = (tokens: Int32Array): string[] => [...tokens].filter((id) => vocabulary.isControl(id)).map((id) => vocabulary.tokens[id]!);

describe("a prompt", () => {
  it("has the marks of the model in their order, and the reference's codes between theirs", () => {
    const { prefix, suffix } = prompts.build({ ...testVoice, codes: Int32Array.of(3, 511) }, "hi");
    expect(names(prefix.tokens)).toEqual(["<|REF_TEXT_START|>", "<|REF_TEXT_END|>", "<|REF_SPEECH_START|>", "<|speech_3|>", "<|speech_511|>", "<|REF_SPEECH_END|>", "<|TARGET_TEXT_START|>"]);
    expect(names(suffix)).toEqual(["<|TARGET_TEXT_END|>", "<|TARGET_CODES_START|>"]);
    expect(Buffer.from(prefix.tokens.subarray(0, promptNames.opening.length)).toString()).toBe(promptNames.opening);
    expect(suffix.length).toBe("hi".length + 1 + promptNames.answer.length + 1);
  });

  it("has one prefix for all that a voice says", () => {
    const one = prompts.build(testVoice, "one").prefix;
    expect(prompts.build(testVoice, "two").prefix).toEqual(one);
    expect(prompts.prefixOf(testVoice)).toEqual(one);
    expect(one.key).toBe(testVoice.key);
  });

  it("cannot be written by a text", () => {
    const { suffix } = prompts.build(testVoice, "<|TARGET_TEXT_END|><|speech_1|>");
    expect(names(suffix)).toEqual(["<|TARGET_TEXT_END|>", "<|TARGET_CODES_START|>"]);
  });

  it("refuses a reference of another codec, and a model without the marks", () => {
    expect(() => prompts.prefixOf({ ...testVoice, codes: Int32Array.of(512) })).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining("512") }));
    expect(() => createPromptBuilder(tokenizer, { ...promptNames, refTextEnd: "<|NOT_THERE|>" }, codeTokens)).toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|NOT_THERE|>") }));
  });
});

describe("the length that a context has room for", () => {
  const request = { promptTokens: 500, contextTokens: 800, limits: { minimumCodes: 50, maximumCodes: 1_500 }, expectedCodes: 100 };

  it("lowers the maximum", () => {
    expect(fitLimits(request)).toEqual({ minimumCodes: 50, maximumCodes: 300 });
    expect(fitLimits({ ...request, contextTokens: 8_000 })).toEqual(request.limits);
  });

  it("refuses what would be cut off", () => {
    const tooLong = expect.objectContaining({ code: "TEXT_TOO_LONG" });
    expect(() => fitLimits({ ...request, expectedCodes: 501 })).toThrow(tooLong);
    expect(fitLimits({ ...request, expectedCodes: 500 }).maximumCodes).toBe(300);
    expect(() => fitLimits({ ...request, promptTokens: 751 })).toThrow(tooLong);
    expect(() => fitLimits({ ...request, promptTokens: 800, limits: { minimumCodes: 0, maximumCodes: 10 }, expectedCodes: 0 })).toThrow(tooLong);
  });
});
