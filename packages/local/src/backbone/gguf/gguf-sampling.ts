import type { SamplingOptions } from "../sampling-options.ts";
import type { LlamaRepeatPenalty, LlamaSamplingOptions, LlamaTokenBias } from "./llama-module.ts";

/** The tokens of one speech so far, the prompt's first, for llama.cpp's penalty. */
export interface SpokenTokens {
  readonly count: number;
  add(token: number): void;
  /** The last `count` of them, without a copy. */
  last(count: number): Uint32Array;
}

/** Remembers tokens, at most `capacity`. */
export function createSpokenTokens(prompt: readonly Int32Array[], capacity: number): SpokenTokens {
  const tokens = new Uint32Array(capacity);
  let count = 0;
  for (const part of prompt) {
    tokens.set(part, count);
    count += part.length;
  }
  return {
    get count() {
      return count;
    },
    add(token) {
      tokens[count] = token;
      count += 1;
    },
    last: (wanted) => tokens.subarray(Math.max(0, count - wanted), count),
  };
}

// To llama.cpp this number means a seed by the clock; the one below it draws for both.
const clockSeed = 0xffff_ffff;

/** Our options in llama.cpp's words. */
export function llamaSampling(sampling: SamplingOptions, { spoken, capacity, tokenBias }: { spoken: SpokenTokens; capacity: number; tokenBias: (() => LlamaTokenBias) | undefined }): LlamaSamplingOptions {
  const repeatPenalty = repeatPenaltyOf(sampling, spoken, capacity);
  return {
    temperature: sampling.temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    minP: sampling.minP,
    seed: sampling.seed === clockSeed ? clockSeed - 1 : sampling.seed,
    yieldEogToken: true,
    ...(repeatPenalty === undefined ? {} : { repeatPenalty }),
    ...(tokenBias === undefined ? {} : { tokenBias }),
  };
}

function repeatPenaltyOf({ repetitionPenalty, repetitionWindow }: SamplingOptions, spoken: SpokenTokens, capacity: number): LlamaRepeatPenalty | undefined {
  const window = Math.min(repetitionWindow, capacity);
  if (repetitionPenalty === 1 || window < 1) return undefined;
  return { punishTokens: () => spoken.last(window), maxPunishTokens: window, penalty: repetitionPenalty, frequencyPenalty: 0, presencePenalty: 0 };
}
