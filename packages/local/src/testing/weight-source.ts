import { createRandom } from "@parlando/testkit";
import type { TinyShape, TinyVocabulary } from "./tiny-weights.ts";

/** The numbers of one tensor, in pieces, row-major as in PyTorch. */
export interface WeightTensor {
  readonly dims: readonly number[];
  /** Each call begins anew and gives the same numbers. Whole rows, so that each piece can be quantised by itself. */
  blocks(): Iterable<Float32Array>;
}

/** A model's numbers by name, whether they are in memory or made when they are written. */
export interface WeightSource {
  readonly shape: TinyShape;
  readonly vocabulary: TinyVocabulary;
  /** Names as in {@link weightDims}. */
  tensor(name: string): WeightTensor;
}

/** How loud some tokens are among the logits, against the codes' 1. */
export interface TokenScales {
  /** Of all that is neither code nor stop. Small: a code is always the most likely; over 1: text often is. */
  readonly text: number;
  /** Of the token that ends speech. At temperature 1, speech ends after some 200 codes with 1.5 and some 50 with 2 (the mean over two seeds of the tiny model). */
  readonly stop: number;
}

/** The name of a layer's tensor. */
export const layerTensor = (layer: number, name: LayerTensor): string => `layers.${String(layer)}.${name}`;

/** Tensors that each layer has. */
export type LayerTensor = (typeof layerTensors)[number];

/** All of them. */
export const layerTensors = ["attentionNorm", "query", "queryBias", "key", "keyBias", "value", "valueBias", "output", "feedForwardNorm", "gate", "up", "down"] as const;

/** What every tensor of a model of this shape is called, and its dimensions, `[out, in]`. */
export function weightDims(shape: TinyShape, vocabulary: TinyVocabulary): ReadonlyMap<string, readonly number[]> {
  const { hidden, feedForward } = shape;
  const keys = (hidden / shape.heads) * shape.kvHeads;
  const ofLayer: Record<LayerTensor, readonly number[]> = {
    attentionNorm: [hidden],
    query: [hidden, hidden],
    queryBias: [hidden],
    key: [keys, hidden],
    keyBias: [keys],
    value: [keys, hidden],
    valueBias: [keys],
    output: [hidden, hidden],
    feedForwardNorm: [hidden],
    gate: [feedForward, hidden],
    up: [feedForward, hidden],
    down: [hidden, feedForward],
  };
  const dims = new Map<string, readonly number[]>([
    ["embedding", [vocabulary.tokens.length, hidden]],
    ["outputNorm", [hidden]],
  ]);
  for (let layer = 0; layer < shape.layers; layer += 1) for (const name of layerTensors) dims.set(layerTensor(layer, name), ofLayer[name]);
  return dims;
}

/** Numbers from a seed: each tensor by itself, so that they may be asked for in any order, and never all at once. */
export function randomWeightSource(shape: TinyShape, vocabulary: TinyVocabulary, seed: number, scales: TokenScales): WeightSource {
  const dims = weightDims(shape, vocabulary);
  const names = [...dims.keys()];
  return {
    shape,
    vocabulary,
    tensor: (name) => {
      const found = dims.get(name);
      if (found === undefined) throw new RangeError(`No tensor is called ${name}.`);
      const rowScale = name === "embedding" ? tokenScale(vocabulary, scales) : () => 1;
      return { dims: found, blocks: () => randomBlocks(name, found, { seed: seed * 65_537 + names.indexOf(name), rowScale }) };
    },
  };
}

/** Rows of a piece together have about this many numbers. */
const numbersPerBlock = 65_536;

/** With sharper queries and keys than 1, attention looks at few tokens, so that what was said long ago still matters. */
const gains: Readonly<Record<string, number>> = { query: 1.6, key: 1.6, queryBias: 0.3, keyBias: 0.3, valueBias: 0.3, embedding: 0.4 };

function* randomBlocks(name: string, dims: readonly number[], { seed, rowScale }: { seed: number; rowScale: (row: number) => number }): Iterable<Float32Array> {
  const kind = name.slice(name.lastIndexOf(".") + 1);
  const [rows = 1, columns = 1] = dims;
  // Uniform from -1 to 1 has a deviation of 1 / sqrt(3).
  const scale = (gains[kind] ?? 1) * Math.sqrt(3) * (dims.length === 2 && kind !== "embedding" ? 1 / Math.sqrt(columns) : 1);
  const norm = kind.endsWith("Norm");
  const random = createRandom(seed);
  const rowsPerBlock = Math.max(1, Math.floor(numbersPerBlock / columns));
  for (let row = 0; row < rows; row += rowsPerBlock) {
    const block = new Float32Array(Math.min(rowsPerBlock, rows - row) * columns);
    for (let index = 0, at = row; index < block.length; at += 1) {
      const loudness = scale * rowScale(at);
      for (const end = index + columns; index < end; index += 1) {
        const number = random.next() * 2 - 1;
        block[index] = norm ? normNumber(kind, number) : number * loudness;
      }
    }
    yield block;
  }
}

/**
 * The last norm has both signs: input and output share the embedding, and without that the model would say the same token for ever, since every token
 * is most like itself.
 */
const normNumber = (kind: string, number: number): number => (kind === "outputNorm" ? Math.sign(number) * (0.6 + 0.6 * Math.abs(number)) : 1 + 0.2 * number);

function tokenScale(vocabulary: TinyVocabulary, scales: TokenScales): (row: number) => number {
  const firstCode = vocabulary.tokens.length - vocabulary.codes;
  const stop = vocabulary.tokens.indexOf("<|TARGET_CODES_END|>");
  return (row) => {
    if (row === stop) return scales.stop;
    return row < firstCode ? scales.text : 1;
  };
}
