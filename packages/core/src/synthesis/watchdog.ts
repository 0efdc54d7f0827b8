import { TTSError } from "@parlando/engine";
import { rest, type Clock } from "../clock.ts";

/** Ends a wait in which nothing comes. */
export interface Watchdog {
  /** Waits for `promise`, at most as long as the watchdog allows. */
  guard<Result>(promise: Promise<Result>): Promise<Result>;
  stop(): void;
}

/** One timer for any number of waits, so that guarding each event costs nothing. */
export function createWatchdog(options: { clock: Clock; limitMs: number; engine: string; signal: AbortSignal }): Watchdog {
  const { clock, limitMs, engine, signal } = options;
  const stopped = new AbortController();
  let waitingSince: number | undefined;
  const expired = new Promise<never>((_, reject) => {
    const abort = (): void => reject(new TTSError("ABORTED", "The request was called off.", { engine, cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true, signal: stopped.signal });
    void watch(reject);
  });
  expired.catch(() => undefined);

  async function watch(reject: (error: TTSError) => void): Promise<void> {
    let sleepMs = limitMs;
    while (!stopped.signal.aborted) {
      await rest(clock, sleepMs, stopped.signal);
      if (stopped.signal.aborted) return;
      const waitedMs = waitingSince === undefined ? 0 : clock.now() - waitingSince;
      if (waitedMs >= limitMs) return reject(new TTSError("TIMEOUT", `The engine "${engine}" sent nothing for ${limitMs / 1000} s.`, { engine }));
      // A rest below a millisecond may be too small to move the clock at all.
      sleepMs = Math.max(1, limitMs - waitedMs);
    }
  }

  return {
    async guard(promise) {
      waitingSince = clock.now();
      try {
        return await Promise.race([promise, expired]);
      } finally {
        waitingSince = undefined;
      }
    },
    stop: () => stopped.abort(),
  };
}
