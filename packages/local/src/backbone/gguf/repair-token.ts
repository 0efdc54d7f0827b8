import { TTSError } from "@parlando/engine";
import { chooseCandidate, createCandidates, offerCandidate } from "../candidates.ts";
import type { CodeTokens } from "../code-generator.ts";
import { createRandom, mixSeed } from "../random.ts";
import type { SamplingOptions } from "../sampling-options.ts";
import type { LlamaLogitsWish, LlamaSamplingOptions, LlamaSequence } from "./llama-module.ts";

/** What a repair goes by. */
export interface Repair {
  /** The last token that was evaluated: what follows it is chosen again. */
  readonly lastToken: number;
  readonly sampling: SamplingOptions;
  /** As the speech is sampled with: its penalty is taken over. */
  readonly options: LlamaSamplingOptions;
  readonly codeTokens: CodeTokens;
  readonly stopAllowed: boolean;
  /** How many codes there are. */
  readonly step: number;
}

/** Looked at first: enough for a trained model, and quick to hand out. */
const most = 512;

/**
 * Chooses a code where llama.cpp chose a token that is none: it evaluates the last token again, asks for the most likely ones, and draws among the codes in
 * them, with a seed of its own for each step. All the most likely ones being text, it asks for all logits once.
 *
 * Rare with a trained model. It makes the probability of a code p(code) + p(text) · p(code | a code): without top-k and top-p, exactly what it would be if
 * text was never allowed.
 *
 * @throws TTSError `SERVICE` when the model gives no numbers, or no code has any probability.
 */
export async function chooseAmongCodes(sequence: LlamaSequence, repair: Repair): Promise<number> {
  const token = (await chooseOf(sequence, repair, most)) ?? (await chooseOf(sequence, repair, 0));
  if (token !== undefined) return token;
  throw new TTSError("SERVICE", "Choosing the next speech code: the model gives no speech code any probability. It is no model for this preset, or its weights are broken; use another file.", { retryable: false });
}

async function chooseOf(sequence: LlamaSequence, repair: Repair, top: number): Promise<number | undefined> {
  const { sampling, codeTokens, stopAllowed, step } = repair;
  const logits = await logitsOf(sequence, repair, top);
  if (logits.size === 0) throw notANumber();
  const candidates = createCandidates(sampling.temperature <= 0 ? 1 : Math.min(sampling.topK > 0 ? sampling.topK : logits.size, logits.size));
  for (const [token, logit] of logits) {
    if (!(logit < Infinity)) throw notANumber();
    const isCode = token >= codeTokens.firstCode && token < codeTokens.firstCode + codeTokens.codes;
    if (logit > -Infinity && (isCode || (stopAllowed && token === codeTokens.stop))) offerCandidate(candidates, token, logit);
  }
  return chooseCandidate(candidates, sampling, createRandom(mixSeed(sampling.seed, step)).unit());
}

async function logitsOf(sequence: LlamaSequence, { lastToken, options }: Repair, top: number): Promise<ReadonlyMap<number, number>> {
  const end = sequence.nextTokenIndex;
  await sequence.eraseContextTokenRanges([{ start: end - 1, end }]);
  const wish: LlamaLogitsWish = {
    logits: top > 0 ? { filter: { includeTop: top } } : true,
    // Only bias and penalty change logits here; top-k puts them in order, which is quicker than what is done without it.
    options: { ...options, temperature: 1, topK: top, topP: 1, minP: 0 },
  };
  const [found] = await sequence.controlledEvaluate([[lastToken, { generateNext: wish }]]);
  return found?.next.logits ?? new Map<number, number>();
}

/** The same words as for ONNX. */
export function notANumber(): TTSError {
  return new TTSError("SERVICE", "Choosing the next speech code: the model gives NaN where a finite number is expected. Its weights are broken, or its numbers overflow on this device (float16 does for some models): use another file or another device.", { retryable: false });
}
