import { TTSError } from "@parlando/engine";
import type { Device } from "../../runtime/device.ts";
import type { OnnxRuntime, OnnxTensor } from "../../runtime/onnx-runtime.ts";
import type { BackboneFacts, CodeGenerator, CodeRun, CodeTokens, EvaluatedTokens, GenerationRequest, PrefillControl, PromptPrefix, Tokenizer } from "../code-generator.ts";
import { createSampler } from "../sampler.ts";
import { createRunCache, type RunCache } from "./cache.ts";
import { readContextLimit } from "./context-limit.ts";
import { createForward, type Forward } from "./forward.ts";
import { readOnnxLayout } from "./layout.ts";
import { createOnnxRun } from "./onnx-run.ts";
import { openSession } from "./open-session.ts";
import { createPrefixKeeper, type PrefixKeeper } from "./prefix-keeper.ts";
import { inPieces } from "./prefill.ts";

/** How a backbone in ONNX form is loaded. */
export interface OnnxGeneratorOptions {
  /** `onnxruntime-node`, or what is compatible with it. */
  readonly runtime: OnnxRuntime;
  /** Of the `.onnx`; absolute. */
  readonly path: string;
  readonly tokenizer: Tokenizer;
  readonly device: Device;
  /** Tokens that prompt and speech may have together; lowered to what the model's own config says, where it lies beside. */
  readonly contextTokens: number;
  readonly slots: number;
  /** Of the processor; undefined: the runtime's own choice. */
  readonly threads?: number | undefined;
  /** Memory for kept prefixes, in bytes; by default 256 MiB: some twenty voices of a model of 0.5 B. */
  readonly prefixBytes?: number | undefined;
}

/**
 * Loads a backbone in ONNX form: either export layout, its cache in float16 or float32, found out from the graph itself. One `session.run` for each code;
 * it blocks the thread it is on, and the event loop turns between two. On other devices than the processor the cache is copied to and fro at every step,
 * since `onnxruntime-node` has no tensors on a device: for CUDA the GGUF form is the better one.
 *
 * @throws TTSError `MODEL_NOT_FOUND` (no file, no such model), `DEVICE_UNAVAILABLE`.
 */
export async function createOnnxGenerator(options: OnnxGeneratorOptions): Promise<CodeGenerator> {
  const { runtime, path, tokenizer, device, slots, threads, prefixBytes = 256 * 2 ** 20 } = options;
  const session = await openSession({ runtime, path, device, threads });
  try {
    const layout = readOnnxLayout(session, path);
    const contextTokens = Math.min(options.contextTokens, (await readContextLimit(path)) ?? Infinity);
    const { layers, kvHeads, headSize, cacheType, vocabulary = tokenizer.size } = layout;
    const facts: BackboneFacts = { format: "onnx", layers, kvHeads, headSize, vocabulary, contextTokens, cacheType };
    const forward = createForward({ runtime, session, layout, contextTokens });
    const keeper = createPrefixKeeper({ runtime, forward, maximumBytes: prefixBytes });
    return generatorOver({ runtime, forward, keeper, facts, tokenizer, device, slots, release: () => session.release() });
  } catch (error) {
    await session.release();
    throw error;
  }
}

interface Parts {
  readonly runtime: OnnxRuntime;
  readonly forward: Forward;
  readonly keeper: PrefixKeeper;
  readonly facts: BackboneFacts;
  readonly tokenizer: Tokenizer;
  readonly device: Device;
  readonly slots: number;
  readonly release: () => Promise<void>;
}

function generatorOver(parts: Parts): CodeGenerator {
  const { keeper, facts, tokenizer, device, slots, release } = parts;
  const runs = new Set<CodeRun>();
  const work = createWork();
  let beginning = 0;
  let closing: Promise<void> | undefined;

  const shut = async (): Promise<void> => {
    await work.end();
    await Promise.all([...runs].map((run) => run.close()));
    keeper.close();
    await release();
  };
  return {
    facts,
    tokenizer,
    device,
    slots,
    together: 1,
    prepare: (prefix: PromptPrefix, control: PrefillControl): Promise<EvaluatedTokens> =>
      work.doing(control, async (guarded) => {
        checkRoom(prefix.tokens.length, 1, facts.contextTokens);
        const { kept, evaluated } = await keeper.take(prefix, guarded);
        kept?.release();
        return { prefix: evaluated, suffix: 0 };
      }),
    async start(request, codeTokens, control) {
      if (runs.size + beginning >= slots) {
        throw new TTSError("CONCURRENCY_LIMIT", `Starting a speech: all ${String(slots)} slots of the model are taken. Close a run first, or load the model with more slots.`);
      }
      beginning += 1;
      try {
        return await work.doing(control, (guarded) => begin(parts, { request, codeTokens, control: guarded, runs }));
      } finally {
        beginning -= 1;
      }
    },
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

/** What needs the session for longer than a step: called off, and waited for, when the generator closes. */
function createWork(): { doing<Value>(control: PrefillControl, work: (control: PrefillControl) => Promise<Value>): Promise<Value>; end(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  const end = new AbortController();
  return {
    async doing(control, work) {
      const running = work({ ...control, signal: AbortSignal.any([control.signal, end.signal]) });
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    async end() {
      end.abort(new TTSError("ABORTED", "The model was closed."));
      await Promise.allSettled(underWay);
    },
  };
}

interface Beginning {
  readonly request: GenerationRequest;
  readonly codeTokens: CodeTokens;
  readonly control: PrefillControl;
  readonly runs: Set<CodeRun>;
}

async function begin({ runtime, forward, keeper, facts }: Parts, { request, codeTokens, control, runs }: Beginning): Promise<CodeRun> {
  const { prefix, suffix, sampling, limits } = request;
  const maximumCodes = roomFor(request, facts.contextTokens);
  const sampler = createSampler({ sampling, limits, codeTokens, prompt: Int32Array.from([...prefix.tokens, ...suffix]) });
  const { kept, evaluated } = await keeper.take(prefix, control);
  const cache = createRunCache({ runtime, layout: forward.layout, kept });
  try {
    const logits = await evaluateSuffix({ forward, cache, suffix, control });
    const run: CodeRun = createOnnxRun({ forward, cache, logits, sampler, codeTokens, maximumCodes, evaluated: { prefix: evaluated, suffix: suffix.length }, onClosed: () => runs.delete(run) });
    runs.add(run);
    return run;
  } catch (error) {
    cache.close();
    throw error;
  }
}

/** Evaluates what follows the prefix, and gives the logits of its last token. */
async function evaluateSuffix({ forward, cache, suffix, control }: { forward: Forward; cache: RunCache; suffix: Int32Array; control: PrefillControl }): Promise<OnnxTensor> {
  let logits: OnnxTensor | undefined;
  try {
    await inPieces(suffix, control, async (piece, isLast) => {
      if (isLast) logits = await forward.evaluate(cache, piece);
      else await forward.extend(cache, piece);
    });
  } catch (error) {
    logits?.dispose();
    throw error;
  }
  if (logits === undefined) throw new TTSError("INTERNAL", "Starting a speech: the prompt has nothing behind its prefix, expected at least one token.");
  return logits;
}

/** How many codes there may be: what was asked for, or what the context has room for behind the prompt. */
function roomFor({ prefix, suffix, limits }: GenerationRequest, contextTokens: number): number {
  const prompt = prefix.tokens.length + suffix.length;
  checkRoom(prompt, Math.max(1, limits.minimumCodes), contextTokens);
  return Math.min(limits.maximumCodes, contextTokens - prompt);
}

function checkRoom(prompt: number, needed: number, contextTokens: number): void {
  const room = Math.max(0, contextTokens - prompt);
  if (room >= needed) return;
  throw new TTSError("TEXT_TOO_LONG", `Starting a speech: its prompt has ${String(prompt)} tokens, which leaves ${String(room)} of the ${String(contextTokens)} of the model's context; at least ${String(needed)} are needed. Give shorter text, or a voice with a shorter reference.`);
}
