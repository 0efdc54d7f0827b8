import { TTSError } from "@parlando/engine";
import { firstLine } from "../runtime/failure.ts";
import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";

/**
 * Imports `onnxruntime-node`, or a module that is compatible with it.
 *
 * @param module - Its name, or the URL of its file.
 * @throws TTSError `ENGINE_UNAVAILABLE` when it is not there, does not load, or has not what is used of it.
 */
export async function importOnnxRuntime(module: string): Promise<OnnxRuntime> {
  const imported = await importModule(module);
  for (const candidate of [imported, fieldOf(imported, "default")]) {
    if (isOnnxRuntime(candidate)) return candidate;
  }
  throw new TTSError("ENGINE_UNAVAILABLE", `Loading the ONNX runtime "${module}": the module has no InferenceSession.create and Tensor. Name "onnxruntime-node" or a module that exports the same.`);
}

async function importModule(module: string): Promise<unknown> {
  try {
    return await import(module);
  } catch (error) {
    throw new TTSError("ENGINE_UNAVAILABLE", `Loading the ONNX runtime "${module}": ${firstLine(error)}. Install it: npm install onnxruntime-node.`, { cause: error });
  }
}

function isOnnxRuntime(value: unknown): value is OnnxRuntime {
  return typeof fieldOf(fieldOf(value, "InferenceSession"), "create") === "function" && typeof fieldOf(value, "Tensor") === "function";
}

function fieldOf(value: unknown, name: string): unknown {
  return (typeof value === "object" && value !== null) || typeof value === "function" ? (value as Record<string, unknown>)[name] : undefined;
}
