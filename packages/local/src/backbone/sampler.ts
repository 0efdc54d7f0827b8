import { TTSError } from "@parlando/engine";
import { chooseCandidate, createCandidates, offerCandidate } from "./candidates.ts";
import type { CodeTokens } from "./code-generator.ts";
import { createRandom } from "./random.ts";
import { createRecentTokens } from "./recent-tokens.ts";
import type { LengthLimits, SamplingOptions } from "./sampling-options.ts";

/** Chooses the tokens of one speech, codes and the stop token only. */
export interface Sampler {
  /**
   * The token that follows.
   *
   * @param logits - What the model says of each token of its vocabulary. The penalty is written into it: not to be used afterwards.
   * @param step - How many codes there are already; before the minimum the stop token is not allowed.
   * @throws TTSError `SERVICE` (not retryable: the same would come again) when a logit that matters is not a number, or none is finite.
   */
  sample(logits: Float32Array, step: number): number;
  /** Tells what came, so that the penalty for repetition counts it. */
  accept(token: number): void;
}

/**
 * Makes the sampler of one speech. A step reads the logits of the codes and of the stop token once and allocates nothing. With `topK` 0 and `topP` below 1 all
 * codes are put in order, which takes milliseconds where there are 65,536; every other setting is much cheaper.
 *
 * @param options - `prompt`: tokens that the penalty counts as said already.
 */
export function createSampler({ sampling, limits, codeTokens, prompt = new Int32Array(0) }: { sampling: SamplingOptions; limits: LengthLimits; codeTokens: CodeTokens; prompt?: Int32Array | undefined }): Sampler {
  const { firstCode, codes, stop } = codeTokens;
  const allowed = codes + 1;
  const candidates = createCandidates(roomFor(sampling, allowed));
  const random = createRandom(sampling.seed);
  const recent = createRecentTokens({ window: sampling.repetitionPenalty === 1 ? 0 : sampling.repetitionWindow, codeTokens });
  for (const token of prompt) recent.add(token);

  const collect = (logits: Float32Array, stopLogit: number): void => {
    candidates.count = 0;
    let bar = stopLogit > -Infinity ? offerCandidate(candidates, stop, stopLogit) : -Infinity;
    const end = firstCode + codes;
    let token = firstCode;
    while (token < end) {
      if (token + 8 <= end && areEightBelow(logits, token, bar)) {
        token += 8;
        continue;
      }
      const stride = Math.min(end, token + 8);
      for (; token < stride; token += 1) {
        const logit = logits[token] ?? Number.NaN;
        if (logit <= bar) continue;
        if (!(logit < Infinity)) throw notANumber(logit);
        bar = offerCandidate(candidates, token, logit);
      }
    }
  };

  return {
    sample(logits, step) {
      recent.penalise(logits, sampling.repetitionPenalty);
      const stopLogit = step < limits.minimumCodes ? -Infinity : (logits[stop] ?? Number.NaN);
      if (!(stopLogit < Infinity)) throw notANumber(stopLogit);
      collect(logits, stopLogit);
      const token = chooseCandidate(candidates, sampling, random.unit());
      if (token === undefined) throw notANumber(-Infinity);
      return token;
    },
    accept: recent.add,
  };
}

/**
 * Whether none of eight logits is above the bar. What is not a number is not below it either: one comparison finds both. Almost all of 65,536 codes end here, and
 * eight at once take a third of the time of one by one.
 */
function areEightBelow(logits: Float32Array, token: number, bar: number): boolean {
  return (
    (logits[token] as number) <= bar &&
    (logits[token + 1] as number) <= bar &&
    (logits[token + 2] as number) <= bar &&
    (logits[token + 3] as number) <= bar &&
    (logits[token + 4] as number) <= bar &&
    (logits[token + 5] as number) <= bar &&
    (logits[token + 6] as number) <= bar &&
    (logits[token + 7] as number) <= bar
  );
}

function roomFor({ temperature, topK }: SamplingOptions, allowed: number): number {
  if (temperature <= 0) return 1;
  return topK > 0 ? Math.min(topK, allowed) : allowed;
}

function notANumber(found: number): TTSError {
  return new TTSError("SERVICE", `Choosing the next speech code: the model gives ${String(found)} where a finite number is expected. Its weights are broken, or its numbers overflow on this device (float16 does for some models): use another file or another device.`, { retryable: false });
}
