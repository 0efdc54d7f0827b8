import { TTSError } from "@parlando/engine";
import { rest, type Clock } from "../clock.ts";

/** Ends a wait in which nothing comes, or which is called off. */
export interface Watchdog {
  /** Waits for `promise`, at most as long as the watchdog allows. One wait at a time. */
  guard<Result>(promise: Promise<Result>): Promise<Result>;
  stop(): void;
}

/**
 * One timer and one listener for any number of waits, so that guarding each event costs nothing. The wait under way is kept in a
 * variable: a race with a promise that lasts would remember every event that ever won it.
 */
export function createWatchdog(options: { clock: Clock; limitMs: number; engine: string; signal: AbortSignal }): Watchdog {
  const { clock, limitMs, engine, signal } = options;
  const stopped = new AbortController();
  let waitingSince: number | undefined;
  let giveUp: ((error: TTSError) => void) | undefined;
  const abort = (): void => giveUp?.(new TTSError("ABORTED", "The request was called off.", { engine, cause: signal.reason }));
  signal.addEventListener("abort", abort, { once: true });
  void watch();

  async function watch(): Promise<void> {
    let sleepMs = limitMs;
    while (!stopped.signal.aborted) {
      await rest(clock, sleepMs, stopped.signal);
      const waitedMs = waitingSince === undefined ? 0 : clock.now() - waitingSince;
      if (waitedMs >= limitMs) giveUp?.(new TTSError("TIMEOUT", `The engine "${engine}" sent nothing for ${limitMs / 1000} s.`, { engine }));
      // A rest below a millisecond may be too small to move the clock at all.
      sleepMs = Math.max(1, limitMs - waitedMs);
      if (waitedMs >= limitMs) return;
    }
  }

  return {
    async guard(promise) {
      waitingSince = clock.now();
      try {
        return await new Promise((resolve, reject) => {
          giveUp = reject;
          promise.then(resolve, reject);
          if (signal.aborted) abort();
        });
      } finally {
        waitingSince = undefined;
        giveUp = undefined;
      }
    },
    stop() {
      stopped.abort();
      signal.removeEventListener("abort", abort);
    },
  };
}
