import type { TTSError } from "@parlando/engine";
import { pauseBeforeRetry } from "./retry-rules.ts";

/** A try that has failed, and what is left of it. */
export interface CountedTry {
  readonly error: TTSError;
  /** Audio of whole words that it made and that stays, in milliseconds: the next try goes on behind it. 0 where the next begins where this one began. */
  readonly keptMs: number;
  /** Another engine can be asked at once. */
  readonly hasNext: boolean;
}

/** Tries of one engine at one segment, which is given up when there were too many. */
export interface TryCount {
  /** Counts a try that has failed. Tells how long to wait before the next one, in milliseconds; undefined where there is to be none. */
  failed(failure: CountedTry): number | undefined;
}

/** Tries of one engine at one segment, however much each of them has spoken. */
const MOST_TRIES = 8;
/**
 * Where another engine stands ready, a try that leaves less is one that failed like any other. It is more than another try mostly costs, its pause (500 ms at
 * most) and the time to its first audio: an engine that gets on by less lets the listener wait each time.
 */
const WORTH_MS = 2_000;

/** Begins to count, at none. */
export function createTryCount(): TryCount {
  let all = 0;
  let tries = 0;
  return {
    failed({ error, keptMs, hasNext }) {
      all += 1;
      const gotOn = keptMs >= (hasNext ? WORTH_MS : Number.MIN_VALUE);
      tries = gotOn ? 1 : tries + 1;
      return all < MOST_TRIES ? pauseBeforeRetry({ error, tries, hasNext }) : undefined;
    },
  };
}
