import type { CodeTokens } from "./code-generator.ts";

/** The codes (and the stop token) that came lately; of other tokens only the place that they take is remembered. */
export interface RecentTokens {
  add(token: number): void;
  /** Divides positive logits of tokens that came lately, and multiplies negative ones; each token once, however often it came. */
  penalise(logits: Float32Array, penalty: number): void;
}

/**
 * Remembers tokens.
 *
 * @param options - `window`: how many tokens back; 0: nothing is remembered, Infinity: everything. Memory is bounded by the window, or by the number of codes.
 */
export function createRecentTokens({ window, codeTokens }: { window: number; codeTokens: CodeTokens }): RecentTokens {
  if (window <= 0) return { add: () => undefined, penalise: () => undefined };
  const { firstCode, codes, stop } = codeTokens;
  const counts = (token: number): boolean => token === stop || (token >= firstCode && token < firstCode + codes);
  const seen = new Map<number, number>();
  const ring = Number.isFinite(window) ? new Int32Array(window).fill(-1) : undefined;
  let next = 0;

  const forget = (token: number): void => {
    const times = seen.get(token);
    if (times === undefined) return;
    if (times === 1) seen.delete(token);
    else seen.set(token, times - 1);
  };

  return {
    add(token) {
      if (ring !== undefined) {
        forget(ring[next] ?? -1);
        ring[next] = token;
        next = (next + 1) % ring.length;
      }
      if (counts(token)) seen.set(token, (seen.get(token) ?? 0) + 1);
    },
    penalise(logits, penalty) {
      for (const token of seen.keys()) {
        const logit = logits[token] ?? Number.NaN;
        logits[token] = logit > 0 ? logit / penalty : logit * penalty;
      }
    },
  };
}
