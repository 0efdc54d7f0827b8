import { TTSError } from "@parlando/engine";
import type { Device, DeviceMemory } from "../../runtime/device.ts";
import type { Llama, LlamaContext, LlamaContextOptions, LlamaModel, LlamaModule } from "./llama-module.ts";

/** A loaded model with its cache. */
export interface OpenedLlama {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  /** As asked for, or fewer where memory did not do. */
  readonly slots: number;
}

/** What is opened. */
export interface OpenLlamaOptions {
  readonly module: LlamaModule;
  readonly path: string;
  readonly device: Device;
  readonly contextTokens: number;
  readonly slots: number;
  readonly threads: number | undefined;
  readonly cacheType: "float16" | "float32";
  readonly warn: (warning: { readonly code: string; readonly message: string }) => void;
}

const gpuNames: Partial<Record<Device, false | "cuda" | "metal" | "vulkan">> = { cpu: false, cuda: "cuda", metal: "metal", vulkan: "vulkan" };

// Disposing of the native library ends it for the whole process, and another model may be using it: it stays, one for each device.
const opened = new WeakMap<LlamaModule, Map<string, Promise<Llama>>>();

/**
 * Loads a GGUF file onto a device.
 *
 * @throws TTSError `DEVICE_UNAVAILABLE` when the device is not there or its memory does not do, `ENGINE_UNAVAILABLE` when the runtime has nothing for this
 * system, `MODEL_NOT_FOUND` when the file cannot be loaded.
 */
export async function openLlama(options: OpenLlamaOptions): Promise<OpenedLlama> {
  const { module, path, device, threads } = options;
  const llama = await openDevice(module, device);
  if (threads !== undefined && llama.maxThreads !== 0 && llama.maxThreads < threads) llama.maxThreads = threads;
  const model = await llama
    .loadModel({ modelPath: path, gpuLayers: device === "cpu" ? 0 : "max", defaultContextFlashAttention: false })
    .catch(async (cause: unknown) => Promise.reject(await loadError(cause, { llama, path, device })));
  try {
    return { llama, model, ...(await createContext(model, { ...options, llama })) };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Memory of the device that a model is on. */
export async function llamaMemory(llama: Llama): Promise<DeviceMemory> {
  const state = await (llama.gpu === false ? llama.getRamState() : llama.getVramState()).catch(() => undefined);
  return { totalBytes: state?.total, freeBytes: state?.free };
}

function openDevice(module: LlamaModule, device: Device): Promise<Llama> {
  const devices = opened.get(module) ?? new Map<string, Promise<Llama>>();
  opened.set(module, devices);
  const known = devices.get(device);
  if (known !== undefined) return known;
  const opening = openLibrary(module, device);
  devices.set(device, opening);
  // A driver may be installed meanwhile: the next one tries again.
  opening.catch(() => devices.delete(device));
  return opening;
}

async function openLibrary(module: LlamaModule, device: Device): Promise<Llama> {
  const gpu = gpuNames[device];
  if (gpu === undefined) throw new TTSError("DEVICE_UNAVAILABLE", `Opening llama.cpp on ${device}: it runs on cpu, cuda, metal and vulkan only. Choose one of these, or an ONNX model.`);
  try {
    const llama = await module.getLlama({ gpu, build: "never", skipDownload: true, progressLogs: false, logLevel: "disabled", logger: () => undefined });
    if (gpu === false || (await llama.getGpuDeviceNames()).length > 0) return llama;
  } catch (cause) {
    throw libraryError(device, oneLine(cause), cause);
  }
  throw libraryError(device, "the library loads, but finds no device", undefined);
}

function libraryError(device: Device, reason: string, cause: unknown): TTSError {
  const what = `Opening llama.cpp on ${device}: ${reason}.`;
  if (device === "cpu") return new TTSError("ENGINE_UNAVAILABLE", `${what} Expected a package @node-llama-cpp/* for this system; install node-llama-cpp with its optional dependencies.`, { cause });
  return new TTSError("DEVICE_UNAVAILABLE", `${what} Install the package of node-llama-cpp for ${device} and its driver, or choose another device.`, { cause });
}

async function createContext(model: LlamaModel, options: OpenLlamaOptions & { llama: Llama }): Promise<{ context: LlamaContext; slots: number }> {
  const { llama, device, contextTokens, threads, cacheType, warn } = options;
  const type = cacheType === "float32" ? "F32" : "F16";
  for (let slots = options.slots; ; slots = Math.floor(slots / 2)) {
    const wish: LlamaContextOptions = {
      sequences: slots,
      contextSize: Math.min(contextTokens, model.trainContextSize),
      batchSize: 512,
      flashAttention: false,
      experimentalKvCacheKeyType: type,
      experimentalKvCacheValueType: type,
      ...(threads === undefined ? {} : { threads }),
    };
    try {
      const context = await model.createContext(wish);
      if (slots < options.slots) warn({ code: "FEWER_SLOTS", message: `Memory of ${device} does for ${String(slots)} speeches at once, not ${String(options.slots)} (${await tellMemory(llama)}).` });
      return { context, slots };
    } catch (cause) {
      if (!isMemoryError(cause) || slots <= 1) throw await memoryError(cause, { llama, device, what: `making room for ${String(wish.contextSize)} tokens` });
    }
  }
}

async function loadError(cause: unknown, { llama, path, device }: { llama: Llama; path: string; device: Device }): Promise<TTSError> {
  if (isMemoryError(cause)) return memoryError(cause, { llama, device, what: `loading ${path}` });
  return new TTSError("MODEL_NOT_FOUND", `Loading the model ${path} on ${device}: ${oneLine(cause)}. Expected a GGUF file that llama.cpp knows; fetch it again, or give another one.`, { cause });
}

async function memoryError(cause: unknown, { llama, device, what }: { llama: Llama; device: Device; what: string }): Promise<TTSError> {
  return new TTSError("DEVICE_UNAVAILABLE", `Opening llama.cpp on ${device}, ${what}: ${oneLine(cause)} (${await tellMemory(llama)}). Use a smaller model, a shorter context or fewer slots, or another device.`, { cause });
}

async function tellMemory(llama: Llama): Promise<string> {
  const { totalBytes, freeBytes } = await llamaMemory(llama);
  const inMiB = (bytes: number | undefined): string => (bytes === undefined ? "unknown" : `${String(Math.round(bytes / 1_048_576))} MiB`);
  return `memory: ${inMiB(freeBytes)} free of ${inMiB(totalBytes)}`;
}

function isMemoryError(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === "InsufficientMemoryError";
}

/** Some of the binding's errors have no message but their name. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return "it failed without a reason";
  const [line = ""] = error.message.split("\n", 1);
  const name = error.constructor.name;
  return line === "" || line === name ? name : `${name === "Error" ? "" : `${name}: `}${line.replace(/[.:]+$/, "")}`;
}
