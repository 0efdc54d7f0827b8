import type { CodeTokens } from "../code-generator.ts";
import type { SamplingOptions } from "../sampling-options.ts";

/**
 * How likely each code and the stop token are by the rules of `SamplingOptions` without penalty, with what is done where text is drawn: text stays in the
 * draw as llama.cpp has it, and its share goes to what a draw among codes alone gives. Written from the rules, with plain sorts.
 */
export function probabilitiesOf(logits: Float64Array, sampling: SamplingOptions, { firstCode, codes, stop }: CodeTokens): Map<number, number> {
  const isSpeech = (token: number): boolean => token === stop || (token >= firstCode && token < firstCode + codes);
  const all = [...logits.entries()];
  const free = thinned(all, sampling);
  const repaired = thinned(all.filter(([token]) => isSpeech(token)), sampling);
  const text = free.reduce((sum, [token, part]) => sum + (isSpeech(token) ? 0 : part), 0);
  const result = new Map<number, number>();
  for (const [token, part] of free) if (isSpeech(token)) result.set(token, part);
  if (text > 0) for (const [token, part] of repaired) result.set(token, (result.get(token) ?? 0) + text * part);
  return result;
}

function thinned(logits: readonly (readonly [number, number])[], { temperature, topK, topP, minP }: SamplingOptions): (readonly [number, number])[] {
  let left = logits.toSorted((a, b) => b[1] - a[1]);
  if (topK > 0) left = left.slice(0, topK);
  let sum = 0;
  const parts = softmax(left.map(([, logit]) => logit));
  if (topP < 1) left = left.filter((_, index) => (sum += parts[index]!) - parts[index]! < topP);
  if (minP > 0) left = left.filter((_, index) => parts[index]! >= minP * parts[0]!);
  const final = softmax(left.map(([, logit]) => logit / temperature));
  return left.map(([token], index) => [token, final[index]!] as const);
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const parts = logits.map((logit) => Math.exp(logit - highest));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/** Pearson's statistic; what is expected less than eight times is counted together. What cannot come counts without limit. */
export function chiSquared(counts: ReadonlyMap<number, number>, probabilities: ReadonlyMap<number, number>, draws: number): { statistic: number; freedom: number } {
  for (const token of counts.keys()) if (!probabilities.has(token)) return { statistic: Infinity, freedom: 1 };
  let [statistic, classes, restExpected, restFound] = [0, 0, 0, 0];
  for (const [token, probability] of probabilities) {
    const expected = probability * draws;
    const found = counts.get(token) ?? 0;
    if (expected < 8) {
      restExpected += expected;
      restFound += found;
    } else {
      statistic += (found - expected) ** 2 / expected;
      classes += 1;
    }
  }
  if (restExpected >= 1) {
    statistic += (restFound - restExpected) ** 2 / restExpected;
    classes += 1;
  }
  return { statistic, freedom: classes - 1 };
}

/** What the statistic stays below in 999 of 1,000 cases: Wilson and Hilferty's formula. */
export function chiSquaredLimit(freedom: number): number {
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + 3.0902 * Math.sqrt(part)) ** 3;
}
