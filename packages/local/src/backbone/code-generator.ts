import type { Device } from "../runtime/device.ts";
import type { LengthLimits, SamplingOptions } from "./sampling-options.ts";

/** What a backbone found in the model's own files; nothing of it is assumed. */
export interface BackboneFacts {
  readonly format: "gguf" | "onnx";
  readonly layers: number;
  /** Heads of the key-value cache. */
  readonly kvHeads: number;
  readonly headSize: number;
  /** Tokens in the vocabulary; the width of the logits. */
  readonly vocabulary: number;
  /** Tokens that prompt and speech may have together. */
  readonly contextTokens: number;
  /** How numbers of the cache are held. */
  readonly cacheType: "float16" | "float32" | "quantized";
}

/** Text to tokens, by the model's own tokenizer. */
export interface Tokenizer {
  /** The id of one token by its exact name, such as `<|speech_0|>`; undefined: the model has none of that name. */
  idOf(token: string): number | undefined;
  /** Tokens of plain text. Names of control tokens in the text stay plain text: nobody who is spoken can write a prompt. */
  encode(text: string): Int32Array;
  readonly size: number;
}

/** Where speech codes and the end of speech lie among the tokens: the code `n` is the token `firstCode + n`. */
export interface CodeTokens {
  readonly firstCode: number;
  /** How many codes there are: 65,536 for NeuCodec. */
  readonly codes: number;
  readonly stop: number;
}

/** The part of a prompt that is the same for all that a voice says. */
export interface PromptPrefix {
  /** The same key means the same tokens: the voice, its reference and the preset. */
  readonly key: string;
  readonly tokens: Int32Array;
}

/** One speech to be made. */
export interface GenerationRequest {
  readonly prefix: PromptPrefix;
  /** What follows the prefix; at least one token. */
  readonly suffix: Int32Array;
  readonly sampling: SamplingOptions;
  readonly limits: LengthLimits;
}

/** What was computed for one speech. */
export interface EvaluatedTokens {
  /** Of the prefix: 0 when it was kept from before. */
  readonly prefix: number;
  readonly suffix: number;
}

/** One speech in the making. It has a slot of its generator until it is closed. */
export interface CodeRun {
  readonly evaluated: EvaluatedTokens;
  /**
   * The next code; undefined at the end of speech. Asking two runs at once lets a backbone that can put both in one step. Not to be asked again
   * before it answered.
   *
   * @throws TTSError `SERVICE` when the model gives no number (NaN), `ABORTED` when the run was closed meanwhile.
   */
  next(): Promise<number | undefined>;
  /** Gives the slot back; what the prefix left in the cache is kept. Twice is no harm. Resolves when no step is running any more. */
  close(): Promise<void>;
}

/** How a prompt is evaluated in pieces, so that it holds nobody else's speech up for long. */
export interface PrefillControl {
  readonly signal: AbortSignal;
  /** Awaited before each piece: the scheduler says when. */
  readonly turn: (tokens: number) => Promise<void>;
}

/** A language model that writes speech codes. Both backbones are behind this; scheduling is not their work. */
export interface CodeGenerator {
  readonly facts: BackboneFacts;
  readonly tokenizer: Tokenizer;
  readonly device: Device;
  /** How many runs may be open at once. */
  readonly slots: number;
  /** How many runs may be asked at once and share a step; 1: one after the other. */
  readonly together: number;
  /** Evaluates a prefix and keeps it, for `warmUp`. Least recently used ones go first when there is no room. */
  prepare(prefix: PromptPrefix, control: PrefillControl): Promise<EvaluatedTokens>;
  /**
   * Evaluates what is not kept of the prompt, in pieces of always the same size (the bits of the result depend on it); then `next()` gives codes.
   *
   * @throws TTSError `CONCURRENCY_LIMIT` when all slots are taken (the scheduler never lets this happen), `TEXT_TOO_LONG` when prompt and minimum length
   * do not fit the context, `ABORTED`.
   */
  start(request: GenerationRequest, codeTokens: CodeTokens, control: PrefillControl): Promise<CodeRun>;
  /** Frees the model. Open runs fail with `ABORTED`. */
  close(): Promise<void>;
}
