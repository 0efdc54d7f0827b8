import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nodeLlama from "node-llama-cpp";
import { tinyWeightSource } from "../../testing/create-tiny-weights.ts";
import { writeQwen2Gguf } from "../../testing/qwen2-gguf.ts";
import type { TinyWeights } from "../../testing/tiny-weights.ts";
import type { CodeRun, CodeTokens, GenerationRequest, PrefillControl, PromptPrefix } from "../code-generator.ts";
import type { SamplingOptions } from "../sampling-options.ts";
import { createGgufGenerator, type GgufGenerator, type GgufGeneratorOptions } from "./gguf-generator.ts";
import type { Llama, LlamaModule, LlamaSequence } from "./llama-module.ts";

/** The workspace has llama.cpp for Linux only (see the overrides in its package.json). */
export const hasLlama = process.platform === "linux";

/** The real binding, that notes the sequences it gives out. */
export function watchedModule(): { module: LlamaModule; sequences: LlamaSequence[] } {
  const sequences: LlamaSequence[] = [];
  const real = nodeLlama as unknown as LlamaModule;
  const watch = (llama: Llama): Llama =>
    new Proxy(llama, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (key !== "loadModel") return typeof value === "function" ? (value.bind(target) as unknown) : value;
        return async (options: Parameters<Llama["loadModel"]>[0]) => {
          const model = await target.loadModel(options);
          const createContext = model.createContext.bind(model);
          model.createContext = async (wish) => {
            const context = await createContext(wish);
            const getSequence = context.getSequence.bind(context);
            context.getSequence = () => {
              const sequence = getSequence();
              sequences.push(sequence);
              return sequence;
            };
            return context;
          };
          return model;
        };
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
  return { module: { TokenBias: real.TokenBias, getLlama: async (options) => watch(await real.getLlama(options)) }, sequences };
}

const watched = watchedModule();

/** A generator on a tiny model, and what it was made of. */
export interface Opened {
  readonly generator: GgufGenerator;
  readonly codeTokens: CodeTokens;
  /** Those of this generator. */
  readonly sequences: readonly LlamaSequence[];
  readonly folder: string;
  close(): Promise<void>;
}

/** Writes weights to a file and opens it. */
export async function openTiny(weights: TinyWeights, options: Partial<GgufGeneratorOptions> & { readonly type?: "f32" | "q8_0" } = {}): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-gguf-"));
  const path = join(folder, "model.gguf");
  await writeQwen2Gguf(path, tinyWeightSource(weights), { type: options.type });
  const before = watched.sequences.length;
  const generator = await createGgufGenerator({ module: watched.module, path, device: "cpu", contextTokens: 2048, slots: 2, threads: 1, stateFolder: folder, ...options });
  return {
    generator,
    codeTokens: codeTokensOf(weights),
    sequences: watched.sequences.slice(before),
    folder,
    async close() {
      await generator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Where codes and stop lie, by the vocabulary itself. */
export function codeTokensOf({ vocabulary }: TinyWeights): CodeTokens {
  return { firstCode: vocabulary.tokens.length - vocabulary.codes, codes: vocabulary.codes, stop: vocabulary.tokens.indexOf("<|TARGET_CODES_END|>") };
}

/** Nobody has to wait, and nobody stops it. */
export const freely: PrefillControl = { signal: new AbortController().signal, turn: () => Promise.resolve() };

/** The most likely code always. */
export const greedy: SamplingOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, repetitionWindow: 0, seed: 0 };

/** As Audar's presets. */
export const drawn: SamplingOptions = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0, repetitionPenalty: 1.1, repetitionWindow: 64, seed: 7 };

/** A prefix of `length` codes. */
export function prefixOf({ firstCode, codes }: CodeTokens, length = 150, key = "voice"): PromptPrefix {
  return { key, tokens: Int32Array.from({ length }, (_, index) => firstCode + ((index * 37 + key.length * 11) % codes)) };
}

/** A request with what is not said taken from the usual. */
export function requestOf(codeTokens: CodeTokens, changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return { prefix: prefixOf(codeTokens), suffix: Int32Array.of(3, 4, 5), sampling: drawn, limits: { minimumCodes: 0, maximumCodes: 40 }, ...changes };
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

/** Speaks a request from start to end. */
export async function speak({ generator, codeTokens }: Opened, changes: Partial<GenerationRequest> = {}): Promise<number[]> {
  return codesOf(await generator.start(requestOf(codeTokens, changes), codeTokens, freely));
}

/** Tokens that were evaluated so far in all sequences, by the binding's own count. */
export function evaluatedTokens(sequences: readonly LlamaSequence[]): number {
  return sequences.reduce((sum, { tokenMeter }) => sum + tokenMeter.usedInputTokens + tokenMeter.usedOutputTokens, 0);
}
