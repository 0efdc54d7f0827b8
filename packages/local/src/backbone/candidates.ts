import type { SamplingOptions } from "./sampling-options.ts";

/**
 * The best tokens of one step, at most as many as there is room for: a heap with the worst of them on top, in typed arrays that are used again for every
 * step. Nothing is allocated while tokens are chosen.
 */
export interface Candidates {
  readonly tokens: Int32Array;
  readonly logits: Float64Array;
  count: number;
}

/** Room for candidates: for top-k that many. */
export function createCandidates(capacity: number): Candidates {
  return { tokens: new Int32Array(capacity), logits: new Float64Array(capacity), count: 0 };
}

/**
 * Takes a token in, if it is among the best so far. Of tokens that are equally likely the lower one is better.
 *
 * @returns The bar: a later, higher token gets in only above it. Negative infinity while there is room.
 */
export function offerCandidate(candidates: Candidates, token: number, logit: number): number {
  const { tokens, logits } = candidates;
  if (candidates.count < tokens.length) {
    rise(candidates, candidates.count, token, logit);
    candidates.count += 1;
  } else if (isWorse(tokens[0] ?? 0, logits[0] ?? 0, token, logit)) {
    sink(candidates, candidates.count, token, logit);
  }
  return candidates.count < tokens.length ? -Infinity : (logits[0] ?? -Infinity);
}

/**
 * Chooses one of the candidates, in the order of llama.cpp: top-p, min-p, temperature, draw. (Top-k is the room that there was for them.) Changes them.
 *
 * @param unit - The draw, in [0, 1).
 * @returns The token; undefined of none.
 */
export function chooseCandidate(candidates: Candidates, { temperature, topP, minP }: Pick<SamplingOptions, "temperature" | "topP" | "minP">, unit: number): number | undefined {
  if (candidates.count === 0) return undefined;
  if (temperature <= 0) return candidates.tokens[best(candidates)];
  if (topP < 1) keepMostLikely(candidates, topP);
  const highest = candidates.logits[best(candidates)] ?? 0;
  if (minP > 0) keepAbove(candidates, highest + Math.log(minP));
  return draw(candidates, { highest, temperature, unit });
}

/** Keeps the most likely ones until they have a part of the probability; the one that reaches it is kept. */
function keepMostLikely(candidates: Candidates, part: number): void {
  sortBestFirst(candidates);
  const { logits, count } = candidates;
  const highest = logits[0] ?? 0;
  let total = 0;
  for (let index = 0; index < count; index += 1) total += Math.exp((logits[index] ?? 0) - highest);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += Math.exp((logits[index] ?? 0) - highest);
    if (sum < part * total) continue;
    candidates.count = index + 1;
    return;
  }
}

function keepAbove(candidates: Candidates, bar: number): void {
  const { tokens, logits, count } = candidates;
  let kept = 0;
  for (let index = 0; index < count; index += 1) {
    const logit = logits[index] ?? 0;
    if (logit < bar) continue;
    tokens[kept] = tokens[index] ?? 0;
    logits[kept] = logit;
    kept += 1;
  }
  candidates.count = kept;
}

function draw({ tokens, logits, count }: Candidates, { highest, temperature, unit }: { highest: number; temperature: number; unit: number }): number | undefined {
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    total += Math.exp(((logits[index] ?? 0) - highest) / temperature);
    // The sum up to here takes the place of the logit, which is not needed any more.
    logits[index] = total;
  }
  const target = unit * total;
  for (let index = 0; index < count; index += 1) {
    if ((logits[index] ?? 0) > target) return tokens[index];
  }
  return tokens[count - 1];
}

function best({ tokens, logits, count }: Candidates): number {
  let found = 0;
  for (let index = 1; index < count; index += 1) {
    if (isWorse(tokens[found] ?? 0, logits[found] ?? 0, tokens[index] ?? 0, logits[index] ?? 0)) found = index;
  }
  return found;
}

/** The worst, which is on top, goes to the end of a heap that gets smaller. */
function sortBestFirst(candidates: Candidates): void {
  const { tokens, logits } = candidates;
  for (let last = candidates.count - 1; last > 0; last -= 1) {
    const token = tokens[last] ?? 0;
    const logit = logits[last] ?? 0;
    tokens[last] = tokens[0] ?? 0;
    logits[last] = logits[0] ?? 0;
    sink(candidates, last, token, logit);
  }
}

/** Puts a token at the end of the heap and lets it rise. */
function rise({ tokens, logits }: Candidates, end: number, token: number, logit: number): void {
  let index = end;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const parentToken = tokens[parent] ?? 0;
    const parentLogit = logits[parent] ?? 0;
    if (!isWorse(token, logit, parentToken, parentLogit)) break;
    tokens[index] = parentToken;
    logits[index] = parentLogit;
    index = parent;
  }
  tokens[index] = token;
  logits[index] = logit;
}

/** Puts a token on top of a heap of `count` and lets it sink. */
function sink({ tokens, logits }: Candidates, count: number, token: number, logit: number): void {
  let index = 0;
  for (let child = 1; child < count; child = 2 * index + 1) {
    const other = child + 1;
    const worst = other < count && isWorse(tokens[other] ?? 0, logits[other] ?? 0, tokens[child] ?? 0, logits[child] ?? 0) ? other : child;
    const worstToken = tokens[worst] ?? 0;
    const worstLogit = logits[worst] ?? 0;
    if (!isWorse(worstToken, worstLogit, token, logit)) break;
    tokens[index] = worstToken;
    logits[index] = worstLogit;
    index = worst;
  }
  tokens[index] = token;
  logits[index] = logit;
}

function isWorse(token: number, logit: number, otherToken: number, otherLogit: number): boolean {
  return logit < otherLogit || (logit === otherLogit && token > otherToken);
}
