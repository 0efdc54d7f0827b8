import type { TinyLayer, TinyShape, TinyWeights } from "./tiny-weights.ts";

/** Qwen2 in plain loops, in float64, without a cache: slow, and easy to compare with the paper. */
export interface ReferenceModel {
  /** What the model says after these tokens: one number for each of the vocabulary. */
  logits(tokens: ArrayLike<number>): Float64Array;
  /** The same after each token from the index `from` on, in one go. */
  logitsFrom(tokens: ArrayLike<number>, from: number): Float64Array[];
}

/** Makes the reference of a model. `cacheRounding` rounds keys and values as a cache of another type would. */
export function createReferenceModel(weights: TinyWeights, options: { readonly cacheRounding?: ((value: number) => number) | undefined } = {}): ReferenceModel {
  const rounding = options.cacheRounding ?? ((value) => value);
  const logitsFrom = (tokens: ArrayLike<number>, from: number): Float64Array[] => {
    const { hidden } = weights.shape;
    let states: Float64Array[] = Array.from(tokens, (token) => Float64Array.from(weights.embedding.subarray(token * hidden, (token + 1) * hidden)));
    for (const layer of weights.layers) states = runLayer(weights.shape, layer, states, rounding);
    return states.slice(from).map((state) => multiply(weights.embedding, normalize(state, weights.outputNorm, weights.shape.normEpsilon)));
  };
  return {
    logitsFrom,
    logits: (tokens) => logitsFrom(tokens, tokens.length - 1)[0]!,
  };
}

function runLayer(shape: TinyShape, layer: TinyLayer, states: readonly Float64Array[], rounding: (value: number) => number): Float64Array[] {
  const normal = states.map((state) => normalize(state, layer.attentionNorm, shape.normEpsilon));
  const queries = normal.map((state, position) => rotate(multiply(layer.query, state, layer.queryBias), position, shape));
  const keys = normal.map((state, position) => rotate(multiply(layer.key, state, layer.keyBias), position, shape).map(rounding));
  const values = normal.map((state) => multiply(layer.value, state, layer.valueBias).map(rounding));
  return states.map((state, position) => {
    const between = sum(state, multiply(layer.output, attend(shape, queries[position]!, keys.slice(0, position + 1), values)));
    const fed = normalize(between, layer.feedForwardNorm, shape.normEpsilon);
    const gate = multiply(layer.gate, fed);
    const up = multiply(layer.up, fed);
    const opened = gate.map((value, index) => (value / (1 + Math.exp(-value))) * up[index]!);
    return sum(between, multiply(layer.down, opened));
  });
}

/** What one token takes from itself and those before it. */
function attend(shape: TinyShape, query: Float64Array, keys: readonly Float64Array[], values: readonly Float64Array[]): Float64Array {
  const headSize = shape.hidden / shape.heads;
  const mixed = new Float64Array(shape.hidden);
  for (let head = 0; head < shape.heads; head += 1) {
    const shared = Math.floor(head / (shape.heads / shape.kvHeads)) * headSize;
    const scores = keys.map((key) => {
      let product = 0;
      for (let index = 0; index < headSize; index += 1) product += query[head * headSize + index]! * key[shared + index]!;
      return product / Math.sqrt(headSize);
    });
    const largest = Math.max(...scores);
    const parts = scores.map((score) => Math.exp(score - largest));
    const total = parts.reduce((left, right) => left + right, 0);
    for (const [position, part] of parts.entries()) {
      const value = values[position]!;
      for (let index = 0; index < headSize; index += 1) mixed[head * headSize + index]! += (part / total) * value[shared + index]!;
    }
  }
  return mixed;
}

/** Each head's halves are turned into each other, the slower the further back in the half. */
function rotate(vector: Float64Array, position: number, shape: TinyShape): Float64Array {
  const headSize = shape.hidden / shape.heads;
  const half = headSize / 2;
  const turned = new Float64Array(vector.length);
  for (let head = 0; head < vector.length; head += headSize) {
    for (let index = 0; index < half; index += 1) {
      const angle = position * shape.ropeTheta ** (-(2 * index) / headSize);
      const low = vector[head + index]!;
      const high = vector[head + half + index]!;
      turned[head + index] = low * Math.cos(angle) - high * Math.sin(angle);
      turned[head + half + index] = high * Math.cos(angle) + low * Math.sin(angle);
    }
  }
  return turned;
}

function normalize(vector: Float64Array, weight: Float32Array, epsilon: number): Float64Array {
  const mean = vector.reduce((total, value) => total + value * value, 0) / vector.length;
  return vector.map((value, index) => (value / Math.sqrt(mean + epsilon)) * weight[index]!);
}

/** A matrix of `[out, in]` times a vector, and a bias. */
function multiply(matrix: Float32Array, vector: Float64Array, bias?: Float32Array): Float64Array {
  const width = vector.length;
  const product = new Float64Array(matrix.length / width);
  for (let row = 0; row < product.length; row += 1) {
    let total = bias === undefined ? 0 : bias[row]!;
    for (let column = 0; column < width; column += 1) total += matrix[row * width + column]! * vector[column]!;
    product[row] = total;
  }
  return product;
}

const sum = (left: Float64Array, right: Float64Array): Float64Array => left.map((value, index) => value + right[index]!);
