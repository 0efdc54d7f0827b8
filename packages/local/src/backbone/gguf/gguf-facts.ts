import { TTSError } from "@parlando/engine";
import { readGgufHeader, type GgufHeader } from "../../models/gguf-header.ts";
import type { BackboneFacts } from "../code-generator.ts";

/**
 * Reads from a GGUF file what it says of its model. The context is that of the file; the generator's may be shorter.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the file is damaged, cut short, or no language model.
 */
export async function readGgufFacts(path: string, cacheType: "float16" | "float32"): Promise<BackboneFacts> {
  const { metadata } = await readGgufHeader(path);
  const architecture = textOf(metadata, "general.architecture", path);
  const number = (name: string): number => numberOf(metadata, `${architecture}.${name}`, path);
  const heads = number("attention.head_count");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  if (typeof tokens !== "object") throw missing(path, "tokenizer.ggml.tokens");
  return {
    format: "gguf",
    layers: number("block_count"),
    // Some architectures say it for each layer; those with a single number are the ones that are used here.
    kvHeads: metadata.has(`${architecture}.attention.head_count_kv`) ? number("attention.head_count_kv") : heads,
    headSize: metadata.has(`${architecture}.attention.key_length`) ? number("attention.key_length") : number("embedding_length") / heads,
    vocabulary: tokens.elements,
    contextTokens: number("context_length"),
    cacheType,
  };
}

function numberOf(metadata: GgufHeader["metadata"], key: string, path: string): number {
  const value = metadata.get(key);
  if (typeof value !== "number") throw missing(path, key);
  return value;
}

function textOf(metadata: GgufHeader["metadata"], key: string, path: string): string {
  const value = metadata.get(key);
  if (typeof value !== "string") throw missing(path, key);
  return value;
}

function missing(path: string, key: string): TTSError {
  return new TTSError("MODEL_NOT_FOUND", `Reading the model file ${path}: its header has no ${key}. It is no language model, or of a kind that is not known here; give another file.`);
}
