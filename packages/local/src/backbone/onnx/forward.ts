import { TTSError } from "@parlando/engine";
import { firstLine } from "../../runtime/failure.ts";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "../../runtime/onnx-runtime.ts";
import type { NamedTensors, RunCache } from "./cache.ts";
import type { IntegerType, OnnxLayout } from "./layout.ts";

/** Runs of one session: tokens in, keys and values into the cache, logits out. */
export interface Forward {
  readonly layout: OnnxLayout;
  /** Evaluates tokens behind those of the cache; gives no logits. The cache has them afterwards. */
  extend(cache: RunCache, tokens: Int32Array): Promise<void>;
  /**
   * The same, and gives the logits, of the last token at the end of the tensor. Who gets it disposes it.
   *
   * @throws TTSError `SERVICE` when the runtime fails; the cache is not to be used any more then, only closed.
   */
  evaluate(cache: RunCache, tokens: Int32Array): Promise<OnnxTensor>;
}

/** Prepares what all runs of a session share: masks, positions, the lists of outputs. */
export function createForward({ runtime, session, layout, contextTokens }: { runtime: OnnxRuntime; session: OnnxSession; layout: OnnxLayout; contextTokens: number }): Forward {
  const { Tensor } = runtime;
  const { idType, maskType, positionType, keep, slots } = layout;
  const ones = integers(maskType, contextTokens, () => 1);
  const positions = positionType === undefined ? undefined : integers(positionType, contextTokens, (index) => index);
  const keepOne = keep === undefined ? undefined : new Tensor(keep.type, integers(keep.type, 1, () => 1), keep.dims);
  const presents = slots.map(({ present }) => present);
  const presentsAndLogits = ["logits", ...presents];

  const run = async (cache: RunCache, tokens: Int32Array, fetches: readonly string[]): Promise<NamedTensors> => {
    const before = cache.tokens;
    const total = before + tokens.length;
    const { feeds } = cache;
    feeds["input_ids"] = new Tensor(idType, integers(idType, tokens.length, (index) => tokens[index] ?? 0), [1, tokens.length]);
    feeds["attention_mask"] = new Tensor(maskType, ones.subarray(0, total), [1, total]);
    if (positions !== undefined && positionType !== undefined) feeds["position_ids"] = new Tensor(positionType, positions.subarray(before, total), [1, tokens.length]);
    if (keepOne !== undefined) feeds["num_logits_to_keep"] = keepOne;
    try {
      const outputs = await session.run(feeds, fetches);
      cache.replace(outputs, total);
      return outputs;
    } catch (error) {
      throw runFailed(error);
    }
  };

  return {
    layout,
    async extend(cache, tokens) {
      await run(cache, tokens, presents);
    },
    async evaluate(cache, tokens) {
      const last = tokens.length - 1;
      // Logits of all positions would be a megabyte for each: so the last token goes alone where the graph cannot be told.
      if (last > 0 && !layout.lastLogitsOnly) await run(cache, tokens.subarray(0, last), presents);
      const { logits } = await run(cache, layout.lastLogitsOnly ? tokens : tokens.subarray(last), presentsAndLogits);
      if (logits === undefined) throw runFailed("no logits came");
      return logits;
    },
  };
}

function integers(type: IntegerType, length: number, value: (index: number) => number): BigInt64Array | Int32Array {
  if (type === "int32") return Int32Array.from({ length }, (_, index) => value(index));
  const numbers = new BigInt64Array(length);
  for (let index = 0; index < length; index += 1) numbers[index] = BigInt(value(index));
  return numbers;
}

function runFailed(cause: unknown): TTSError {
  return new TTSError("SERVICE", `Running the backbone: ONNX Runtime failed (${firstLine(cause)}). Try again; if it stays, use another device or another file.`, { cause });
}
