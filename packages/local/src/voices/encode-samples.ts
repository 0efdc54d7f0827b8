import { TTSError } from "@parlando/engine";
import { openSession } from "../backbone/onnx/open-session.ts";
import { importOnnxRuntime } from "../codec/import-onnx-runtime.ts";
import type { OnnxRuntime, OnnxSession, OnnxTensor, OnnxValueMetadata } from "../runtime/onnx-runtime.ts";
import type { EncodeOrder } from "./encoder-messages.ts";

/** Of NeuCodec. */
const highestCode = 65_535;

/**
 * Runs an encoder's graph over a whole recording. Expected are one float32 input for the sound (`[1, 1, samples]` or `[1, samples]`, 16,000 Hz) and a first output
 * of int32 or int64 codes; no public encoder of NeuCodec in ONNX was known when this was written, so names are not looked at. Blocks its thread.
 *
 * @throws TTSError `MODEL_NOT_FOUND` where the file is no such graph, `ENGINE_UNAVAILABLE` where the runtime is not there, `SERVICE` where it fails.
 */
export async function encodeSamples({ path, runtime: module, samples }: EncodeOrder): Promise<Int32Array> {
  const runtime = await importOnnxRuntime(module);
  const session = await openSession({ runtime, path, device: "cpu", threads: undefined });
  try {
    return await run(runtime, session, path, samples);
  } finally {
    await session.release();
  }
}

async function run(runtime: OnnxRuntime, session: OnnxSession, path: string, samples: Float32Array): Promise<Int32Array> {
  const [input] = session.inputMetadata;
  const [output] = session.outputMetadata;
  const rank = input?.shape?.length ?? 3;
  const isSound = input !== undefined && session.inputMetadata.length === 1 && input.type === "float32" && rank >= 1 && rank <= 3;
  if (!isSound || output === undefined || (output.type !== "int32" && output.type !== "int64")) {
    throw new TTSError("MODEL_NOT_FOUND", `Loading the encoder ${path}: its inputs are ${tell(session.inputMetadata)}, its outputs ${tell(session.outputMetadata)}; one float32 input for the sound and int32 or int64 codes were expected. Use an encoder of NeuCodec.`);
  }
  const sound = new runtime.Tensor("float32", samples, [...Array.from<number>({ length: rank - 1 }).fill(1), samples.length]);
  const results = await session.run({ [input.name]: sound }, [output.name]);
  try {
    return codesOf(results[output.name], path);
  } finally {
    sound.dispose();
    for (const result of Object.values(results)) result.dispose();
  }
}

function codesOf(tensor: OnnxTensor | undefined, path: string): Int32Array {
  const { data } = tensor ?? {};
  if (!(data instanceof Int32Array) && !(data instanceof BigInt64Array)) throw new TTSError("SERVICE", `Encoding a recording with ${path}: it gave no whole numbers. Use an encoder of NeuCodec.`, { retryable: false });
  const codes = Int32Array.from(data, Number);
  const wrong = codes.find((code) => code < 0 || code > highestCode);
  if (wrong !== undefined) throw new TTSError("SERVICE", `Encoding a recording with ${path}: it gave the code ${String(wrong)}, expected 0 to ${String(highestCode)}. Use an encoder of NeuCodec.`, { retryable: false });
  return codes;
}

function tell(values: readonly OnnxValueMetadata[]): string {
  return values.map(({ name, type, shape }) => `${name} (${type ?? "?"} [${(shape ?? ["?"]).join(", ")}])`).join(", ") || "none";
}
