import { TTSError } from "@parlando/engine";
import { askedPauseMs } from "./asked-pause.ts";

/** A pause that is worth waiting for; a provider that asks for a longer one is left to the next engine, or to the app. */
export const LONGEST_PAUSE_MS = 10_000;
/** However long a provider asks for: after that it is asked again. */
const MOST_PAUSE_MS = 300_000;
/** The pause where the provider does not say for how long. */
const USUAL_PAUSE_MS = 1_000;
/** So many requests must end well before one more is allowed at once again. */
const SUCCESSES_PER_STEP = 10;

/** What a provider has said of too many requests: how long to pause, and how many at once it takes. */
export class ProviderLimit {
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #error: TTSError | undefined;
  #successes = 0;

  /**
   * How long a request has to wait before it is sent, in milliseconds.
   *
   * @throws TTSError `RATE_LIMITED` with the time left, where that is longer than anybody waits.
   */
  pauseMs(nowMs: number): number {
    const leftMs = Math.max(0, this.#pausedUntilMs - nowMs);
    if (leftMs <= LONGEST_PAUSE_MS || this.#error === undefined) return leftMs;
    const { engine } = this.#error;
    throw new TTSError("RATE_LIMITED", `The engine "${engine ?? "unknown"}" has asked for a pause that lasts ${Math.ceil(leftMs / 1000)} s more; no request was sent. Wait, or name a second engine.`, { engine, retryAfterMs: leftMs, cause: this.#error });
  }

  /** A request has ended well. Returns how many may run at once now. */
  succeeded(concurrency: number, most: number): number {
    if (concurrency >= most) return concurrency;
    this.#successes += 1;
    if (this.#successes < SUCCESSES_PER_STEP) return concurrency;
    this.#successes = 0;
    return concurrency + 1;
  }

  /** A request has failed. Returns how many may run at once now: fewer, where the provider refused because of that. */
  failed(error: unknown, { concurrency, running, nowMs }: { readonly concurrency: number; readonly running: number; readonly nowMs: number }): number {
    if (!TTSError.isInstance(error)) return concurrency;
    this.#successes = 0;
    if (error.code === "RATE_LIMITED") {
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + Math.min(MOST_PAUSE_MS, askedPauseMs(error) ?? USUAL_PAUSE_MS));
      this.#error = error;
    }
    // The one that was refused still counts among those that run.
    return error.code === "CONCURRENCY_LIMIT" ? Math.max(1, Math.min(concurrency, running - 1)) : concurrency;
  }
}
