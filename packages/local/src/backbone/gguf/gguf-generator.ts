import { TTSError } from "@parlando/engine";
import type { BackboneFacts, CodeGenerator, CodeRun, EvaluatedTokens, GenerationRequest, PrefillControl, PromptPrefix } from "../code-generator.ts";
import type { Device, DeviceMemory } from "../../runtime/device.ts";
import { readGgufFacts } from "./gguf-facts.ts";
import { createGgufRun } from "./gguf-run.ts";
import { createSpokenTokens } from "./gguf-sampling.ts";
import { createGgufTokenizer } from "./gguf-tokenizer.ts";
import { checkLlamaModule, type LlamaModule, type LlamaTokenBias } from "./llama-module.ts";
import { llamaMemory, openLlama, type OpenedLlama } from "./open-llama.ts";
import { checkSignal, evaluateInPieces, placePrefix } from "./prefill.ts";
import { createPrefixStates, type PrefixStates } from "./prefix-states.ts";
import { createSequencePool, type SequenceLease, type SequencePool } from "./sequence-pool.ts";

/** What a generator is made of. */
export interface GgufGeneratorOptions {
  /** What importing `node-llama-cpp` gave, or a runtime that is compatible with it. */
  readonly module: unknown;
  /** Absolute. */
  readonly path: string;
  readonly device: Device;
  /** Of each slot. Less where the model was trained with less. */
  readonly contextTokens: number;
  readonly slots: number;
  /** Of the processor; undefined: the runtime's own choice. */
  readonly threads: number | undefined;
  /** A private folder for evaluated prefixes, which the caller removes; undefined: they are kept in the slots only. */
  readonly stateFolder: string | undefined;
  /** How numbers of the cache are held. Default "float16", as llama.cpp's own; "float32" doubles its memory. */
  readonly cacheType?: "float16" | "float32" | undefined;
  /** Told when memory did for fewer slots. */
  readonly warn?: ((warning: { readonly code: string; readonly message: string }) => void) | undefined;
}

/** A generator on llama.cpp. */
export interface GgufGenerator extends CodeGenerator {
  /** Of the device. */
  memory(): Promise<DeviceMemory>;
}

interface Parts extends OpenedLlama {
  readonly module: LlamaModule;
  readonly facts: BackboneFacts;
  readonly pool: SequencePool;
  readonly states: PrefixStates;
  readonly device: Device;
}

/**
 * Opens a GGUF model as a writer of speech codes, on llama.cpp through `node-llama-cpp`. Its own samplers choose; see `repair-token.ts` for what is
 * done when they choose text. Runs that are asked at once share a step. On the processor, with float32 and Q8_0 weights, tests find the same codes as alone,
 * also while another prompt is evaluated; on other devices that is not verified, and `slots: 1` is the way to be sure.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE`, `DEVICE_UNAVAILABLE`, `MODEL_NOT_FOUND`.
 */
export async function createGgufGenerator(options: GgufGeneratorOptions): Promise<GgufGenerator> {
  const { path, device, slots, threads, stateFolder, cacheType = "float16", warn = () => undefined } = options;
  const module = checkLlamaModule(options.module);
  const facts = await readGgufFacts(path, cacheType);
  const contextTokens = Math.min(options.contextTokens, facts.contextTokens);
  const opened = await openLlama({ module, path, device, contextTokens, slots, threads, cacheType, warn });
  const pool = createSequencePool(Array.from({ length: opened.slots }, () => opened.context.getSequence()));
  const room = Math.min(contextTokens, opened.context.contextSize);
  return createGenerator({ ...opened, module, facts: { ...facts, contextTokens: room }, pool, states: createPrefixStates(stateFolder), device });
}

function createGenerator(parts: Parts): GgufGenerator {
  const { llama, model, context, facts, pool, states } = parts;
  const work = createOpenWork(pool);
  const startIn = createStart(parts, work);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await work.end();
    await context.dispose();
    await model.dispose();
    await states.close();
  }

  return {
    facts,
    tokenizer: createGgufTokenizer(model, facts.vocabulary),
    device: parts.device,
    slots: pool.size,
    together: pool.size,
    start: startIn,
    prepare: (prefix, control) => prepareIn(parts, work, { prefix, control }),
    memory: () => llamaMemory(llama),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** What must end before the model can go. */
interface OpenWork {
  readonly runs: Set<CodeRun>;
  /** Does work in a sequence, which is given back when the work fails. */
  inSequence<Result>(prefix: PromptPrefix, control: PrefillControl, work: (lease: SequenceLease, control: PrefillControl) => Promise<Result>): Promise<Result>;
  end(): Promise<void>;
}

function createOpenWork(pool: SequencePool): OpenWork {
  const runs = new Set<CodeRun>();
  const prefills = new Set<Promise<unknown>>();
  const ending = new AbortController();
  const closeRuns = (): Promise<unknown> => Promise.allSettled([...runs].map((run) => run.close()));
  return {
    runs,
    async inSequence(prefix, { turn, signal }, work) {
      const control: PrefillControl = { turn, signal: AbortSignal.any([signal, ending.signal]) };
      checkSignal(control.signal);
      const lease = takeSequence(pool, prefix);
      const working = work(lease, control).catch(async (error: unknown) => {
        await lease.release();
        throw error;
      });
      prefills.add(working);
      try {
        return await working;
      } finally {
        prefills.delete(working);
      }
    },
    async end() {
      ending.abort();
      await Promise.allSettled([...prefills, closeRuns()]);
      // A prefill that was on its last piece may have become a run.
      await closeRuns();
    },
  };
}

function createStart(parts: Parts, work: OpenWork): CodeGenerator["start"] {
  const { facts, states } = parts;
  const biases = createBiases(parts);
  return async (request, codeTokens, control) => {
    const maximumCodes = roomFor(request, facts.contextTokens);
    return work.inSequence(request.prefix, control, async (lease, prefill) => {
      const prefix = await placePrefix(lease, request.prefix, { states, prefill });
      await evaluateInPieces(lease.sequence, request.suffix.subarray(0, -1), prefill);
      const run = createGgufRun({
        sequence: lease.sequence,
        lastToken: request.suffix.at(-1) ?? 0,
        spoken: createSpokenTokens([request.prefix.tokens, request.suffix], facts.contextTokens),
        capacity: facts.contextTokens,
        sampling: request.sampling,
        limits: { minimumCodes: request.limits.minimumCodes, maximumCodes },
        codeTokens,
        evaluated: { prefix, suffix: request.suffix.length },
        bias: biases(codeTokens.stop),
        release: async () => {
          await lease.release();
          work.runs.delete(run);
        },
      });
      work.runs.add(run);
      return run;
    });
  };
}

async function prepareIn({ states }: Parts, work: OpenWork, { prefix, control }: { prefix: PromptPrefix; control: PrefillControl }): Promise<EvaluatedTokens> {
  if (states.has(prefix)) return { prefix: 0, suffix: 0 };
  return work.inSequence(prefix, control, async (lease, prefill) => {
    const evaluated = await placePrefix(lease, prefix, { states, prefill });
    await lease.release();
    return { prefix: evaluated, suffix: 0 };
  });
}

function takeSequence(pool: SequencePool, prefix: PromptPrefix): SequenceLease {
  const lease = pool.take(prefix);
  if (lease !== undefined) return lease;
  throw new TTSError("CONCURRENCY_LIMIT", `Starting a speech: all ${String(pool.size)} slots of the model are taken. Wait until one is closed, or raise \`slots\`.`);
}

/** How many codes there may be. Of the last one nothing is kept, so that prompt and codes may fill the context together. */
function roomFor({ prefix, suffix, limits }: GenerationRequest, contextTokens: number): number {
  if (suffix.length === 0) throw new TTSError("INTERNAL", "Starting a speech: its prompt has nothing behind the prefix, and one token at least is expected. Report this.");
  const room = contextTokens - prefix.tokens.length - suffix.length;
  if (room >= Math.max(1, limits.minimumCodes)) return Math.min(room, limits.maximumCodes);
  throw new TTSError(
    "TEXT_TOO_LONG",
    `Starting a speech: its prompt has ${String(prefix.tokens.length + suffix.length)} tokens, which leaves ${String(Math.max(0, room))} of ${String(contextTokens)} for speech, and ${String(Math.max(1, limits.minimumCodes))} at least are needed. Feed shorter text, or use a voice with a shorter reference.`,
  );
}

/** What forbids the stop token. Where llama.cpp takes it for the end of generation, its bias does nothing, and the run chooses another token itself. */
function createBiases({ module, model }: Parts): (stop: number) => { never: LlamaTokenBias; none: LlamaTokenBias } {
  const none = module.TokenBias.for(model);
  const known = new Map<number, LlamaTokenBias>();
  return (stop) => {
    const never = known.get(stop) ?? module.TokenBias.for(model).set(stop, "never");
    known.set(stop, never);
    return { never, none };
  };
}
