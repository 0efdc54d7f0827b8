import { join } from "node:path";
import { getLlama, type Llama, type LlamaContextSequence, type Token } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { fromHalf, roundedToQ8, toHalf } from "./quantize.ts";
import { type Qwen2GgufOptions, writeQwen2Gguf } from "./qwen2-gguf.ts";
import { createReferenceModel } from "./reference-model.ts";
import { inFolder, relativeError, someCodes } from "./test-runtimes.test-helper.ts";
import { createTinyVocabulary, stopToken } from "./tiny-vocabulary.ts";
import type { TinyWeights } from "./tiny-weights.ts";

const weights = createTinyWeights();
const { tokens: names } = weights.vocabulary;
const firstCode = names.length - weights.vocabulary.codes;
const tokens = someCodes(40).map((code) => (firstCode + code) as Token);
let llama: Llama;

beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logger: () => undefined, maxThreads: 1 });
});
afterAll(() => llama.dispose());

/** Logits after each of the tokens; the piece before `from` is evaluated without asking. */
async function logitsOf(sequence: LlamaContextSequence, from: number): Promise<Float32Array[]> {
  const answers = await sequence.controlledEvaluate(tokens.map((token, index) => (index < from ? token : [token, { generateNext: { logits: true } }])));
  return answers.slice(from).map((answer) => {
    const row = new Float32Array(names.length);
    for (const [token, logit] of answer?.next.logits ?? []) row[token] = logit;
    return row;
  });
}

async function withModel<T>(options: Qwen2GgufOptions, use: (model: Awaited<ReturnType<Llama["loadModel"]>>) => Promise<T>, of: TinyWeights = weights): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "model.gguf");
    await writeQwen2Gguf(path, tinyWeightSource(of), options);
    const model = await llama.loadModel({ modelPath: path });
    try {
      return await use(model);
    } finally {
      await model.dispose();
    }
  });
}

const rowsOf = (options: Qwen2GgufOptions, cacheType: "F16" | "F32" = "F32"): Promise<Float32Array[]> =>
  withModel(options, async (model) => {
    const context = await model.createContext({ contextSize: 256, batchSize: 64, threads: 1, flashAttention: false, experimentalKvCacheKeyType: cacheType, experimentalKvCacheValueType: cacheType });
    return logitsOf(context.getSequence(), 10);
  });

/** The weights as they are once their matrices went through Q8_0. */
function quantized(from: TinyWeights): TinyWeights {
  const layers = from.layers.map((layer) => ({
    ...layer,
    query: roundedToQ8(layer.query),
    key: roundedToQ8(layer.key),
    value: roundedToQ8(layer.value),
    output: roundedToQ8(layer.output),
    gate: roundedToQ8(layer.gate),
    up: roundedToQ8(layer.up),
    down: roundedToQ8(layer.down),
  }));
  return { ...from, embedding: roundedToQ8(from.embedding), layers };
}

describe("the tiny model as GGUF", () => {
  it("says what the reference says", async () => {
    const expected = createReferenceModel(weights).logitsFrom(tokens, 10);
    const rows = await rowsOf({});
    expect(rows).toHaveLength(30);
    for (const [index, row] of rows.entries()) expect(relativeError(row, expected[index]!)).toBeLessThan(1e-4);
  });

  it("says it less exactly with keys and values in half precision, as the library has them by default", async () => {
    const expected = createReferenceModel(weights, { cacheRounding: (value) => fromHalf(toHalf(value)) }).logitsFrom(tokens, 10);
    const rows = await rowsOf({}, "F16");
    for (const [index, row] of rows.entries()) expect(relativeError(row, expected[index]!)).toBeLessThan(1e-2);
  });

  it("quantised to Q8_0 it says what the reference with rounded weights says", async () => {
    const expected = createReferenceModel(quantized(weights)).logitsFrom(tokens, 10);
    const exact = createReferenceModel(weights).logitsFrom(tokens, 10);
    const rows = await rowsOf({ type: "q8_0" });
    for (const [index, row] of rows.entries()) {
      expect(relativeError(row, expected[index]!)).toBeLessThan(4e-2);
      expect(relativeError(row, exact[index]!)).toBeGreaterThan(1e-4);
    }
  });

  it("has a tokenizer whose control tokens are not in text, and that merges", async () => {
    await withModel({}, async (model) => {
      const text = (of: readonly Token[]): string[] => of.map((token) => names[token]!);
      expect(text(model.tokenize("user: hello", false))).toEqual(["user", ":", "Ġ", "hello"]);
      expect(text(model.tokenize("<|speech_7|>", true))).toEqual(["<|speech_7|>"]);
      expect(text(model.tokenize("<|speech_7|>", false))).not.toContain("<|speech_7|>");
      expect(model.isEogToken(names.indexOf("<|im_end|>") as Token)).toBe(true);
      expect(model.isEogToken(names.indexOf("<|TARGET_CODES_END|>") as Token)).toBe(false);
      expect(model.trainContextSize).toBe(2_048);
    });
  });

  it("ends text with the token that ends speech, when its vocabulary says so", async () => {
    const of = createTinyWeights({ vocabulary: createTinyVocabulary({ endOfText: stopToken }) });
    await withModel({}, async (model) => expect(model.isEogToken(names.indexOf(stopToken) as Token)).toBe(true), of); // prettier-ignore
  });
});
