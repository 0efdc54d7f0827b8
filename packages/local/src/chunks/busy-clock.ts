/** Adds up for how long something is busy. */
export interface BusyClock {
  begin(nowMs: number): void;
  /** Without a `begin` it does nothing. */
  end(nowMs: number): void;
  /** So far, in milliseconds. What it grows by between two times is for how long it was busy between them. */
  total(nowMs: number): number;
}

/** Several at once count as one: a codec is busy or it is not. */
export function createBusyClock(): BusyClock {
  let running = 0;
  let sinceMs = 0;
  let sumMs = 0;
  return {
    begin(nowMs) {
      if (running === 0) sinceMs = nowMs;
      running += 1;
    },
    end(nowMs) {
      if (running === 0) return;
      running -= 1;
      if (running === 0) sumMs += nowMs - sinceMs;
    },
    total: (nowMs) => sumMs + (running === 0 ? 0 : nowMs - sinceMs),
  };
}
