import { systemClock, type Clock } from "@parlando/core";

/** Rings once, at a time that can be changed. */
export interface Alarm {
  /** Rings in `ms` milliseconds, and at no other time. */
  set(ms: number): void;
  clear(): void;
}

/** Makes an alarm on a clock. On the real one it is a bare timer: a sleep would make a promise and a listener each time. */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  return clock === systemClock ? createTimerAlarm(ring) : createClockAlarm(clock, ring);
}

function createTimerAlarm(ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    set(ms) {
      if (timer !== undefined) clearTimeout(timer);
      // Timers drop fractions of a millisecond, and would ring too early.
      timer = setTimeout(ring, Math.ceil(ms));
    },
    clear() {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
    },
  };
}

function createClockAlarm(clock: Clock, ring: () => void): Alarm {
  let sleeping: AbortController | undefined;

  function clear(): void {
    const cleared = sleeping;
    sleeping = undefined;
    // An abort without a reason makes an error with a stack for one.
    cleared?.abort("cleared");
  }
  return {
    set(ms) {
      clear();
      const mine = new AbortController();
      sleeping = mine;
      void clock.sleep(ms, mine.signal).then(() => {
        if (sleeping !== mine) return;
        sleeping = undefined;
        ring();
      });
    },
    clear,
  };
}
