import { describe, expect, it } from "vitest";
import type { OnnxValueMetadata } from "../../runtime/onnx-runtime.ts";
import { readOnnxLayout } from "./layout.ts";

const value = (name: string, type: string, shape: readonly (number | string)[]): OnnxValueMetadata => ({ name, isTensor: true, type, shape });
const cacheOf = (prefix: string, layers: number, type: string): OnnxValueMetadata[] => Array.from({ length: layers }, (_, layer) => ["key", "value"].map((part) => value(`${prefix}.${String(layer)}.${part}`, type, ["batch", 2, "past", 64]))).flat();

/** A model of 24 layers, as its metadata tell; `change` may put something in the place of a value, or nothing. */
function metadata({ community = false, cacheType = "float32", idType = "int64", logits = value("logits", "float32", ["batch", "sequence", 217_207]) } = {}): { inputMetadata: OnnxValueMetadata[]; outputMetadata: OnnxValueMetadata[] } {
  const more = community ? [value("position_ids", idType, ["batch", "sequence"]), value("num_logits_to_keep", idType, [])] : [];
  return {
    inputMetadata: [value("input_ids", idType, ["batch", "sequence"]), value("attention_mask", idType, ["batch", "total"]), ...more, ...cacheOf("past_key_values", 24, cacheType)],
    outputMetadata: [logits, ...cacheOf("present", 24, cacheType)],
  };
}

const problemOf = (session: ReturnType<typeof metadata>): string => {
  try {
    readOnnxLayout(session, "/models/model.onnx");
  } catch (error) {
    expect(error).toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("/models/model.onnx") });
    return (error as Error).message;
  }
  return "";
};

describe("readOnnxLayout", () => {
  it("knows an export of GenAI's builder", () => {
    const layout = readOnnxLayout(metadata(), "");
    expect(layout).toMatchObject({ kind: "genai", layers: 24, kvHeads: 2, headSize: 64, cacheType: "float32", logitsType: "float32", vocabulary: 217_207, idType: "int64", positionType: undefined, keep: undefined, lastLogitsOnly: false });
    expect(layout.slots).toHaveLength(48);
    expect(layout.slots[47]).toEqual({ past: "past_key_values.23.value", present: "present.23.value" });
  });

  it("knows an export for transformers.js, and one of whole numbers with 32 bits", () => {
    expect(readOnnxLayout(metadata({ community: true, cacheType: "float16" }), "")).toMatchObject({ kind: "community", cacheType: "float16", positionType: "int64", keep: { type: "int64", dims: [] }, lastLogitsOnly: true });
    expect(readOnnxLayout(metadata({ community: true, idType: "int32" }), "")).toMatchObject({ idType: "int32", maskType: "int32", positionType: "int32", keep: { type: "int32" } });
  });

  it("sees whether logits are of the last position only, and whether their number is told", () => {
    expect(readOnnxLayout(metadata({ logits: value("logits", "float16", ["batch", 1, "vocabulary"]) }), "")).toMatchObject({ lastLogitsOnly: true, vocabulary: undefined, logitsType: "float16" });
  });

  it("names all that is missing", () => {
    const { inputMetadata, outputMetadata } = metadata();
    expect(problemOf({ inputMetadata: inputMetadata.filter(({ name }) => name !== "attention_mask" && name !== "past_key_values.3.value"), outputMetadata: outputMetadata.slice(1) })).toMatch(/no input attention_mask; no output logits; no input past_key_values\.3\.value\. /);
    expect(problemOf({ inputMetadata: inputMetadata.slice(0, 2), outputMetadata })).toContain("no input past_key_values.0.key");
  });

  it("names what has another type or shape, and inputs that it does not know", () => {
    const { inputMetadata, outputMetadata } = metadata();
    const changed = (name: string, type: string, shape: readonly (number | string)[]): ReturnType<typeof metadata> => ({ inputMetadata: inputMetadata.map((input) => (input.name === name ? value(name, type, shape) : input)), outputMetadata });
    expect(problemOf(changed("input_ids", "float32", []))).toContain("the input input_ids is float32, expected int64 or int32");
    expect(problemOf(changed("past_key_values.5.key", "float16", []))).toContain("past_key_values.5.key is float16, but past_key_values.0.key is float32");
    expect(problemOf(changed("past_key_values.0.key", "float32", ["batch", "heads", "past", 64]))).toContain("[batch, heads, past, 64]");
    expect(problemOf({ inputMetadata: [...inputMetadata, value("use_cache_branch", "bool", [1])], outputMetadata })).toContain("inputs that are not known: use_cache_branch");
  });

  it("tells a few of many problems", () => {
    expect(problemOf({ inputMetadata: metadata().inputMetadata, outputMetadata: [] })).toMatch(/; and \d+ more\. /);
  });
});
