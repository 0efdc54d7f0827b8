import type { Clock } from "@parlando/core";

/** Those who wait for a place, first come first served. */
export interface WaitingLine {
  readonly size: number;
  /** Resolves when it is one's turn, with the time that it took in milliseconds. Rejects with what `expired` makes after the longest time, and with the signal's reason. */
  join(signal: AbortSignal, expired: () => Error): Promise<number>;
  /** Lets the first one in; false where nobody waits. */
  next(): boolean;
  refuseAll(reason: () => Error): void;
}

interface Waiting {
  readonly take: () => void;
  readonly refuse: (reason: Error) => void;
}

/** Makes a line in which nobody waits longer than `waitMs`. */
export function createWaitingLine(clock: Clock, waitMs: number): WaitingLine {
  const line = new Set<Waiting>();
  return {
    get size() {
      return line.size;
    },
    async join(signal, expired) {
      const since = clock.now();
      const over = new AbortController();
      const turn = new Promise<void>((resolve, reject) => {
        const leave = (then: () => void): void => {
          if (line.delete(waiting)) then();
        };
        const waiting: Waiting = { take: () => leave(resolve), refuse: (reason) => leave(() => reject(reason)) };
        line.add(waiting);
        signal.addEventListener("abort", () => waiting.refuse(signal.reason as Error), { once: true, signal: over.signal });
        void rest(clock, waitMs, over.signal).then(() => waiting.refuse(expired()));
      });
      try {
        await turn;
        return clock.now() - since;
      } finally {
        over.abort("over");
      }
    },
    next() {
      const first = line.values().next().value;
      first?.take();
      return first !== undefined;
    },
    refuseAll(reason) {
      for (const waiting of [...line]) waiting.refuse(reason());
    },
  };
}

/** Waits, whether the clock rejects at an abort or not. */
async function rest(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    // Whoever aborts has no use for the answer.
  }
}
