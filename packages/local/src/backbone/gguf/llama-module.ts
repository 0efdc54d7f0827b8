import { TTSError } from "@parlando/engine";

/** The parts of `node-llama-cpp` that are used, so that a compatible runtime can be handed in. */
export interface LlamaModule {
  getLlama(options: LlamaOptions): Promise<Llama>;
  readonly TokenBias: { for(model: LlamaModel): LlamaTokenBias };
}

/** How the native library is opened: nothing is built, fetched or printed. */
export interface LlamaOptions {
  readonly gpu: false | "cuda" | "metal" | "vulkan";
  readonly build: "never";
  readonly skipDownload: true;
  readonly progressLogs: false;
  readonly logLevel: "disabled";
  readonly logger: (level: unknown, message: string) => void;
}

/** The native library on one device. */
export interface Llama {
  readonly gpu: false | string;
  maxThreads: number;
  loadModel(options: { readonly modelPath: string; readonly gpuLayers: number | "max"; readonly defaultContextFlashAttention: boolean }): Promise<LlamaModel>;
  getVramState(): Promise<LlamaMemory>;
  getRamState(): Promise<Pick<LlamaMemory, "total" | "free">>;
  getGpuDeviceNames(): Promise<readonly string[]>;
}

/** Memory of a graphics card, in bytes. */
export interface LlamaMemory {
  readonly total: number;
  readonly used: number;
  readonly free: number;
}

/** A loaded file. */
export interface LlamaModel {
  readonly trainContextSize: number;
  tokenize(text: string, specialTokens: boolean): readonly number[];
  detokenize(tokens: readonly number[], specialTokens: boolean): string;
  isEogToken(token: number): boolean;
  createContext(options: LlamaContextOptions): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

/** What a context is made for. `contextSize` is that of each sequence. */
export interface LlamaContextOptions {
  readonly sequences: number;
  readonly contextSize: number;
  readonly batchSize: number;
  readonly flashAttention: boolean;
  readonly threads?: number | undefined;
  readonly experimentalKvCacheKeyType?: string | undefined;
  readonly experimentalKvCacheValueType?: string | undefined;
}

/** The cache of all sequences. */
export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

/** One row of the cache. Sequences that are asked at once share a step. */
export interface LlamaSequence {
  readonly nextTokenIndex: number;
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  evaluateWithMetadata(tokens: readonly number[], metadata: { readonly confidence?: true | undefined }, options: LlamaSamplingOptions): LlamaTokens;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  controlledEvaluate(input: readonly [readonly [number, { readonly generateNext: LlamaLogitsWish }]]): Promise<readonly (LlamaLogits | undefined)[]>;
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>;
  saveStateToFile(path: string): Promise<unknown>;
  loadStateFromFile(path: string, acceptRisk: { readonly acceptRisk: true }): Promise<void>;
}

/** Tokens as they are generated; another one can be handed in instead of the one that came. */
export type LlamaTokens = AsyncGenerator<LlamaToken, void, number | undefined>;

/** One generated token. */
export interface LlamaToken {
  readonly token: number;
  /** Its probability among those that were left. */
  readonly confidence?: number | undefined;
}

/** The samplers of llama.cpp. All are given always: its defaults are no neutral ones. */
export interface LlamaSamplingOptions {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly seed: number;
  readonly repeatPenalty?: LlamaRepeatPenalty | undefined;
  readonly tokenBias?: (() => LlamaTokenBias) | undefined;
  readonly yieldEogToken?: true | undefined;
}

/** Makes tokens that came lately less likely. */
export interface LlamaRepeatPenalty {
  readonly punishTokens: () => ArrayLike<number>;
  readonly maxPunishTokens: number;
  readonly penalty: number;
  readonly frequencyPenalty: 0;
  readonly presencePenalty: 0;
}

/** Tokens that are not allowed. */
export interface LlamaTokenBias {
  set(token: number, bias: "never"): LlamaTokenBias;
}

/** Asks for logits, of all tokens or of the most likely. */
export interface LlamaLogitsWish {
  readonly logits: true | { readonly filter: { readonly includeTop: number } };
  readonly options: LlamaSamplingOptions;
}

/** Logits by token, most likely first. */
export interface LlamaLogits {
  readonly next: { readonly logits?: ReadonlyMap<number, number> | undefined };
}

/**
 * Takes an imported module for llama.cpp's binding, if it looks like it.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE` when it does not.
 */
export function checkLlamaModule(module: unknown): LlamaModule {
  const found = module as Partial<LlamaModule> | null | undefined;
  if (typeof found?.getLlama === "function" && typeof found.TokenBias?.for === "function") return found as LlamaModule;
  throw new TTSError("ENGINE_UNAVAILABLE", "Opening the runtime for GGUF models: the module has no `getLlama` and `TokenBias`, as node-llama-cpp 3.22 has. Install node-llama-cpp, or name a compatible module in `runtimes.llama`.");
}
