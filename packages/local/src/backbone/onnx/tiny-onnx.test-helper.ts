import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "../../runtime/onnx-runtime.ts";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { onnx } from "../../testing/test-runtimes.test-helper.ts";
import type { TinyWeights } from "../../testing/tiny-weights.ts";
import { writeTinyModel } from "../../testing/write-tiny-model.ts";
import type { Qwen2OnnxOptions } from "../../testing/qwen2-onnx.ts";
import type { CodeGenerator, CodeRun, CodeTokens, GenerationRequest, PrefillControl } from "../code-generator.ts";
import { findCodeTokens } from "../code-tokens.ts";
import type { LengthLimits, SamplingOptions } from "../sampling-options.ts";
import { createJsonTokenizer } from "./json-tokenizer.ts";
import { createOnnxGenerator, type OnnxGeneratorOptions } from "./onnx-generator.ts";

/** The real runtime with a counter in it. */
export interface CountingRuntime extends OnnxRuntime {
  /** Tensors that runs gave and nobody disposed. */
  readonly live: ReadonlySet<OnnxTensor>;
  /** The most there were at once. */
  readonly mostLive: number;
  /** How many tokens each run was given. */
  readonly runs: number[];
  readonly sessions: { opened: number; released: number };
  /** Called with each run before it begins. */
  beforeRun: (() => Promise<void>) | undefined;
}

/** Counts what is run and what is disposed; everything else is the real thing. */
export function createCountingRuntime(): CountingRuntime {
  const live = new Set<OnnxTensor>();
  const runs: number[] = [];
  const sessions = { opened: 0, released: 0 };
  let mostLive = 0;
  const counted = (session: OnnxSession): OnnxSession => ({
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    async run(feeds, fetches) {
      await counting.beforeRun?.();
      runs.push(feeds["input_ids"]?.dims[1] ?? 0);
      const outputs = await session.run(feeds, fetches);
      for (const tensor of Object.values(outputs)) {
        live.add(tensor);
        const dispose = tensor.dispose.bind(tensor);
        tensor.dispose = () => {
          live.delete(tensor);
          dispose();
        };
      }
      mostLive = Math.max(mostLive, live.size);
      return outputs;
    },
    async release() {
      sessions.released += 1;
      await session.release();
    },
  });
  const counting: CountingRuntime = {
    Tensor: onnx.Tensor,
    InferenceSession: {
      async create(path, options) {
        sessions.opened += 1;
        return counted(await onnx.InferenceSession.create(path, options));
      },
    },
    live,
    runs,
    sessions,
    beforeRun: undefined,
    get mostLive() {
      return mostLive;
    },
  };
  return counting;
}

/** A tiny model on the disk and loaded. */
export interface TinyOnnx {
  readonly weights: TinyWeights;
  readonly folder: string;
  readonly path: string;
  readonly tokenizerPath: string;
  readonly runtime: CountingRuntime;
  readonly generator: CodeGenerator;
  readonly codeTokens: CodeTokens;
  /** Closes the model and removes its files. */
  close(): Promise<void>;
}

const usualWeights = createTinyWeights();

/** Writes a tiny model and loads it. */
export async function openTinyOnnx(options: Qwen2OnnxOptions & Partial<OnnxGeneratorOptions> & { readonly weights?: TinyWeights } = {}): Promise<TinyOnnx> {
  const { weights = usualWeights, contextTokens = 1_024, slots = 2 } = options;
  const folder = await mkdtemp(join(tmpdir(), "parlando-onnx-"));
  const { backbonePath: path, tokenizerPath } = await writeTinyModel(folder, { ...options, format: "onnx", codec: "known", weights });
  const runtime = createCountingRuntime();
  const tokenizer = await createJsonTokenizer({ path: tokenizerPath });
  const generator = await createOnnxGenerator({ runtime, path, tokenizer, device: "cpu", contextTokens, slots, threads: 1, prefixBytes: options.prefixBytes });
  const codeTokens = findCodeTokens(tokenizer, { codes: weights.vocabulary.codes, stop: "<|TARGET_CODES_END|>" });
  return {
    weights,
    folder,
    path,
    tokenizerPath,
    runtime,
    generator,
    codeTokens,
    async close() {
      await generator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Nobody waits, nobody calls off. */
export const free: PrefillControl = { signal: new AbortController().signal, turn: async () => undefined };

export const greedy: SamplingOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, repetitionWindow: 0, seed: 1 };
export const warm: SamplingOptions = { temperature: 1, topK: 40, topP: 0.9, minP: 0, repetitionPenalty: 1.1, repetitionWindow: Infinity, seed: 1 };

/** A prompt of codes, so many in its prefix and so many behind it. */
export function requestOf({ firstCode, codes }: CodeTokens, options: { prefix?: number; suffix?: number; key?: string; sampling?: SamplingOptions; limits?: Partial<LengthLimits> } = {}): GenerationRequest {
  const some = (count: number, from: number): Int32Array => Int32Array.from({ length: count }, (_, index) => firstCode + (((index + from) * 7_919 + ((index + from) % 13) * 31) % codes));
  const { prefix = 100, suffix = 20, key = "Eve", sampling = greedy, limits } = options;
  return { prefix: { key, tokens: some(prefix, key.length) }, suffix: some(suffix, 500), sampling, limits: { minimumCodes: 0, maximumCodes: 50, ...limits } };
}

/** All codes of a run, which is closed then. */
export async function codesOf(run: CodeRun): Promise<number[]> {
  const codes: number[] = [];
  try {
    for (let code = await run.next(); code !== undefined; code = await run.next()) codes.push(code);
  } finally {
    await run.close();
  }
  return codes;
}
