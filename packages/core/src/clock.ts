/**
 * Time, handed to core by tests; not part of a stream's options. `now` is monotonic, in milliseconds; `sleep` resolves (never rejects) when the
 * time has passed or its signal is aborted.
 */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Waits `ms` milliseconds, or until `signal` is aborted. Even 0 lets other work go first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back when `ms` milliseconds have passed, unless the function that it returns was called before: `sleep` without a promise and a
   * signal, which cost more than a timer. Where a clock has none, its `sleep` serves.
   */
  after?(ms: number, callback: () => void): () => void;
  /** As `after`, but the process may end before. Where a clock has none, `after` serves. */
  afterQuietly?(ms: number, callback: () => void): () => void;
}

declare const setImmediate: ((callback: () => void) => unknown) | undefined;

let turns: { readonly channel: MessageChannel; readonly waiting: (() => void)[] } | undefined;

/**
 * Runs `callback` after what the event loop has to do already. A browser makes nested timers wait 4 ms, and those of a tab in the background
 * a second; messages it lets through.
 */
export function afterThisTurn(callback: () => void): void {
  if (typeof setImmediate === "function") return void setImmediate(callback);
  turns ??= openTurns();
  turns.waiting.push(callback);
  turns.channel.port2.postMessage(undefined);
}

function openTurns(): NonNullable<typeof turns> {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return { channel, waiting };
}

/** A timer that is set for longer rings at once. 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real time of the machine; monotonic, in milliseconds. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      // A zero wait lets other work of the event loop go first, without the millisecond that a timer costs.
      if (ms <= 0) return afterThisTurn(resolve);
      const timer = setTimeout(finish, Math.min(ms, LONGEST_TIMER_MS));
      signal?.addEventListener("abort", finish, { once: true });
      function finish(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      }
    }),
  after(ms, callback) {
    if (ms > 0) {
      const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
      return () => clearTimeout(timer);
    }
    let isOff = false;
    afterThisTurn(() => {
      if (!isOff) callback();
    });
    return () => void (isOff = true);
  },
  afterQuietly(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    // A browser has numbers, and no process that would wait.
    (timer as { readonly unref?: () => void }).unref?.();
    return () => clearTimeout(timer);
  },
};

/**
 * Calls back when `ms` milliseconds of a clock have passed; the function returned calls it off, and may be called at any time. With `after` of the clock, where it has
 * that: a sleep costs a promise, a signal and a listener.
 *
 * @example
 * ```ts
 * const callOff = callAfter(systemClock, 60_000, () => stream.close());
 * await stream.waitUntilDone().finally(callOff);
 * ```
 */
export function callAfter(clock: Clock, ms: number, callback: () => void): () => void {
  if (clock.after !== undefined) return clock.after(ms, callback);
  const off = new AbortController();
  void rest(clock, ms, off.signal).then(() => {
    if (!off.signal.aborted) callback();
  });
  return () => off.abort(RESTED);
}

/** Why a rest is ended early. An abort without a reason makes an error with a stack for one, which costs more than the rest. */
export const RESTED: string = "rested";

/** Waits, and does not mind a clock that rejects when its signal is aborted: whoever waits looks at the signal himself. */
export async function rest(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    // Aborted.
  }
}
