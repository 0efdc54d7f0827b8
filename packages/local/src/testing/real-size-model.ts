import { access, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { writeQwen2Gguf } from "./qwen2-gguf.ts";
import { writeQwen2Onnx } from "./qwen2-onnx.ts";
import { createTinyVocabulary } from "./tiny-vocabulary.ts";
import type { TinyShape } from "./tiny-weights.ts";
import { writeTokenizer } from "./tokenizer-json.ts";
import { randomWeightSource } from "./weight-source.ts";

/** Qwen2.5-0.5B's shape, as Audar has it; the context is Audar's second generation's. */
export const realShape: TinyShape = { layers: 24, hidden: 896, heads: 14, kvHeads: 2, feedForward: 4_864, context: 4_096, ropeTheta: 1_000_000, normEpsilon: 1e-6 };

/** What {@link writeRealSizeModel} wrote. */
export interface RealSizeFiles {
  readonly backbonePath: string;
  readonly tokenizerPath: string;
}

/** What may be chosen of a model of the real size. */
export interface RealSizeOptions {
  /** "gguf": Q8_0, 0.6 GB. "onnx": float32 in `model.onnx.data`, 2.2 GB. */
  readonly format: "gguf" | "onnx";
  /** Default: the real one; a test has a smaller one. */
  readonly shape?: TinyShape | undefined;
}

/**
 * Writes a model of the real size and vocabulary (217,207) with random numbers, for benches: it says nothing, as fast as the real one. What is there already stays. The file
 * has its name only when it is whole. It is made in pieces: 252 MB of memory were used in all, measured.
 *
 * @param folder - One that git does not see, such as `.cache/models/real-size`.
 */
export async function writeRealSizeModel(folder: string, { format, shape = realShape }: RealSizeOptions): Promise<RealSizeFiles> {
  await mkdir(folder, { recursive: true });
  const backbonePath = join(folder, format === "gguf" ? "model-q8_0.gguf" : "model.onnx");
  const files = { backbonePath, tokenizerPath: join(folder, "tokenizer.json") };
  if (await exists(backbonePath)) return files;
  const vocabulary = createTinyVocabulary({ codes: 65_536, textTokens: 151_671 });
  const weights = randomWeightSource(shape, vocabulary, 1, { text: 0.25, stop: 0.25 });
  await writeTokenizer(folder, vocabulary);
  if (format === "gguf") {
    await writeQwen2Gguf(`${backbonePath}.part`, weights, { type: "q8_0" });
    await rename(`${backbonePath}.part`, backbonePath);
  } else {
    // The model names its data by the file name, so the data has it from the start; the model comes last.
    const marker = `${backbonePath}.part`;
    await writeQwen2Onnx(backbonePath, weights, { layout: "community", logits: "asked", external: true, writeTo: marker });
    await rename(marker, backbonePath);
  }
  return files;
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false); // prettier-ignore
