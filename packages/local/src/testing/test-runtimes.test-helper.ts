import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as onnxruntime from "onnxruntime-node";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "../runtime/onnx-runtime.ts";

/** The real runtime, as the package sees it: its own types say less and more than the parts that are used. */
export const onnx: OnnxRuntime = onnxruntime as unknown as OnnxRuntime;

/** Loads a graph on the processor. */
export const openSession = (path: string): Promise<OnnxSession> => onnx.InferenceSession.create(path, { executionProviders: ["cpu"], enableMemPattern: false, intraOpNumThreads: 1, logSeverityLevel: 4 });

/** A tensor of whole numbers of 64 bits. */
export const int64 = (numbers: ArrayLike<number>, dims: readonly number[]): OnnxTensor => new onnx.Tensor("int64", BigInt64Array.from(Array.from(numbers, BigInt)), dims);

/** Decodes one window of codes. */
export async function decode(session: OnnxSession, codes: readonly number[]): Promise<Float32Array> {
  const result = await session.run({ codes: new onnx.Tensor("int32", Int32Array.from(codes), [1, 1, codes.length]) });
  return result["audio"]?.data as Float32Array;
}

/** A folder that is gone when `use` is done. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-models-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How far two rows of logits are apart, against the larger of them. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let largest = 0;
  for (let index = 0; index < expected.length; index += 1) {
    error = Math.max(error, Math.abs(actual[index]! - expected[index]!));
    largest = Math.max(largest, Math.abs(expected[index]!));
  }
  return error / largest;
}

/** Whole numbers from 0 on, always the same ones. */
export const someCodes = (count: number, codes = 512): number[] => Array.from({ length: count }, (_, index) => (index * 7_919 + (index % 13) * 31) % codes);
