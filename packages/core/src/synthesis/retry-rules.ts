import type { TTSError } from "@parlando/engine";
import { askedPauseMs } from "./asked-pause.ts";
import { LONGEST_PAUSE_MS } from "./provider-limit.ts";

/** A try of one engine that has failed. */
export interface FailedTry {
  readonly error: TTSError;
  /** Tries of this engine since it last got on, this one included: see `createTryCount`. */
  readonly tries: number;
  /** Another engine can be asked at once. */
  readonly hasNext: boolean;
}

/** Tries of one engine at the same words before the next engine is asked. */
const TRIES = 3;
/** The same where the next engine stands ready: a listener who waits is better served by it than by a third try. */
const TRIES_BEFORE_NEXT = 2;
const FIRST_BACKOFF_MS = 250;
/** Too many requests at once: a slot gets free when another request has ended, which takes a while. */
const PATIENT_TRIES = 6;
/** Another engine would meet the same. */
const INCURABLE: ReadonlySet<string> = new Set(["ABORTED", "INVALID_INPUT", "INTERNAL"]);

/** How long to wait before the same engine is tried again, in milliseconds; undefined when it is not. Full jitter, unless the provider says how long. */
export function pauseBeforeRetry({ error, tries, hasNext }: FailedTry): number | undefined {
  const pauseMs = askedPauseMs(error) ?? Math.random() * FIRST_BACKOFF_MS * 2 ** Math.min(tries, 5);
  const most = error.code === "CONCURRENCY_LIMIT" ? PATIENT_TRIES : hasNext ? TRIES_BEFORE_NEXT : TRIES;
  return !error.retryable || tries >= most || pauseMs > LONGEST_PAUSE_MS ? undefined : pauseMs;
}

/** Whether the next engine of the list may speak what this one has not. */
export function mayFailOver(error: TTSError): boolean {
  return !INCURABLE.has(error.code);
}
