import { availableParallelism, freemem, totalmem } from "node:os";
import type { CodeGenerator } from "../backbone/code-generator.ts";
import { findCodeTokens } from "../backbone/code-tokens.ts";
import type { MachineSpeed } from "../chunks/chunk-planner.ts";
import { createChunkPlanner } from "../chunks/create-chunk-planner.ts";
import { createSpeedMeter, type SpeedMeter } from "../chunks/speed-meter.ts";
import { createCodecClient } from "../codec/codec-client.ts";
import type { WindowCodec } from "../codec/codec.ts";
import type { WindowRule } from "../codec/speech-assembler.ts";
import { createWindowAssembler } from "../codec/window-assembler.ts";
import { codesBehind, fitRule, referenceContextCodes } from "../codec/window-rule.ts";
import { createPromptBuilder } from "./build-prompt.ts";
import { fallbackWarning, openOnDevice, type OpenedOnDevice } from "./choose-device.ts";
import type { Device, DeviceMemory } from "./device.ts";
import type { LoadedModel, LoadModel } from "./loaded-model.ts";
import type { ModelReport, ModelSpec } from "./model-spec.ts";
import { onnxDevices, openBackbone, type OpenedBackbone } from "./open-backbone.ts";

/** What models are loaded with. */
export interface ModelLoaderOptions {
  /** A private folder for prompts that were evaluated, which somebody else removes; undefined: they are kept in memory only. */
  readonly stateFolder?: string | undefined;
  /** Opens the decoder; by default in a thread of its own. */
  readonly openCodec?: typeof createCodecClient | undefined;
  readonly platform?: NodeJS.Platform | undefined;
}

/** A piece as it is in the long run: what a decoder costs is told for these. */
const longPieceCodes = 50;

/**
 * Makes what loads models: the backbone into this process, the decoder into a thread of it. Whatever was opened is closed when the rest fails.
 *
 * @throws TTSError `MODEL_NOT_FOUND`, `DEVICE_UNAVAILABLE`, `ENGINE_UNAVAILABLE`, `INVALID_CONFIG`; each says of what.
 */
export function createModelLoader({ stateFolder, openCodec = createCodecClient, platform = process.platform }: ModelLoaderOptions = {}): LoadModel {
  return async (given) => {
    const beganAtMs = performance.now();
    const spec: ModelSpec = { ...given, threads: shareThreads(given.threads, availableParallelism()) };
    const backbone = await openBackbone(spec, { stateFolder, platform });
    try {
      const decoder = createSpeedMeter(spec.speed);
      const codec = await openCodecOf(spec, { openCodec, platform, decoder });
      const memory = await memoryOf(backbone);
      return await closeOnFailure(codec.opened, () => assemble({ spec, backbone, codec, decoder, memory, loadMs: performance.now() - beganAtMs }));
    } catch (error) {
      await backbone.opened.close();
      throw error;
    }
  };
}

/**
 * Shares the processor's cores out where nobody did: a quarter for the decoder, the rest for the backbone. Both runtimes take all cores for themselves by
 * default, and their threads wait by spinning: they would hold each other up.
 */
export function shareThreads({ backbone, codec }: ModelSpec["threads"], cores: number): { readonly backbone: number; readonly codec: number } {
  const forCodec = codec ?? Math.max(1, Math.floor(cores / 4));
  return { backbone: backbone ?? Math.max(1, cores - forCodec), codec: forCodec };
}

/** The codec runs on the processor unless another device is asked for, as upstream has it. */
function openCodecOf({ codecDevice, codecPath: path, modules, threads }: ModelSpec, { openCodec, platform, decoder }: { openCodec: typeof createCodecClient; platform: NodeJS.Platform; decoder: SpeedMeter }): Promise<OpenedOnDevice<WindowCodec>> {
  const open = (device: Device): Promise<WindowCodec> =>
    openCodec({ module: modules.onnx, path, device, threads: threads.codec, onDecoded: ({ codes, decodeMs }) => decoder.recordWindow(codes, decodeMs) });
  return openOnDevice({ choice: codecDevice, order: onnxDevices(platform), what: "the codec", open });
}

async function closeOnFailure(codec: WindowCodec, make: () => LoadedModel): Promise<LoadedModel> {
  try {
    return make();
  } catch (error) {
    await codec.close();
    throw error;
  }
}

interface Parts {
  readonly spec: ModelSpec;
  readonly backbone: OpenedBackbone;
  readonly codec: OpenedOnDevice<WindowCodec>;
  /** Times of the decoder alone, without the wait for it. */
  readonly decoder: SpeedMeter;
  readonly memory: DeviceMemory;
  readonly loadMs: number;
}

function assemble({ spec, backbone, codec: { opened: codec, device: codecDevice, tried }, decoder, memory, loadMs }: Parts): LoadedModel {
  const generator = backbone.opened;
  const codeTokens = findCodeTokens(generator.tokenizer, { codes: spec.prompt.codes, stop: spec.prompt.stop });
  const rule = fitRule(spec.window, codec.geometry);
  // What was learned of the decoder while it was probed is the first guess; with others at it, a window takes longer.
  const meter = createSpeedMeter({ ...decoder.speed(), codeMs: spec.speed.codeMs });
  const report: ModelReport = {
    backbone: generator.facts, codec: codec.geometry, device: backbone.device, codecDevice, tried: [...backbone.tried, ...tried],
    warnings: [...backbone.warnings, ...fallbacks(backbone, { device: codecDevice, tried })],
    memory, loadMs,
  };
  return {
    report, generator, codeTokens,
    prompts: createPromptBuilder(generator.tokenizer, spec.prompt, codeTokens),
    contextTokens: Math.min(spec.contextTokens, generator.facts.contextTokens),
    speed: { code: (ms, decodingMs) => meter.recordCode(ms, decodingMs), window: (codes, ms) => meter.recordWindow(codes, ms), speed: () => meter.speed() },
    decodeMsPerCode: () => decodeMsPerCode(decoder.speed(), rule),
    openAssembler: ({ codes }) => createWindowAssembler({ codec, rule, context: codes.subarray(Math.max(0, codes.length - referenceContextCodes)) }),
    openPlanner: ({ chunkCodes, seeded, voice }) =>
      createChunkPlanner({
        chunkCodes,
        reproducible: seeded === true,
        shape: { codeDurationMs: codeDurationMs(codec), rule, contextCodes: Math.min(referenceContextCodes, voice.codes.length), sharedDevice: backbone.device === codecDevice },
      }),
    memory: () => memoryOf(backbone),
    close: () => closeBoth(generator, codec),
  };
}

function fallbacks({ device, tried }: OpenedBackbone, codec: Pick<OpenedOnDevice<WindowCodec>, "device" | "tried">): NonNullable<ModelReport["warnings"]> {
  const messages = [fallbackWarning("the backbone", tried, device), fallbackWarning("the codec", codec.tried, codec.device)];
  return messages.flatMap((message) => (message === undefined ? [] : [{ code: "DEVICE_FALLBACK", message }]));
}

function codeDurationMs({ geometry: { samplesPerCode, sampleRate } }: WindowCodec): number {
  return (samplesPerCode * 1_000) / sampleRate;
}

function decodeMsPerCode({ decode: { startMs, perCodeMs } }: MachineSpeed, rule: WindowRule): number {
  return (startMs + perCodeMs * (rule.lookBack + longPieceCodes + codesBehind(rule))) / longPieceCodes;
}

/** By the runtime where it tells; of the processor, by the system. */
async function memoryOf({ memory, device }: OpenedBackbone): Promise<DeviceMemory> {
  const unknown: DeviceMemory = device === "cpu" ? { totalBytes: totalmem(), freeBytes: freemem() } : { totalBytes: undefined, freeBytes: undefined };
  return memory === undefined ? unknown : memory().catch(() => unknown);
}

async function closeBoth(generator: CodeGenerator, codec: WindowCodec): Promise<void> {
  const results = await Promise.allSettled([generator.close(), codec.close()]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
