import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAttendingCodec } from "./attending-codec.ts";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { type TestCodecOptions, writeKnownCodec } from "./known-codec.ts";
import { type Qwen2GgufOptions, writeQwen2Gguf } from "./qwen2-gguf.ts";
import { type Qwen2OnnxOptions, writeQwen2Onnx } from "./qwen2-onnx.ts";
import { writeTokenizer } from "./tokenizer-json.ts";
import type { TinyWeights } from "./tiny-weights.ts";

/** What a tiny model is written as. */
export interface TinyModelOptions extends Qwen2OnnxOptions, Qwen2GgufOptions {
  readonly format: "gguf" | "onnx";
  readonly codec: "known" | "attending";
  readonly codecOptions?: TestCodecOptions | undefined;
  /** Default: {@link createTinyWeights}. */
  readonly weights?: TinyWeights | undefined;
}

/** Where the files of a tiny model are. */
export interface TinyModelFiles {
  readonly backbonePath: string;
  readonly codecPath: string;
  /** Also written beside a GGUF, which does not need it. */
  readonly tokenizerPath: string;
  readonly weights: TinyWeights;
}

/** Writes all files of a small model into a folder: what an engine needs to speak. */
export async function writeTinyModel(folder: string, options: TinyModelOptions): Promise<TinyModelFiles> {
  const weights = options.weights ?? createTinyWeights();
  const source = tinyWeightSource(weights);
  await mkdir(folder, { recursive: true });
  const backbonePath = join(folder, options.format === "gguf" ? "model.gguf" : "model.onnx");
  if (options.format === "gguf") await writeQwen2Gguf(backbonePath, source, options);
  else await writeQwen2Onnx(backbonePath, source, options);
  const codecPath = join(folder, "codec.onnx");
  if (options.codec === "known") await writeKnownCodec(codecPath, options.codecOptions);
  else await writeAttendingCodec(codecPath, options.codecOptions);
  return { backbonePath, codecPath, tokenizerPath: await writeTokenizer(folder, weights.vocabulary), weights };
}
