import { unrefTimer } from "./unref-timer.ts";

/** Ends a wait that lasts too long; one for each connection, for all of its waits one after the other. */
export interface InactivityWatch {
  /** A wait begins, or something came and the next wait begins: `onLate` is called when it is not over in `limitMs`. Undefined: no limit. */
  expect(limitMs: number | undefined, onLate: () => void): void;
  /** What was waited for has come, and nothing is waited for now. */
  rest(): void;
  /** Ends the watch and its timer. May be called twice. */
  close(): void;
}

/** Timers and time, for tests. */
export interface WatchTimers {
  now(): number;
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

const systemTimers: WatchTimers = {
  now: () => performance.now(),
  set(callback, ms) {
    const timer = setTimeout(callback, ms);
    // A socket keeps the process alive, its watch does not.
    unrefTimer(timer);
    return timer;
  },
  clear: (timer) => clearTimeout(timer as number),
};

/**
 * Watches waits with one timer. A wait only notes when it must be over; the timer looks at that note when it fires, and goes on for the
 * rest. So a hundred chunks a second cost a hundred notes, and a timer every `limitMs`.
 */
export function createInactivityWatch(timers: WatchTimers = systemTimers): InactivityWatch {
  let dueMs: number | undefined;
  let late: (() => void) | undefined;
  let timer: unknown;
  let timerMs = Number.POSITIVE_INFINITY;
  let closed = false;

  function look(): void {
    timer = undefined;
    timerMs = Number.POSITIVE_INFINITY;
    if (dueMs === undefined) return;
    const leftMs = dueMs - timers.now();
    // A timer may fire a fraction of a millisecond early.
    if (leftMs > 1) return arm(dueMs, leftMs);
    const call = late;
    rest();
    call?.();
  }

  function arm(atMs: number, inMs: number): void {
    if (timer !== undefined) timers.clear(timer);
    timerMs = atMs;
    timer = timers.set(look, inMs);
  }

  function rest(): void {
    dueMs = undefined;
    late = undefined;
  }

  return {
    expect(limitMs, onLate) {
      if (closed || limitMs === undefined || limitMs === Number.POSITIVE_INFINITY) return rest();
      dueMs = timers.now() + limitMs;
      late = onLate;
      if (timerMs > dueMs) arm(dueMs, limitMs);
    },
    rest,
    close() {
      closed = true;
      rest();
      if (timer !== undefined) timers.clear(timer);
      timer = undefined;
    },
  };
}
