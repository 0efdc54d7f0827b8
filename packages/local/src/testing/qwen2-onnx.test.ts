import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OnnxSession, OnnxTensor } from "../runtime/onnx-runtime.ts";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { fromHalf, toHalf } from "./quantize.ts";
import { type Qwen2OnnxOptions, writeQwen2Onnx } from "./qwen2-onnx.ts";
import { createReferenceModel } from "./reference-model.ts";
import { inFolder, int64, onnx, openSession, relativeError, someCodes } from "./test-runtimes.test-helper.ts";

const weights = createTinyWeights();
const firstCode = weights.vocabulary.tokens.length - weights.vocabulary.codes;
const tokens = someCodes(40).map((code) => firstCode + code);
const expected = createReferenceModel(weights).logitsFrom(tokens, 0);

/** Runs tokens in pieces, one piece after the other, and gives all rows of logits that came out. */
async function runInPieces(session: OnnxSession, pieces: readonly (readonly number[])[], options: Qwen2OnnxOptions, keep = 0): Promise<Float32Array[]> {
  const half = options.cacheType === "float16";
  let cache: Record<string, OnnxTensor> = {};
  for (let layer = 0; layer < weights.shape.layers; layer += 1) {
    for (const kind of ["key", "value"]) cache[`${String(layer)}.${kind}`] = new onnx.Tensor(half ? "float16" : "float32", half ? new Uint16Array(0) : new Float32Array(0), [1, 2, 0, 16]);
  }
  const rows: Float32Array[] = [];
  let past = 0;
  for (const piece of pieces) {
    const total = past + piece.length;
    const feeds: Record<string, OnnxTensor> = { input_ids: int64(piece, [1, piece.length]), attention_mask: int64(new Array<number>(total).fill(1), [1, total]) };
    const from = past;
    if (options.layout === "community") feeds["position_ids"] = int64(piece.map((_, index) => from + index), [1, piece.length]); // prettier-ignore
    if (options.logits === "asked") feeds["num_logits_to_keep"] = int64([keep], []);
    for (const [name, tensor] of Object.entries(cache)) feeds[`past_key_values.${name}`] = tensor;
    const results = await session.run(feeds);
    cache = Object.fromEntries(Object.keys(cache).map((name) => [name, results[`present.${name}`]!]));
    const logits = results["logits"]!;
    const width = logits.dims[2]!;
    const numbers = logits.data instanceof Uint16Array ? Float32Array.from(logits.data, fromHalf) : (logits.data as Float32Array);
    for (let row = 0; row < logits.dims[1]!; row += 1) rows.push(numbers.slice(row * width, (row + 1) * width));
    past = total;
  }
  return rows;
}

const pieces = [tokens.slice(0, 20), tokens.slice(20, 37), tokens.slice(37, 38), tokens.slice(38, 39), tokens.slice(39)];

function rowsOf(options: Qwen2OnnxOptions, keep?: number): Promise<Float32Array[]> {
  return inFolder(async (folder) => {
    const path = join(folder, "model.onnx");
    await writeQwen2Onnx(path, tinyWeightSource(weights), options);
    const session = await openSession(path);
    try {
      return await runInPieces(session, pieces, options, keep);
    } finally {
      await session.release();
    }
  });
}

describe("the tiny model as ONNX", () => {
  it.each(["genai", "community"] as const)("says what the reference says, in the layout %s, with its cache passed on", async (layout) => {
    const rows = await rowsOf({ layout });
    expect(rows).toHaveLength(tokens.length);
    for (const [index, row] of rows.entries()) expect(relativeError(row, expected[index]!)).toBeLessThan(1e-5);
  });

  it("gives the last row alone when it is exported so, or asked so", async () => {
    const last = await rowsOf({ logits: "last" });
    expect(last).toHaveLength(pieces.length);
    expect(relativeError(last[0]!, expected[19]!)).toBeLessThan(1e-5);
    const asked = await rowsOf({ layout: "community", logits: "asked" }, 1);
    expect(asked).toHaveLength(pieces.length);
    expect(relativeError(asked[1]!, expected[36]!)).toBeLessThan(1e-5);
    expect(await rowsOf({ layout: "community", logits: "asked" }, 0)).toHaveLength(tokens.length);
  });

  it("keeps its cache in half precision when it is exported so, and is as exact as that allows", async () => {
    const rows = await rowsOf({ cacheType: "float16" });
    const rounded = createReferenceModel(weights, { cacheRounding: (value) => fromHalf(toHalf(value)) }).logitsFrom(tokens, 0);
    for (const [index, row] of rows.entries()) expect(relativeError(row, rounded[index]!)).toBeLessThan(1e-2);
    const exact = rows.map((row, index) => relativeError(row, expected[index]!));
    expect(Math.max(...exact)).toBeLessThan(2e-2);
    expect(Math.max(...exact)).toBeGreaterThan(1e-5);
  });

  it("gives logits in half precision when it is exported so", async () => {
    const rows = await rowsOf({ logitsType: "float16" });
    for (const [index, row] of rows.entries()) expect(relativeError(row, expected[index]!)).toBeLessThan(1e-3);
  });

  it("has its numbers beside the file when asked, and is the same", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "model.onnx");
      await writeQwen2Onnx(path, tinyWeightSource(weights), { external: true });
      const session = await openSession(path);
      const rows = await runInPieces(session, pieces, {});
      for (const [index, row] of rows.entries()) expect(relativeError(row, expected[index]!)).toBeLessThan(1e-5);
      await session.release();
    });
  });

  it("tells its layout by names, types and shapes", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "model.onnx");
      await writeQwen2Onnx(path, tinyWeightSource(weights), { layout: "community", cacheType: "float16", logits: "asked" });
      const session = await openSession(path);
      expect(session.inputNames).toEqual(["input_ids", "attention_mask", "position_ids", "num_logits_to_keep", "past_key_values.0.key", "past_key_values.0.value", "past_key_values.1.key", "past_key_values.1.value"]);
      expect(session.outputNames).toEqual(["logits", "present.0.key", "present.0.value", "present.1.key", "present.1.value"]);
      expect(session.inputMetadata[4]).toMatchObject({ name: "past_key_values.0.key", type: "float16", shape: ["batch_size", 2, "past_sequence_length", 16] });
      expect(session.outputMetadata[0]).toMatchObject({ name: "logits", type: "float32", shape: ["batch_size", "sequence_length", weights.vocabulary.tokens.length] });
      await session.release();
    });
  });
});
