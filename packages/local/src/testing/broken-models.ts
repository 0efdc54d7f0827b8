import { createHash } from "node:crypto";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { basename } from "node:path";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { knownCodecGraph } from "./known-codec.ts";
import { type OnnxGraph, type OnnxNode, type OnnxValue, writeOnnx } from "./onnx-graph.ts";
import { writeQwen2Gguf } from "./qwen2-gguf.ts";
import { qwen2Graph, type Qwen2OnnxOptions } from "./qwen2-onnx.ts";
import { withoutCodes } from "./tiny-vocabulary.ts";
import type { TinyWeights } from "./tiny-weights.ts";

/** What can be wrong with a file. */
export type Damage =
  /** ONNX: `input_ids` has another name. */
  | "backbone-input"
  /** ONNX: the last layer's cache does not come out. */
  | "backbone-cache"
  /** ONNX: a cache of three dimensions, as in exports for other runtimes. */
  | "backbone-cache-shape"
  /** Both: a number of the output norm is none. */
  | "backbone-nan"
  /** Both: no token is called `<|speech_0|>`. */
  | "no-codes"
  /** The codec's input has another name. */
  | "codec-input"
  /** The codec's output is two-dimensional. */
  | "codec-output"
  /** The codec takes int64. */
  | "codec-type";

/** Writes an ONNX backbone or codec that is wrong in one way, and loads all the same. */
export function writeBrokenOnnx(path: string, damage: Damage, options: Qwen2OnnxOptions & { readonly weights?: TinyWeights | undefined } = {}): Promise<void> {
  if (damage.startsWith("codec-")) return writeOnnx(path, brokenCodec(damage));
  const weights = options.weights ?? createTinyWeights();
  const graph = qwen2Graph(tinyWeightSource(brokenWeights(weights, damage)), options);
  return writeOnnx(path, brokenBackbone(graph, damage, weights.shape.layers - 1));
}

/** Writes a GGUF that is wrong in its numbers or its vocabulary. */
export function writeBrokenGguf(path: string, damage: "backbone-nan" | "no-codes", weights: TinyWeights = createTinyWeights()): Promise<void> {
  return writeQwen2Gguf(path, tinyWeightSource(brokenWeights(weights, damage)));
}

/** Weights whose every logit is NaN, or that are of a model without codes. */
export function brokenWeights(weights: TinyWeights, damage: Damage): TinyWeights {
  if (damage === "backbone-nan") return { ...weights, outputNorm: weights.outputNorm.with(3, NaN) };
  return damage === "no-codes" ? { ...weights, vocabulary: withoutCodes(weights.vocabulary) } : weights;
}

/** Cuts a file's end off: by default a third of it, as when a download broke. */
export async function cutShort(path: string, part = 1 / 3): Promise<void> {
  const { size } = await stat(path);
  await truncate(path, Math.floor(size * (1 - part)));
}

/** Changes the last byte of a file: it has its size, and another hash. */
export async function changeLastByte(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, size - 1);
    byte[0]! ^= 0xff;
    await file.write(byte, 0, 1, size - 1);
  } finally {
    await file.close();
  }
}

/** A file as presets list the ones they know. */
export async function fileFacts(path: string): Promise<{ name: string; bytes: number; sha256: string }> {
  const bytes = await readFile(path);
  return { name: basename(path), bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function brokenBackbone(graph: OnnxGraph, damage: Damage, lastLayer: number): OnnxGraph {
  if (damage === "backbone-input") return renamedInput(graph, "input_ids", "tokens");
  if (damage === "backbone-cache") return { ...graph, outputs: graph.outputs.filter(({ name }) => name !== `present.${String(lastLayer)}.value`) };
  if (damage !== "backbone-cache-shape") return graph;
  // Heads and their size in one dimension; turned into four again before they are used.
  const names = graph.inputs.filter(({ name }) => name.startsWith("past_key_values.")).map(({ name }) => name);
  const inputs = graph.inputs.map((input): OnnxValue => (names.includes(input.name) ? { ...input, dims: ["batch_size", "past_sequence_length", 32] } : input));
  const shape = { name: "four_dimensions", type: "int64", dims: [4], heavy: false, blocks: () => [BigInt64Array.of(0n, -1n, 2n, 16n)] } as const;
  const turned = names.flatMap((name): OnnxNode[] => [
    { operator: "Reshape", inputs: [name, shape.name], outputs: [`${name}.shaped`], attributes: {} },
    { operator: "Transpose", inputs: [`${name}.shaped`], outputs: [`${name}.turned`], attributes: { perm: [0, 2, 1, 3] } },
  ]);
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (names.includes(name) ? `${name}.turned` : name)) }));
  return { ...graph, inputs, constants: [...graph.constants, shape], nodes: [...turned, ...nodes] };
}

function brokenCodec(damage: Damage): OnnxGraph {
  const graph = knownCodecGraph();
  if (damage === "codec-input") return renamedInput(graph, "codes", "tokens");
  if (damage === "codec-type") return { ...graph, inputs: graph.inputs.map((input) => ({ ...input, type: "int64" as const })) };
  const shape = { name: "two_dimensions", type: "int64", dims: [2], heavy: false, blocks: () => [BigInt64Array.of(0n, -1n)] } as const;
  const flat: OnnxNode = { operator: "Reshape", inputs: ["audio", shape.name], outputs: ["flat_audio"], attributes: {} };
  return { ...graph, constants: [...graph.constants, shape], nodes: [...graph.nodes, flat], outputs: [{ name: "flat_audio", type: "float32", dims: ["batch_size", "samples"] }] };
}

function renamedInput(graph: OnnxGraph, from: string, to: string): OnnxGraph {
  const renamed = (name: string): string => (name === from ? to : name);
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, name: renamed(input.name) })),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) })),
  };
}
