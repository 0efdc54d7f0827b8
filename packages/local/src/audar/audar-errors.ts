import { TTSError } from "@parlando/engine";
import { audarId } from "./audar-options.ts";

/** Two signals as one, for one request. */
export interface Stopping {
  readonly signal: AbortSignal;
  /** Throws `ABORTED`, saying which of the two it was, when the work is not wanted any more. */
  check(): void;
  /** The error of work that failed: `ABORTED` when it was called off meanwhile, and always a TTSError of this engine. */
  errorOf(error: unknown): TTSError;
  /** Waits for something, but not longer than it is wanted. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** Takes the listeners away. */
  release(): void;
}

/** What is going on, for errors: it holds no text to be spoken. */
export interface StoppingOptions {
  readonly doing: string;
  /** Of the request. */
  readonly signal: AbortSignal;
  /** Of the engine: aborted when it is closed. */
  readonly closed: AbortSignal;
}

/** Joins the signal of a request with that of its engine. */
export function createStopping({ doing, signal, closed }: StoppingOptions): Stopping {
  const joined = new AbortController();
  const stop = (): void => joined.abort(stopError());
  for (const one of [signal, closed]) {
    one.addEventListener("abort", stop, { once: true });
    if (one.aborted) stop();
  }

  function stopError(): TTSError {
    if (closed.aborted) return new TTSError("ABORTED", `${doing}: the engine "${audarId}" was closed. Make a new one to go on.`, { engine: audarId });
    return new TTSError("ABORTED", `${doing}: it was called off.`, { engine: audarId, cause: signal.reason });
  }

  function check(): void {
    if (joined.signal.aborted) throw stopError();
  }

  return {
    signal: joined.signal,
    check,
    errorOf: (error) => (joined.signal.aborted ? stopError() : withEngine(error, doing)),
    async wait(promise) {
      // What is not waited for any more may still fail.
      promise.catch(() => undefined);
      check();
      let onAbort: (() => void) | undefined;
      const stopped = new Promise<never>((_, reject) => {
        onAbort = () => reject(stopError());
        joined.signal.addEventListener("abort", onAbort, { once: true });
      });
      try {
        return await Promise.race([promise, stopped]);
      } finally {
        if (onAbort !== undefined) joined.signal.removeEventListener("abort", onAbort);
      }
    },
    release() {
      for (const one of [signal, closed]) one.removeEventListener("abort", stop);
    },
  };
}

function withEngine(error: unknown, doing: string): TTSError {
  if (!TTSError.isInstance(error)) {
    // No cause and no message: nobody knows what is in them.
    return new TTSError("INTERNAL", `${doing}: something failed that should not (${error instanceof Error ? error.name : typeof error}). Report it with the version of the package and the options.`, { engine: audarId });
  }
  if (error.engine !== undefined) return error;
  return new TTSError(error.code, error.message, { engine: audarId, retryable: error.retryable, retryAfterMs: error.retryAfterMs, cause: error });
}
