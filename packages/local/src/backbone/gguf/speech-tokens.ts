import { TTSError } from "@parlando/engine";
import type { CodeTokens } from "../code-generator.ts";
import type { LengthLimits, SamplingOptions } from "../sampling-options.ts";
import { llamaSampling, type SpokenTokens } from "./gguf-sampling.ts";
import type { LlamaSequence, LlamaTokenBias } from "./llama-module.ts";
import { chooseAmongCodes, notANumber } from "./repair-token.ts";

/** What tokens are generated from. */
export interface SpeechTokensOptions {
  readonly sequence: LlamaSequence;
  /** The prompt's last token, which is evaluated with the first step. */
  readonly lastToken: number;
  /** All of the prompt; codes are added to it by who takes them. */
  readonly spoken: SpokenTokens;
  /** Tokens that there is room for. */
  readonly capacity: number;
  readonly sampling: SamplingOptions;
  readonly limits: LengthLimits;
  readonly codeTokens: CodeTokens;
  /** `never`: without the stop token; `none`: without nothing. */
  readonly bias: { readonly never: LlamaTokenBias; readonly none: LlamaTokenBias };
}

/** Tokens of one speech: codes, and the stop token once it is allowed. */
export interface SpeechTokens {
  /** The next one. `step`: how many codes there are. */
  next(step: number): Promise<number>;
  close(): Promise<void>;
}

/** So many repairs without a code between them are no accident. */
export const maximumRepairs = 64;

/** Lets llama.cpp choose tokens, and chooses again where it chose text. */
export function createSpeechTokens(options: SpeechTokensOptions): SpeechTokens {
  const { sequence, sampling, limits, codeTokens, bias } = options;
  let step = 0;
  let repairs = 0;
  let lastToken = options.lastToken;
  let replacement: number | undefined;

  const stopAllowed = (): boolean => step >= limits.minimumCodes;
  const tokenBias = limits.minimumCodes > 0 ? (): LlamaTokenBias => (stopAllowed() ? bias.none : bias.never) : undefined;
  const samplers = llamaSampling(sampling, { spoken: options.spoken, capacity: options.capacity, tokenBias });
  // The probability of what was drawn is asked for because it shows what is no number. The greedy choice would pay for it with a sort, and takes the first
  // token where no number is: text, so that the repair finds out.
  const tokens = sequence.evaluateWithMetadata([lastToken], sampling.temperature > 0 ? { confidence: true } : {}, samplers);
  const isSpeech = (token: number): boolean => (token === codeTokens.stop ? stopAllowed() : token >= codeTokens.firstCode && token < codeTokens.firstCode + codeTokens.codes);

  async function repair(): Promise<number> {
    repairs += 1;
    if (repairs > maximumRepairs) throw noCodes();
    replacement = await chooseAmongCodes(sequence, { lastToken, sampling, options: samplers, codeTokens, stopAllowed: stopAllowed(), step });
    return replacement;
  }

  return {
    async next(codes) {
      step = codes;
      const { value } = await tokens.next(replacement);
      if (value === undefined || Number.isNaN(value.confidence)) throw notANumber();
      replacement = undefined;
      if (isSpeech(value.token)) repairs = 0;
      lastToken = isSpeech(value.token) ? value.token : await repair();
      return lastToken;
    },
    async close() {
      await tokens.return();
    },
  };
}

function noCodes(): TTSError {
  return new TTSError("SERVICE", `Generating speech codes: the model wants to write text ${String(maximumRepairs)} times in a row. It is no model for this preset, or its weights are broken; use another file.`, { retryable: false });
}
