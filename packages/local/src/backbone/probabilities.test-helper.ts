import type { CodeTokens } from "./code-generator.ts";
import type { SamplingOptions } from "./sampling-options.ts";

/** What may be said about a step: its logits, what is allowed, and what came before. */
export interface Step {
  readonly logits: ArrayLike<number>;
  readonly codeTokens: CodeTokens;
  /** Tokens that the penalty counts. */
  readonly recent?: readonly number[] | undefined;
  /** Default true. */
  readonly mayStop?: boolean | undefined;
}

/** The probability of each token that may be chosen, by the definition of each step, with everything sorted and nothing clever. */
export function expectedProbabilities({ logits, codeTokens: { firstCode, codes, stop }, recent = [], mayStop = true }: Step, sampling: Omit<SamplingOptions, "seed">): ReadonlyMap<number, number> {
  const allowed = Array.from({ length: codes }, (_, code) => firstCode + code).concat(mayStop ? [stop] : []);
  const window = Number.isFinite(sampling.repetitionWindow) ? recent.slice(Math.max(0, recent.length - sampling.repetitionWindow)) : recent;
  const penalised = (token: number): number => {
    const logit = logits[token]!;
    if (!window.includes(token)) return logit;
    return logit > 0 ? logit / sampling.repetitionPenalty : logit * sampling.repetitionPenalty;
  };
  let left = allowed.map((token) => ({ token, logit: penalised(token) })).sort((one, other) => other.logit - one.logit || one.token - other.token);
  if (sampling.temperature === 0) return new Map([[left[0]!.token, 1]]);
  if (sampling.topK > 0) left = left.slice(0, sampling.topK);
  const parts = softmax(left.map(({ logit }) => logit));
  if (sampling.topP < 1) left = left.filter((_, index) => index === 0 || sum(parts.slice(0, index)) < sampling.topP);
  const best = softmax(left.map(({ logit }) => logit));
  left = left.filter((_, index) => best[index]! >= sampling.minP * best[0]!);
  const chances = softmax(left.map(({ logit }) => logit / sampling.temperature));
  return new Map(left.map(({ token }, index) => [token, chances[index]!]));
}

/**
 * How likely it is that draws which follow `expected` are as far from it as `observed`, by Pearson's chi-squared, with what is expected less than five
 * times put together. By the approximation of Wilson and Hilferty.
 */
export function chiSquaredProbability(observed: ReadonlyMap<number, number>, expected: ReadonlyMap<number, number>): number {
  const draws = sum([...observed.values()]);
  const bins: { expected: number; observed: number }[] = [];
  const rest = { expected: 0, observed: draws };
  for (const [token, chance] of expected) {
    const bin = { expected: chance * draws, observed: observed.get(token) ?? 0 };
    if (bin.expected < 5) continue;
    bins.push(bin);
    rest.observed -= bin.observed;
  }
  rest.expected = draws - sum(bins.map((bin) => bin.expected));
  if (rest.expected < 1e-6 * draws) {
    if (rest.observed > 0) return 0;
  } else bins.push(rest);
  const distance = sum(bins.map((bin) => (bin.observed - bin.expected) ** 2 / bin.expected));
  const freedom = bins.length - 1;
  const variance = 2 / (9 * freedom);
  return upperNormal((Math.cbrt(distance / freedom) - (1 - variance)) / Math.sqrt(variance));
}

/** The part of a normal distribution above `deviations`, by the approximation 26.2.17 of Abramowitz and Stegun. */
function upperNormal(deviations: number): number {
  const x = Math.abs(deviations);
  const t = 1 / (1 + 0.2316419 * x);
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return deviations >= 0 ? tail : 1 - tail;
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const parts = logits.map((logit) => Math.exp(logit - highest));
  const total = sum(parts);
  return parts.map((part) => part / total);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
