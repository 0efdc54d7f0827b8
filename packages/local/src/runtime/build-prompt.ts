import { TTSError } from "@parlando/engine";
import type { CodeTokens, PromptPrefix, Tokenizer } from "../backbone/code-generator.ts";
import type { LengthLimits } from "../backbone/sampling-options.ts";
import type { PromptNames, VoiceReference } from "./model-spec.ts";

/** A prompt in its two parts: the voice's, which is kept, and the text's. */
export interface Prompt {
  readonly prefix: PromptPrefix;
  readonly suffix: Int32Array;
}

/** Makes prompts for one model. */
export interface PromptBuilder {
  /** The part that is the same for all that a voice says. */
  prefixOf(voice: VoiceReference): PromptPrefix;
  /** Both parts. */
  build(voice: VoiceReference, text: string): Prompt;
}

/**
 * Makes prompts for one model: `opening RT_START reference RT_END RS_START codes RS_END TT_START` for the voice, then
 * `text TT_END answer TC_START`. Delimiters come by their ids and text through the tokenizer alone, so that no text can write a prompt.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the vocabulary has not all of the delimiters: the file is no model for this preset.
 */
export function createPromptBuilder(tokenizer: Tokenizer, names: PromptNames, codeTokens: CodeTokens): PromptBuilder {
  const opening = tokenizer.encode(names.opening);
  const answer = tokenizer.encode(names.answer);
  const ids = {
    refTextStart: idOf(tokenizer, names.refTextStart),
    refTextEnd: idOf(tokenizer, names.refTextEnd),
    refSpeechStart: idOf(tokenizer, names.refSpeechStart),
    refSpeechEnd: idOf(tokenizer, names.refSpeechEnd),
    targetTextStart: idOf(tokenizer, names.targetTextStart),
    targetTextEnd: idOf(tokenizer, names.targetTextEnd),
    targetCodesStart: idOf(tokenizer, names.targetCodesStart),
  };

  function prefixOf(voice: VoiceReference): PromptPrefix {
    const tokens = join([
      opening, [ids.refTextStart], tokenizer.encode(voice.text), [ids.refTextEnd],
      [ids.refSpeechStart], voice.codes.map((code) => tokenOf(code, codeTokens)), [ids.refSpeechEnd], [ids.targetTextStart],
    ]);
    return { key: voice.key, tokens };
  }
  return {
    prefixOf,
    build: (voice, text) => ({ prefix: prefixOf(voice), suffix: join([tokenizer.encode(text), [ids.targetTextEnd], answer, [ids.targetCodesStart]]) }),
  };
}

/** What must fit into a context. */
export interface FitRequest {
  readonly promptTokens: number;
  readonly contextTokens: number;
  readonly limits: LengthLimits;
  readonly expectedCodes: number;
}

/** Speech that has room for less than this part of what its text is expected to need is refused rather than cut off. */
const leastShare = 0.6;

/**
 * Lowers the maximum length to what the context has room for.
 *
 * @throws TTSError `TEXT_TOO_LONG` when that is less than the minimum, or less than 60 % of what the text is expected to need.
 */
export function fitLimits({ promptTokens, contextTokens, limits, expectedCodes }: FitRequest): LengthLimits {
  const room = contextTokens - promptTokens;
  const least = Math.max(1, limits.minimumCodes, Math.ceil(Math.min(expectedCodes, limits.maximumCodes) * leastShare));
  if (room < least) {
    throw new TTSError(
      "TEXT_TOO_LONG",
      `Making a prompt: voice and text are ${String(promptTokens)} tokens of a context of ${String(contextTokens)}, which leaves room for ${String(Math.max(0, room))} codes where at least ${String(least)} are needed. Feed shorter text, or choose a voice with a shorter reference.`,
    );
  }
  return { minimumCodes: limits.minimumCodes, maximumCodes: Math.min(limits.maximumCodes, room) };
}

function idOf(tokenizer: Tokenizer, name: string): number {
  const id = tokenizer.idOf(name);
  if (id !== undefined) return id;
  throw new TTSError("MODEL_NOT_FOUND", `Reading the model's vocabulary: there is no token ${name} among its ${String(tokenizer.size)}, which the preset's prompt is made of. Choose another preset, or another file.`);
}

function tokenOf(code: number, { firstCode, codes }: CodeTokens): number {
  if (code >= 0 && code < codes) return firstCode + code;
  throw new TTSError("INVALID_INPUT", `Making a prompt: the voice's reference has the code ${String(code)}, expected 0 to ${String(codes - 1)}. The voice was made for another codec.`);
}

function join(parts: readonly (Int32Array | readonly number[])[]): Int32Array {
  const tokens = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    tokens.set(part, at);
    at += part.length;
  }
  return tokens;
}
