import { TTSError } from "@parlando/engine";

/** Ends a stream when the app's signal is aborted, at once where it was before; lets go of the signal when the stream has `ended`, however it did. */
export function endWithSignal(signal: AbortSignal | undefined, ended: AbortSignal, fail: (error: TTSError) => void): void {
  if (signal === undefined) return;
  const abort = (): void => fail(new TTSError("ABORTED", "The stream was aborted by its signal.", { cause: signal.reason }));
  if (signal.aborted) return abort();
  signal.addEventListener("abort", abort, { once: true });
  ended.addEventListener("abort", () => signal.removeEventListener("abort", abort), { once: true });
}
