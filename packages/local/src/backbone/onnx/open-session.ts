import { access } from "node:fs/promises";
import { TTSError } from "@parlando/engine";
import type { Device } from "../../runtime/device.ts";
import { firstLine } from "../../runtime/failure.ts";
import type { OnnxRuntime, OnnxSession } from "../../runtime/onnx-runtime.ts";

/** What ONNX Runtime calls the devices that it can run on. */
const providers: Readonly<Partial<Record<Device, string>>> = { cpu: "cpu", cuda: "cuda", directml: "dml", coreml: "coreml", webgpu: "webgpu" };

/**
 * Loads a graph on one device. The runtime does not fall back to another device, it throws; whoever has several to try asks again.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when there is no file, or the processor cannot load it either; `DEVICE_UNAVAILABLE` with the runtime's reason when
 * another device cannot.
 */
export async function openSession({ runtime, path, device, threads }: { runtime: OnnxRuntime; path: string; device: Device; threads: number | undefined }): Promise<OnnxSession> {
  const provider = providers[device];
  if (provider === undefined) throw new TTSError("DEVICE_UNAVAILABLE", `Loading ${path}: ONNX Runtime does not run on ${device}. Choose one of ${Object.keys(providers).join(", ")}.`);
  try {
    await access(path);
  } catch (error) {
    throw new TTSError("MODEL_NOT_FOUND", `Loading ${path}: the file cannot be read. Put it there, or name another.`, { cause: error });
  }
  try {
    return await runtime.InferenceSession.create(path, {
      executionProviders: [provider],
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      ...(threads !== undefined && { intraOpNumThreads: threads }),
    });
  } catch (error) {
    throw cannotLoad(error, { path, device });
  }
}

function cannotLoad(cause: unknown, { path, device }: { path: string; device: Device }): TTSError {
  const reason = firstLine(cause);
  if (device === "cpu") {
    return new TTSError("MODEL_NOT_FOUND", `Loading ${path}: ONNX Runtime cannot read it (${reason}). It may be cut short, of another kind, or want a file beside it that is not there; fetch it again.`, { cause });
  }
  return new TTSError("DEVICE_UNAVAILABLE", `Loading ${path} on ${device}: ONNX Runtime cannot (${reason}). Install what the device needs, or choose another device.`, { cause });
}
