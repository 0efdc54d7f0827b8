import type { TTSError } from "@parlando/engine";

/** The pause that a provider asks for, in milliseconds; undefined where it asks for none, or for what cannot be a time. */
export function askedPauseMs({ retryAfterMs }: Pick<TTSError, "retryAfterMs">): number | undefined {
  return retryAfterMs === undefined || !Number.isFinite(retryAfterMs) || retryAfterMs < 0 ? undefined : retryAfterMs;
}
