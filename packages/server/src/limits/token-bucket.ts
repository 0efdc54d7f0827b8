import type { Clock } from "@parlando/core";
import { Problem } from "../problem/problem.ts";

/** How often a caller may ask. */
export interface RateLimit {
  /** Counts a request. @throws Problem 429 `rate_limited`, saying when there is one again. */
  take(caller: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Callers that are remembered: beyond that the one who was quiet longest is forgotten, and starts with a full bucket. */
const mostBuckets = 10_000;

/** A bucket for each caller, of `burst` tokens, filled at `perMinute`. */
export function createRateLimit({ perMinute, burst }: { readonly perMinute: number; readonly burst: number }, clock: Clock): RateLimit {
  const buckets = new Map<string, Bucket>();
  if (!Number.isFinite(perMinute)) return { take: () => undefined };
  const perMs = perMinute / 60_000;
  return {
    take(caller) {
      const now = clock.now();
      const known = buckets.get(caller);
      const tokens = known === undefined ? burst : Math.min(burst, known.tokens + (now - known.at) * perMs);
      // Put in anew, so that the first of the map is always the one who was quiet longest.
      buckets.delete(caller);
      buckets.set(caller, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
      if (buckets.size > mostBuckets) buckets.delete(buckets.keys().next().value ?? caller);
      if (tokens < 1) throw new Problem(429, "rate_limited", `You may ask ${perMinute} times a minute. Wait a little.`, { retryAfterMs: (1 - tokens) / perMs });
    },
  };
}
