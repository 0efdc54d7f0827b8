import { TTSError } from "@parlando/engine";

/** Waits for a promise, but not longer than the signal lets: then rejects with the signal's own typed error, or `ABORTED`. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  if (signal.aborted) throw abortError(signal, what);
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal, what));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function abortError(signal: AbortSignal, what: string): TTSError {
  if (TTSError.isInstance(signal.reason)) return signal.reason;
  return new TTSError("ABORTED", `${what} was called off.`, { cause: signal.reason });
}
