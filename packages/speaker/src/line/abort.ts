import { TTSError } from "@parlando/engine";

/** ABORTED when the signal says so. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TTSError("ABORTED", "Opening the speaker was called off by its signal.", { cause: signal.reason });
}
