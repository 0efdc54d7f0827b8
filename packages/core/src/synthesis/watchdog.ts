import { TTSError } from "@parlando/engine";
import type { Clock } from "../clock.ts";
import { watchStillness } from "./stillness.ts";
import type { TimeLimits } from "./time-limits.ts";

/** Tells since when an engine is waited for, undefined when that is over, and how long it was waited for before that counts as well, in milliseconds (default 0). */
export type TellWait = (sinceMs: number | undefined, beforeMs?: number) => void;

/** Ends a wait in which nothing comes, or which is called off. */
export interface Watchdog {
  /** Waits for `promise`, at most as long as the watchdog allows. One wait at a time. */
  guard<Result>(promise: Promise<Result>): Promise<Result>;
  /** Runs work that waits many times, and tells of each; one promise for all of them. Called off, it is left behind. */
  follow<Result>(work: (waits: TellWait) => Promise<Result>): Promise<Result>;
  /** Audio has come: from now on the time between two events counts. */
  hasBegun(): void;
  stop(): void;
}

/** What {@link createWatchdog} needs. */
export interface WatchdogOptions {
  readonly clock: Clock;
  readonly limits: TimeLimits;
  readonly engine: string;
  readonly signal: AbortSignal;
  /** Since when the engine owes something, on the clock; undefined while it may be silent for as long as it likes. Default: it always owes. */
  readonly owedSinceMs?: (() => number | undefined) | undefined;
}

/**
 * One listener for any number of waits, and one timer for all watchdogs, so that guarding each event costs nothing. The wait under way is kept in a
 * variable: a race with a promise that lasts would remember every event that ever won it.
 */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { clock, limits, engine, signal, owedSinceMs } = options;
  let limit: keyof TimeLimits = "firstAudioMs";
  /** Numbers of an object stay where they are when they change; those of a function are made anew each time. NaN: nothing is waited for. */
  const wait = { sinceMs: Number.NaN, beforeMs: 0 };
  let giveUp: ((error: TTSError) => void) | undefined;
  const abort = (): void => giveUp?.(new TTSError("ABORTED", "The request was called off.", { engine, cause: signal.reason }));
  signal.addEventListener("abort", abort, { once: true });
  const stopWatching = watchStillness(clock, {
    lookMs: Math.min(limits.firstAudioMs, limits.betweenMs),
    limitMs: () => limits[limit],
    waitedMs: waitedFor,
    expired: () => giveUp?.(new TTSError("TIMEOUT", `The engine "${engine}" sent ${limit === "firstAudioMs" ? "no audio" : "nothing"} for ${limits[limit] / 1000} s. If it may take longer, raise timeouts.${limit}.`, { engine })),
  });

  function waitedFor(): number {
    const owedSince = owedSinceMs === undefined ? Number.NEGATIVE_INFINITY : owedSinceMs();
    return Number.isNaN(wait.sinceMs) || owedSince === undefined ? 0 : wait.beforeMs + clock.now() - Math.max(wait.sinceMs, owedSince);
  }

  return {
    async guard(promise) {
      wait.sinceMs = clock.now();
      wait.beforeMs = 0;
      try {
        return await new Promise((resolve, reject) => {
          giveUp = reject;
          promise.then(resolve, reject);
          if (signal.aborted) abort();
        });
      } finally {
        wait.sinceMs = Number.NaN;
        giveUp = undefined;
      }
    },
    follow: (work) =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        work((sinceMs, beforeMs = 0) => {
          wait.sinceMs = sinceMs ?? Number.NaN;
          wait.beforeMs = beforeMs;
        }).then(resolve, reject);
        if (signal.aborted) abort();
      }),
    hasBegun() {
      limit = "betweenMs";
    },
    stop() {
      stopWatching();
      signal.removeEventListener("abort", abort);
    },
  };
}
