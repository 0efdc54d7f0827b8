import { TTSError } from "@parlando/engine";
import type { Clock } from "../clock.ts";
import { watchStillness, type Watched } from "./stillness.ts";
import type { TimeLimits } from "./time-limits.ts";

/** The wait for an engine that is under way, if any. Told at every event, so it is two numbers and no function. */
export class OpenWait {
  /** NaN: nothing is waited for. */
  #sinceMs = Number.NaN;
  #beforeMs = 0;

  /** From now on the engine is waited for. `beforeMs`: how long it was before that counts as well. */
  begin(sinceMs: number, beforeMs = 0): void {
    this.#sinceMs = sinceMs;
    this.#beforeMs = beforeMs;
  }

  end(): void {
    this.#sinceMs = Number.NaN;
  }

  /** How long it has been by `nowMs`; 0 while nothing is waited for. What was before `owedSinceMs` does not count. */
  msUntil(nowMs: number, owedSinceMs: number): number {
    return Number.isNaN(this.#sinceMs) ? 0 : this.#beforeMs + nowMs - Math.max(this.#sinceMs, owedSinceMs);
  }
}

/** Ends a wait in which nothing comes, or which is called off. */
export interface Watchdog {
  /** Waits for `promise`, at most as long as the watchdog allows. One wait at a time. */
  guard<Result>(promise: Promise<Result>): Promise<Result>;
  /** Runs work that waits many times, and tells of each; one promise for all of them. Called off, it is left behind. */
  follow<Result>(work: (wait: OpenWait) => Promise<Result>): Promise<Result>;
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
 * field: a race with a promise that lasts would remember every event that ever won it.
 */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  return new EngineWatchdog(options);
}

class EngineWatchdog implements Watchdog, Watched {
  readonly lookMs: number;
  readonly #options: WatchdogOptions;
  readonly #wait = new OpenWait();
  readonly #abort: () => void;
  readonly #stopWatching: () => void;
  #limit: keyof TimeLimits = "firstAudioMs";
  #giveUp: ((error: TTSError) => void) | undefined;

  constructor(options: WatchdogOptions) {
    const { engine, signal, limits } = options;
    this.#options = options;
    this.lookMs = Math.min(limits.firstAudioMs, limits.betweenMs);
    this.#abort = () => this.#giveUp?.(new TTSError("ABORTED", "The request was called off.", { engine, cause: signal.reason }));
    signal.addEventListener("abort", this.#abort, { once: true });
    this.#stopWatching = watchStillness(options.clock, this);
  }

  limitMs(): number {
    return this.#options.limits[this.#limit];
  }

  waitedMs(): number {
    const { clock, owedSinceMs } = this.#options;
    const owedSince = owedSinceMs === undefined ? Number.NEGATIVE_INFINITY : owedSinceMs();
    return owedSince === undefined ? 0 : this.#wait.msUntil(clock.now(), owedSince);
  }

  expired(): void {
    const { engine } = this.#options;
    const nothing = this.#limit === "firstAudioMs" ? "no audio" : "nothing";
    this.#giveUp?.(new TTSError("TIMEOUT", `The engine "${engine}" sent ${nothing} for ${this.limitMs() / 1000} s. If it may take longer, raise timeouts.${this.#limit}.`, { engine }));
  }

  async guard<Result>(promise: Promise<Result>): Promise<Result> {
    this.#wait.begin(this.#options.clock.now());
    try {
      return await new Promise((resolve, reject) => {
        this.#giveUp = reject;
        promise.then(resolve, reject);
        if (this.#options.signal.aborted) this.#abort();
      });
    } finally {
      this.#wait.end();
      this.#giveUp = undefined;
    }
  }

  follow<Result>(work: (wait: OpenWait) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      work(this.#wait).then(resolve, reject);
      if (this.#options.signal.aborted) this.#abort();
    });
  }

  hasBegun(): void {
    this.#limit = "betweenMs";
  }

  stop(): void {
    this.#stopWatching();
    this.#options.signal.removeEventListener("abort", this.#abort);
  }
}
