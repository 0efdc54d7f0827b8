import type { Caller } from "../access/caller.ts";

/** A place among the utterances that are spoken. */
export interface SpeechSlot {
  /** Gives the place back. May be called twice. */
  release(): void;
}

/** Who may speak now: by concurrency first, in all and for each caller. */
export interface Admission {
  /**
   * Takes a place, or waits for one in a bounded line.
   *
   * @throws Problem 429 `too_many_concurrent_requests` (the caller has all of his), 503 `system_busy` (all are taken), 503 `draining`; all with
   * `Retry-After`, `current-concurrent-requests` and `maximum-concurrent-requests`.
   */
  enter(caller: Caller, signal: AbortSignal): Promise<SpeechSlot>;
  readonly running: number;
  readonly waiting: number;
  /** Takes nobody any more; those who wait are refused. Resolves when the last place was given back. */
  drain(): Promise<void>;
}
