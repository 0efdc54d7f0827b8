import * as tokenizers from "@huggingface/tokenizers";
import { getLlama } from "node-llama-cpp";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { writeQwen2Gguf } from "./qwen2-gguf.ts";
import { inFolder } from "./test-runtimes.test-helper.ts";
import { createTinyVocabulary } from "./tiny-vocabulary.ts";
import { tokenizerConfig, tokenizerJson } from "./tokenizer-json.ts";

/** The parts of the package that are used here; its own types do not resolve in Node's way. */
interface JsonTokenizer {
  encode(text: string): { readonly ids: readonly number[] };
  token_to_id(token: string): number | undefined;
}

const { Tokenizer } = tokenizers as unknown as { readonly Tokenizer: new (tokenizer: object, config: object) => JsonTokenizer };

const texts = ["user: Convert the text to speech:", "\nassistant:", "hello world, hello!", "həˈləʊ wˈɜːld", "السلام عليكم", "  two  spaces\n\nand 12 lines ", "🙂 é"];

describe("the tiny tokenizer", () => {
  it("gives the same tokens from tokenizer.json and from the GGUF", async () => {
    const vocabulary = createTinyVocabulary();
    const fromJson = new Tokenizer(tokenizerJson(vocabulary), tokenizerConfig(vocabulary));
    const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logger: () => undefined, maxThreads: 1 });
    await inFolder(async (folder) => {
      await writeQwen2Gguf(join(folder, "model.gguf"), tinyWeightSource(createTinyWeights({ vocabulary })));
      const model = await llama.loadModel({ modelPath: join(folder, "model.gguf") });
      for (const text of texts) expect([...model.tokenize(text, false)], text).toEqual(fromJson.encode(text).ids);
      await model.dispose();
    });
    await llama.dispose();
  });

  it("merges, and knows its control tokens", () => {
    const vocabulary = createTinyVocabulary({ codes: 1_000 });
    const tokenizer = new Tokenizer(tokenizerJson(vocabulary), tokenizerConfig(vocabulary));
    expect(tokenizer.encode("user: hello world").ids.map((id) => vocabulary.tokens[id])).toEqual(["user", ":", "Ġ", "hello", "Ġwor", "l", "d"]);
    expect(tokenizer.token_to_id("<|speech_999|>")).toBe(vocabulary.tokens.length - 1);
  });

  it("has Audar's real layout when asked: the first code is token 151,671 of 217,207", () => {
    const vocabulary = createTinyVocabulary({ codes: 65_536, textTokens: 151_671 });
    expect(vocabulary.tokens).toHaveLength(217_207);
    expect(vocabulary.tokens.indexOf("<|speech_0|>")).toBe(151_671);
    expect(new Set(vocabulary.tokens).size).toBe(217_207);
    expect(() => createTinyVocabulary({ textTokens: 100 })).toThrow(RangeError);
  });
});
