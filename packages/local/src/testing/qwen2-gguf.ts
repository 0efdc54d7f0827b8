import { type GgufContent, type GgufTensor, writeGguf } from "./gguf-file.ts";
import { layerTensor, type LayerTensor, layerTensors, type WeightSource } from "./weight-source.ts";

/** How matrices are stored; biases and norms stay float32, as llama.cpp's own converter leaves them. */
export interface Qwen2GgufOptions {
  /** Default f32. */
  readonly type?: GgufTensor["type"] | undefined;
}

/** Names of a layer's tensors in a GGUF. */
const ggufNames: Readonly<Record<LayerTensor, string>> = {
  attentionNorm: "attn_norm.weight",
  query: "attn_q.weight",
  queryBias: "attn_q.bias",
  key: "attn_k.weight",
  keyBias: "attn_k.bias",
  value: "attn_v.weight",
  valueBias: "attn_v.bias",
  output: "attn_output.weight",
  feedForwardNorm: "ffn_norm.weight",
  gate: "ffn_gate.weight",
  up: "ffn_up.weight",
  down: "ffn_down.weight",
};

/** Writes a Qwen2-shaped model as GGUF, with its tokenizer in it. */
export function writeQwen2Gguf(path: string, weights: WeightSource, options: Qwen2GgufOptions = {}): Promise<void> {
  return writeGguf(path, qwen2Gguf(weights, options));
}

/** What {@link writeQwen2Gguf} writes, for those who break it first. */
export function qwen2Gguf(weights: WeightSource, { type = "f32" }: Qwen2GgufOptions = {}): GgufContent {
  const tensor = (name: string, from: string): GgufTensor => {
    const source = weights.tensor(from);
    return { name, type: source.dims.length === 1 ? "f32" : type, source };
  };
  const tensors = [tensor("token_embd.weight", "embedding"), tensor("output_norm.weight", "outputNorm")];
  for (let layer = 0; layer < weights.shape.layers; layer += 1) {
    for (const name of layerTensors) tensors.push(tensor(`blk.${String(layer)}.${ggufNames[name]}`, layerTensor(layer, name)));
  }
  return { metadata: metadata(weights, type), tensors };
}

/** Kinds of tokens, and of files, in llama.cpp's numbers. */
const tokenTypes = { normal: 1, control: 3 } as const;
const fileTypes = { f32: 0, q8_0: 7 } as const;

function metadata({ shape, vocabulary }: WeightSource, type: GgufTensor["type"]): GgufContent["metadata"] {
  const { tokens, isControl, endOfText } = vocabulary;
  return {
    "general.architecture": ["string", "qwen2"],
    "general.name": ["string", "tiny model for tests"],
    "general.file_type": ["u32", fileTypes[type]],
    "general.quantization_version": ["u32", 2],
    "qwen2.context_length": ["u32", shape.context],
    "qwen2.embedding_length": ["u32", shape.hidden],
    "qwen2.block_count": ["u32", shape.layers],
    "qwen2.feed_forward_length": ["u32", shape.feedForward],
    "qwen2.attention.head_count": ["u32", shape.heads],
    "qwen2.attention.head_count_kv": ["u32", shape.kvHeads],
    "qwen2.attention.layer_norm_rms_epsilon": ["f32", shape.normEpsilon],
    "qwen2.rope.freq_base": ["f32", shape.ropeTheta],
    "tokenizer.ggml.model": ["string", "gpt2"],
    "tokenizer.ggml.pre": ["string", "qwen2"],
    "tokenizer.ggml.tokens": ["string[]", tokens],
    "tokenizer.ggml.token_type": ["i32[]", tokens.map((_, id) => (isControl(id) ? tokenTypes.control : tokenTypes.normal))],
    "tokenizer.ggml.merges": ["string[]", vocabulary.merges],
    "tokenizer.ggml.eos_token_id": ["u32", tokens.indexOf(endOfText)],
    "tokenizer.ggml.padding_token_id": ["u32", tokens.indexOf(endOfText)],
    "tokenizer.ggml.add_bos_token": ["bool", false],
  };
}
