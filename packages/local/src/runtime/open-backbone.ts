import { dirname, extname, join } from "node:path";
import { TTSError } from "@parlando/engine";
import type { CodeGenerator } from "../backbone/code-generator.ts";
import { openOnDevice, type OpenedOnDevice } from "./choose-device.ts";
import type { Device, DeviceMemory } from "./device.ts";
import { firstLine } from "./failure.ts";
import type { ModelReport, ModelSpec } from "./model-spec.ts";

/** A backbone that was opened, and what was to be told of it. */
export interface OpenedBackbone extends OpenedOnDevice<CodeGenerator> {
  readonly warnings: NonNullable<ModelReport["warnings"]>;
  /** Of its device, where its runtime tells; undefined: nobody does. */
  readonly memory: (() => Promise<DeviceMemory>) | undefined;
}

/** What opening needs besides the spec. */
export interface OpenBackboneOptions {
  readonly stateFolder: string | undefined;
  readonly platform: NodeJS.Platform;
}

/**
 * Opens the backbone of a model on the first device that works: GGUF with `node-llama-cpp`, ONNX with `onnxruntime-node`, each imported only where it is
 * needed.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE` when the runtime is not installed, `DEVICE_UNAVAILABLE`, `MODEL_NOT_FOUND`, `INVALID_CONFIG` for a file of
 * another kind.
 */
export function openBackbone(spec: ModelSpec, options: OpenBackboneOptions): Promise<OpenedBackbone> {
  switch (extname(spec.backbonePath).toLowerCase()) {
    case ".gguf": return openGguf(spec, options);
    case ".onnx": return openOnnx(spec, options);
    default: throw new TTSError("INVALID_CONFIG", `Opening the backbone ${spec.backbonePath}: its name ends with neither .gguf nor .onnx. Name a file of one of these kinds.`);
  }
}

/** What `auto` tries for GGUF: what node-llama-cpp has packages for on this system. */
export function ggufDevices(platform: NodeJS.Platform): readonly Device[] {
  return platform === "darwin" ? ["metal", "cpu"] : ["cuda", "vulkan", "cpu"];
}

/** What `auto` tries for ONNX: `onnxruntime-node` brings CUDA for Linux only. */
export function onnxDevices(platform: NodeJS.Platform): readonly Device[] {
  return platform === "linux" ? ["cuda", "cpu"] : ["cpu"];
}

async function openGguf(spec: ModelSpec, { stateFolder, platform }: OpenBackboneOptions): Promise<OpenedBackbone> {
  const { createGgufGenerator } = await import("../backbone/gguf/gguf-generator.ts");
  const module = await importRuntime(spec.modules.llama, "node-llama-cpp");
  const warnings: NonNullable<ModelReport["warnings"]>[number][] = [];
  const { backbonePath: path, contextTokens, slots, threads } = spec;
  const opened = await openOnDevice({
    choice: spec.backboneDevice, order: ggufDevices(platform), what: "the backbone",
    open: (device) => createGgufGenerator({ module, path, device, contextTokens, slots, threads: threads.backbone, stateFolder, warn: (warning) => warnings.push(warning) }),
  });
  return { ...opened, warnings, memory: () => opened.opened.memory() };
}

async function openOnnx(spec: ModelSpec, { platform }: OpenBackboneOptions): Promise<OpenedBackbone> {
  const [{ createOnnxGenerator }, { createJsonTokenizer }, { importOnnxRuntime }] = await Promise.all([
    import("../backbone/onnx/onnx-generator.ts"),
    import("../backbone/onnx/json-tokenizer.ts"),
    import("../codec/import-onnx-runtime.ts"),
  ]);
  const runtime = await importOnnxRuntime(spec.modules.onnx);
  const { backbonePath: path, contextTokens, slots, threads } = spec;
  const tokenizer = await createJsonTokenizer({ path: spec.tokenizerPath ?? join(dirname(path), "tokenizer.json") });
  const opened = await openOnDevice({
    choice: spec.backboneDevice, order: onnxDevices(platform), what: "the backbone",
    open: (device) => createOnnxGenerator({ runtime, path, tokenizer, device, contextTokens, slots, threads: threads.backbone }),
  });
  return { ...opened, warnings: [], memory: undefined };
}

async function importRuntime(module: string, name: string): Promise<unknown> {
  try {
    return await import(module);
  } catch (error) {
    throw new TTSError("ENGINE_UNAVAILABLE", `Loading the runtime "${module}": ${firstLine(error)}. Install it: npm install ${name}.`, { cause: error });
  }
}
