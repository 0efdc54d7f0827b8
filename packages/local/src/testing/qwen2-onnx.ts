import { createGraph, type GraphBuilder, type OnnxGraph, writeOnnx, type WriteOnnxOptions } from "./onnx-graph.ts";
import type { TinyShape } from "./tiny-weights.ts";
import { layerTensor, type LayerTensor, type WeightSource } from "./weight-source.ts";

/** How a model is exported. */
export interface Qwen2OnnxOptions {
  /** "genai": ONNX Runtime's own builder, positions counted from the mask. "community": as for transformers.js, with `position_ids`. Default "genai". */
  readonly layout?: "genai" | "community" | undefined;
  /** Of `past_key_values.*` and `present.*`. Default float32. */
  readonly cacheType?: "float32" | "float16" | undefined;
  /** Default float32; float16 as in exports that are half precision all over. */
  readonly logitsType?: "float32" | "float16" | undefined;
  /**
   * "all": one row for each token. "last": one row. "asked": rows by an input `num_logits_to_keep`, 0 for all, as transformers.js has it. Default "all".
   */
  readonly logits?: "all" | "last" | "asked" | undefined;
}

/** Writes a Qwen2-shaped model as ONNX, by standard operators only. */
export function writeQwen2Onnx(path: string, weights: WeightSource, options: Qwen2OnnxOptions & WriteOnnxOptions = {}): Promise<void> {
  return writeOnnx(path, qwen2Graph(weights, options), options);
}

/** Values that all layers use. */
interface Shared {
  readonly graph: GraphBuilder;
  readonly weights: WeightSource;
  readonly options: Qwen2OnnxOptions;
  /** `[batch, tokens]`, for shapes. */
  readonly size: string;
  /** `[batch, tokens, 1, half of a head]`. */
  readonly cosine: string;
  readonly sine: string;
  /** `[batch, 1, 1, tokens, all tokens]`: 0 where a token may look, very negative where not. */
  readonly mask: string;
}

/** The graph that {@link writeQwen2Onnx} writes, for those who break it first. */
export function qwen2Graph(weights: WeightSource, options: Qwen2OnnxOptions = {}): OnnxGraph {
  const graph = createGraph();
  const { shape, vocabulary } = weights;
  const headSize = shape.hidden / shape.heads;
  const cacheType = options.cacheType ?? "float32";
  const ids = graph.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const attentionMask = graph.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
  const given = options.layout === "community" ? graph.input("position_ids", "int64", ["batch_size", "sequence_length"]) : undefined;
  const keep = options.logits === "asked" ? graph.input("num_logits_to_keep", "int64", []) : undefined;
  for (let layer = 0; layer < shape.layers; layer += 1) {
    for (const kind of ["key", "value"]) graph.input(`past_key_values.${String(layer)}.${kind}`, cacheType, ["batch_size", shape.kvHeads, "past_sequence_length", headSize]);
  }
  const size = graph.node("Shape", [ids]);
  const span = tokenSpan(graph, size);
  const positions = given ?? positionsOf(graph, attentionMask, span);
  const { cosine, sine } = rotation(graph, positions, shape, headSize);
  const shared: Shared = { graph, weights, options, size, cosine, sine, mask: maskOf(graph, attentionMask, span) };

  let state = flat(graph, graph.node("Gather", [weightOf(shared, "embedding"), ids]), shape.hidden);
  for (let layer = 0; layer < shape.layers; layer += 1) state = decoderLayer(shared, layer, state);
  logitsOf(shared, state, keep);
  graph.output("logits", options.logitsType ?? "float32", ["batch_size", options.logits === "last" ? 1 : "sequence_length", vocabulary.tokens.length]);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    for (const kind of ["key", "value"]) graph.output(`present.${String(layer)}.${kind}`, cacheType, ["batch_size", shape.kvHeads, "total_sequence_length", headSize]);
  }
  return graph.graph;
}

/** How many tokens came before, and how many there are then; each as `[1]`. */
interface Span {
  readonly past: string;
  readonly total: string;
}

function tokenSpan(graph: GraphBuilder, size: string): Span {
  const past = dimension(graph, graph.node("Shape", ["past_key_values.0.key"]), 2);
  return { past, total: graph.node("Add", [past, dimension(graph, size, 1)]) };
}

const dimension = (graph: GraphBuilder, size: string, axis: number): string => graph.node("Slice", [size, graph.int64([axis]), graph.int64([axis + 1])]);

const flat = (graph: GraphBuilder, value: string, width: number): string => graph.node("Reshape", [value, graph.int64([-1, width])]);

function positionsOf(graph: GraphBuilder, mask: string, { past, total }: Span): string {
  const counted = graph.node("Sub", [graph.node("CumSum", [mask, graph.int64(1)]), graph.int64(1)]);
  return graph.node("Slice", [counted, past, total, graph.int64([1])]);
}

function rotation(graph: GraphBuilder, positions: string, shape: TinyShape, headSize: number): { cosine: string; sine: string } {
  const half = headSize / 2;
  const table = (name: string, of: (angle: number) => number): string => {
    const numbers = new Float32Array(shape.context * half);
    for (let index = 0; index < numbers.length; index += 1) numbers[index] = of(Math.floor(index / half) * shape.ropeTheta ** (-(2 * (index % half)) / headSize));
    return graph.node("Unsqueeze", [graph.node("Gather", [graph.constant(name, numbers, [shape.context, half]), positions]), graph.int64([2])]);
  };
  return { cosine: table("cos_cache", Math.cos), sine: table("sin_cache", Math.sin) };
}

function maskOf(graph: GraphBuilder, mask: string, { past, total }: Span): string {
  const scalar = (value: string): string => graph.node("Squeeze", [value, graph.int64([0])]);
  const one = graph.int64(1);
  const rows = graph.node("Unsqueeze", [graph.node("Range", [scalar(past), scalar(total), one]), graph.int64([1])]);
  const columns = graph.node("Range", [graph.int64(0), scalar(total), one]);
  const present = graph.node("Unsqueeze", [graph.node("Cast", [mask], { to: 9 }), graph.int64([1, 2, 3])]);
  const allowed = graph.node("And", [graph.node("LessOrEqual", [columns, rows]), present]);
  return graph.node("Where", [allowed, graph.float(0), graph.float(-1e30)]);
}

function weightOf({ graph, weights }: Shared, name: string): string {
  if (graph.graph.constants.some((constant) => constant.name === name)) return name;
  const { dims, blocks } = weights.tensor(name);
  return graph.weights(name, dims, blocks);
}

/** `value · weightᵀ + bias`, on `[tokens, width]`. */
const linear = (shared: Shared, value: string, weight: string, bias?: string): string =>
  shared.graph.node("Gemm", [value, weightOf(shared, weight), ...(bias === undefined ? [] : [weightOf(shared, bias)])], { transB: 1 });

function rootMeanSquareNorm(shared: Shared, value: string, weight: string): string {
  const { graph, weights } = shared;
  const mean = graph.node("ReduceMean", [graph.node("Mul", [value, value])], { axes: [-1], keepdims: 1 });
  const root = graph.node("Sqrt", [graph.node("Add", [mean, graph.float(weights.shape.normEpsilon)])]);
  return graph.node("Mul", [graph.node("Div", [value, root]), weightOf(shared, weight)]);
}

function decoderLayer(shared: Shared, layer: number, state: string): string {
  const { graph } = shared;
  const of = (name: LayerTensor): string => layerTensor(layer, name);
  const attended = attention(shared, layer, rootMeanSquareNorm(shared, state, of("attentionNorm")));
  const between = graph.node("Add", [state, linear(shared, attended, of("output"))]);
  const normal = rootMeanSquareNorm(shared, between, of("feedForwardNorm"));
  const gate = linear(shared, normal, of("gate"));
  const opened = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])]);
  const fed = linear(shared, graph.node("Mul", [opened, linear(shared, normal, of("up"))]), of("down"));
  return graph.node("Add", [between, fed]);
}

function attention(shared: Shared, layer: number, state: string): string {
  const { graph, options, mask } = shared;
  const { hidden, heads, kvHeads } = shared.weights.shape;
  const headSize = hidden / heads;
  const of = (name: LayerTensor): string => layerTensor(layer, name);
  const query = rotated(shared, inHeads(shared, linear(shared, state, of("query"), of("queryBias")), heads), headSize);
  const key = rotated(shared, inHeads(shared, linear(shared, state, of("key"), of("keyBias")), kvHeads), headSize);
  const value = inHeads(shared, linear(shared, state, of("value"), of("valueBias")), kvHeads);
  const cached = (kind: string, fresh: string): string => {
    const turned = graph.node("Transpose", [fresh], { perm: [0, 2, 1, 3] });
    const stored = options.cacheType === "float16" ? graph.node("Cast", [turned], { to: 10 }) : turned;
    const all = graph.node("Concat", [`past_key_values.${String(layer)}.${kind}`, stored], { axis: 2 }, `present.${String(layer)}.${kind}`);
    const numbers = options.cacheType === "float16" ? graph.node("Cast", [all], { to: 1 }) : all;
    // Heads that share a key are an axis of their own, over which the product broadcasts.
    return graph.node("Unsqueeze", [numbers, graph.int64([2])]);
  };
  const keys = graph.node("Transpose", [cached("key", key)], { perm: [0, 1, 2, 4, 3] });
  const values = cached("value", value);
  const grouped = graph.node("Reshape", [graph.node("Transpose", [query], { perm: [0, 2, 1, 3] }), shapeOf(shared, [kvHeads, heads / kvHeads, "tokens", headSize])]);
  const scores = graph.node("Mul", [graph.node("MatMul", [grouped, keys]), graph.float(1 / Math.sqrt(headSize))]);
  const weighed = graph.node("Softmax", [graph.node("Add", [scores, mask])], { axis: -1 });
  const mixed = graph.node("Reshape", [graph.node("MatMul", [weighed, values]), shapeOf(shared, [heads, "tokens", headSize])]);
  return flat(graph, graph.node("Transpose", [mixed], { perm: [0, 2, 1, 3] }), hidden);
}

/** `[batch, …]` with the number of tokens where the word stands. */
function shapeOf({ graph, size }: Shared, dims: readonly (number | "tokens")[]): string {
  const parts = dims.map((dim) => (dim === "tokens" ? dimension(graph, size, 1) : graph.int64([dim])));
  return graph.node("Concat", [dimension(graph, size, 0), ...parts], { axis: 0 });
}

/** `[batch, tokens, heads, size of a head]`. */
const inHeads = (shared: Shared, value: string, heads: number): string =>
  shared.graph.node("Reshape", [value, shapeOf(shared, ["tokens", heads, shared.weights.shape.hidden / shared.weights.shape.heads])]);

/** Turns halves of a head into each other by position, as Qwen2 does (and llama.cpp's "NeoX" kind). */
function rotated({ graph, cosine, sine }: Shared, value: string, headSize: number): string {
  const part = (start: number, end: number): string => graph.node("Slice", [value, graph.int64([start]), graph.int64([end]), graph.int64([3])]);
  const low = part(0, headSize / 2);
  const high = part(headSize / 2, headSize);
  const times = (left: string, right: string): string => graph.node("Mul", [left, right]);
  const turnedLow = graph.node("Sub", [times(low, cosine), times(high, sine)]);
  const turnedHigh = graph.node("Add", [times(high, cosine), times(low, sine)]);
  return graph.node("Concat", [turnedLow, turnedHigh], { axis: 3 });
}

function logitsOf(shared: Shared, state: string, keep: string | undefined): void {
  const { graph, weights, options } = shared;
  const { hidden } = weights.shape;
  const rows = graph.node("Reshape", [state, shapeOf(shared, ["tokens", hidden])]);
  const first = keep === undefined ? graph.int64([-1]) : graph.node("Reshape", [graph.node("Neg", [keep]), graph.int64([1])]);
  const kept = (options.logits ?? "all") === "all" ? rows : graph.node("Slice", [rows, first, graph.int64([2 ** 40]), graph.int64([1])]);
  const normal = rootMeanSquareNorm(shared, flat(graph, kept, hidden), "outputNorm");
  const numbers = linear(shared, normal, "embedding");
  const batch = graph.node("Concat", [dimension(graph, shared.size, 0), graph.int64([-1, weights.vocabulary.tokens.length])], { axis: 0 });
  const shaped = graph.node("Reshape", [numbers, batch], {}, options.logitsType === "float16" ? undefined : "logits");
  if (options.logitsType === "float16") graph.node("Cast", [shaped], { to: 10 }, "logits");
}
