import { TTSError } from "@parlando/engine";
import type { OnnxTensor } from "../../runtime/onnx-runtime.ts";
import type { CodeTokens } from "../code-generator.ts";
import { readHalves } from "../half.ts";

/**
 * Makes a reader of logits: those of the last position by their token, as the sampler wants them. Of float16 only what matters is converted, into one array
 * that is used again. What was read is good until the tensor is disposed or the next is read.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when there are fewer logits than tokens, `SERVICE` when they are no numbers that are known.
 */
export function createLogitsReader({ firstCode, codes, stop }: CodeTokens): (tensor: OnnxTensor) => Float32Array {
  const needed = Math.max(firstCode + codes, stop + 1);
  let scratch: Float32Array | undefined;
  return (tensor) => {
    const width = tensor.dims.at(-1) ?? 0;
    if (width < needed) {
      throw new TTSError("MODEL_NOT_FOUND", `Reading what the backbone gives: it has logits for ${String(width)} tokens, but by the tokenizer codes reach token ${String(needed - 1)}. Backbone and tokenizer are not of the same model; name files that belong together.`);
    }
    const { data } = tensor;
    if (data instanceof Float32Array) return data.length === width ? data : data.subarray(data.length - width);
    // Float16Array where there is one, else its bits.
    if (tensor.type !== "float16" || !ArrayBuffer.isView(data)) {
      throw new TTSError("SERVICE", `Reading what the backbone gives: the logits are ${tensor.type}, expected float32 or float16. Export the model again.`);
    }
    const bits = new Uint16Array(data.buffer, data.byteOffset + data.byteLength - 2 * width, width);
    scratch ??= new Float32Array(needed);
    readHalves(bits.subarray(firstCode, firstCode + codes), scratch.subarray(firstCode, firstCode + codes));
    readHalves(bits.subarray(stop, stop + 1), scratch.subarray(stop, stop + 1));
    return scratch;
  };
}
