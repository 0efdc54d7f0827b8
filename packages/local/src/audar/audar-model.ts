import { availableParallelism } from "node:os";
import { TTSError } from "@parlando/engine";
import { findModelFiles } from "../models/find-files.ts";
import type { ModelFileNeed, ModelFileState } from "../models/model-preset.ts";
import type { HostedModel, ModelHost } from "../runtime/model-host.ts";
import type { ModelSpec } from "../runtime/model-spec.ts";
import { audarId, type AudarOptions } from "./audar-options.ts";
import type { AudarSettings } from "./audar-settings.ts";

/** What stands beneath an engine; tests hand in their own. */
export interface AudarParts {
  /** Gives the host of models, when it is first needed. */
  readonly host: () => Promise<ModelHost>;
  /** Where `PARLANDO_MODELS` is looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A seed for a request that has none. */
  readonly randomSeed: () => number;
  readonly newRequestId: () => string;
}

/** The model of one engine: its files are looked for with the first use. */
export interface AudarModel {
  /**
   * The model, found but perhaps not loaded.
   *
   * @throws TTSError `MODEL_NOT_FOUND`, with each file that is missing or broken and what to do; `ABORTED` when the engine was closed.
   */
  open(): Promise<HostedModel>;
  /** Lets it go. Twice is no harm. */
  close(): Promise<void>;
}

/** Makes the model of an engine; nothing is looked at yet. */
export function createAudarModel(settings: AudarSettings, parts: AudarParts): AudarModel {
  let opening: Promise<HostedModel> | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<HostedModel> {
    const spec = await resolveSpec(settings, parts.environment);
    const host = await parts.host();
    if (closing !== undefined) throw new TTSError("ABORTED", `Opening the model of ${audarId}: the engine was closed. Make a new one to go on.`, { engine: audarId });
    return host.open(spec);
  }

  return {
    open() {
      opening ??= open();
      // What was missing may be put there later.
      opening.catch(() => (opening = undefined));
      return opening;
    },
    close() {
      closing ??= (async () => {
        const model = await opening?.catch(() => undefined);
        await model?.close();
      })();
      return closing;
    },
  };
}

/**
 * Finds the files of a model and says all that the model process must know.
 *
 * @throws TTSError `MODEL_NOT_FOUND`.
 */
export async function resolveSpec(settings: AudarSettings, environment: AudarParts["environment"]): Promise<ModelSpec> {
  const { options, preset, slots } = settings;
  const { model, modelsFolder, codec, tokenizer, threads, runtimes } = options;
  const states = await findModelFiles(preset, { folder: model, modelsFolder, environment, paths: { codec, tokenizer } });
  const wrong = states.filter(({ problem }) => problem !== "");
  const backbonePath = pathOf(states, "backbone");
  const codecPath = pathOf(states, "codec");
  if (wrong.length > 0 || backbonePath === undefined || codecPath === undefined) throw modelNotFound(wrong, settings);
  return {
    backbonePath,
    // GGUF carries its own.
    tokenizerPath: backbonePath.toLowerCase().endsWith(".gguf") ? undefined : pathOf(states, "tokenizer"),
    codecPath,
    backboneDevice: options.device ?? "auto",
    codecDevice: options.codecDevice ?? "cpu",
    modules: { onnx: runtimes?.onnx ?? "onnxruntime-node", llama: runtimes?.llama ?? "node-llama-cpp" },
    prompt: preset.prompt,
    contextTokens: preset.contextTokens,
    slots,
    threads: threadsOf(threads, availableParallelism()),
    window: preset.window,
    speed: preset.speed,
  };
}

/**
 * Threads of both models together are no more than the processor has: both runtimes wait by spinning, and where they are more, each step waits for a turn
 * of the system's. On two cores that were busy, two threads for each were a hundred times slower than one. The split itself is a guess: the codec has
 * a quarter, and neither more than 0.5 billion weights can use. Neither gets more than there are cores, whatever was asked for: with 1,024 on two cores
 * no speech came within minutes, and nothing else on the machine went on.
 *
 * @param given - The option.
 * @param cores - As the system has it.
 */
export function threadsOf(given: AudarOptions["threads"], cores: number): ModelSpec["threads"] {
  const most = (threads: number | undefined): number | undefined => (threads === undefined ? undefined : Math.min(threads, cores));
  const { backbone, codec: forCodec } = typeof given === "number" ? { backbone: given, codec: given } : (given ?? {});
  const codec = most(forCodec) ?? Math.min(4, Math.max(1, Math.floor(cores / 4)));
  return { backbone: most(backbone) ?? Math.min(8, Math.max(1, cores - codec)), codec };
}

function pathOf(states: readonly ModelFileState[], role: ModelFileNeed["role"]): string | undefined {
  return states.find(({ need }) => need.role === role)?.path;
}

function modelNotFound(wrong: readonly ModelFileState[], { preset }: AudarSettings): TTSError {
  return new TTSError("MODEL_NOT_FOUND", `Looking for the model of ${audarId} (preset ${preset.id}): ${wrong.map(({ problem }) => problem).join(" ")} See \`parlando models\`.`, { engine: audarId });
}
