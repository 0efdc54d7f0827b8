import type { TTSError } from "@parlando/engine";

/** A try of one engine that has failed. */
export interface FailedTry {
  readonly error: TTSError;
  /** Tries of this engine so far, this one included. */
  readonly tries: number;
  /** Frames of what was to be spoken that the taker has by now. */
  readonly handedFrames: number;
}

/** Tries of one engine at one segment before the next engine is asked. */
const TRIES = 3;
const FIRST_BACKOFF_MS = 250;
/** A provider that asks for a longer pause is left to the next engine, or to the app. */
const LONGEST_BACKOFF_MS = 5_000;
/** Another engine would meet the same. */
const INCURABLE: ReadonlySet<string> = new Set(["ABORTED", "INVALID_INPUT", "INVALID_CONFIG", "INTERNAL"]);

/** How long to wait before the same engine is tried again, in milliseconds; undefined when it is not. What was handed out is never repeated. */
export function pauseBeforeRetry({ error, tries, handedFrames }: FailedTry): number | undefined {
  const pauseMs = error.retryAfterMs ?? Math.random() * FIRST_BACKOFF_MS * 2 ** tries;
  return !error.retryable || handedFrames > 0 || tries >= TRIES || pauseMs > LONGEST_BACKOFF_MS ? undefined : pauseMs;
}

/** Whether the next engine of the list may speak what this one has not. */
export function mayFailOver({ error, handedFrames }: Pick<FailedTry, "error" | "handedFrames">): boolean {
  return handedFrames === 0 && !INCURABLE.has(error.code);
}
