import { TTSError } from "@parlando/engine";
import type { PrefillControl } from "../code-generator.ts";

/**
 * Tokens that are evaluated at once. A prompt is always cut at multiples of it from its start (and where its prefix ends), kept or not: the bits of
 * what comes out depend on where it is cut.
 */
export const PIECE_TOKENS = 64;

/** Cuts a prompt into pieces and does the work on each when its turn has come. */
export async function inPieces(tokens: Int32Array, control: PrefillControl, work: (piece: Int32Array, isLast: boolean) => Promise<void>): Promise<void> {
  for (let from = 0; from < tokens.length; from += PIECE_TOKENS) {
    const piece = tokens.subarray(from, from + PIECE_TOKENS);
    await unlessAborted(() => control.turn(piece.length), control.signal);
    await work(piece, from + PIECE_TOKENS >= tokens.length);
  }
  throwIfAborted(control.signal);
}

/** Waits for something, but no longer than until the signal; what comes later is dropped. */
export async function unlessAborted<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  throwIfAborted(signal);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = (): void => reject(calledOff(signal));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const value = await Promise.race([work(), aborted]);
    throwIfAborted(signal);
    return value;
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** Throws `ABORTED` when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw calledOff(signal);
}

function calledOff(signal: AbortSignal): TTSError {
  return new TTSError("ABORTED", "Evaluating a prompt: it was called off.", { cause: signal.reason });
}
