/** The shape of a Qwen2-like model. */
export interface TinyShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
  readonly context: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
}

/** Names of tokens in the order of their ids; codes follow each other at the end. */
export interface TinyVocabulary {
  readonly tokens: readonly string[];
  /** Tokens that text cannot become: the prompt's marks and the codes. */
  readonly isControl: (id: number) => boolean;
  readonly merges: readonly string[];
  readonly codes: number;
  readonly endOfText: string;
}

/** The numbers of a model, row-major as in PyTorch: `[out, in]`. Output and input share the embedding. */
export interface TinyWeights {
  readonly shape: TinyShape;
  readonly vocabulary: TinyVocabulary;
  /** `[vocabulary, hidden]`. */
  readonly embedding: Float32Array;
  readonly outputNorm: Float32Array;
  readonly layers: readonly TinyLayer[];
}

/** One layer's numbers. */
export interface TinyLayer {
  readonly attentionNorm: Float32Array;
  readonly query: Float32Array;
  readonly queryBias: Float32Array;
  readonly key: Float32Array;
  readonly keyBias: Float32Array;
  readonly value: Float32Array;
  readonly valueBias: Float32Array;
  readonly output: Float32Array;
  readonly feedForwardNorm: Float32Array;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
}
