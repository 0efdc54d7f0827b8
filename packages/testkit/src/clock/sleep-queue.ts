interface Sleep {
  dueMs: number;
  order: number;
  /** Ends the sleep and takes its listener away. */
  end(): void;
}

/** Sleeps in the order in which they end. */
export interface SleepQueue {
  add(dueMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** Ends every sleep that is due. */
  release(nowMs: number): void;
  nextDueMs(): number | undefined;
  size(): number;
}

/** Makes an empty queue. Adding costs a binary search; thousands of sleepers are fine. */
export function createSleepQueue(): SleepQueue {
  const sleeps: Sleep[] = [];
  let order = 0;

  /** Index of the first sleep that ends after the given time and order. */
  function indexAfter(dueMs: number, afterOrder: number): number {
    let low = 0;
    let high = sleeps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sleep = sleeps[middle];
      if (sleep !== undefined && (sleep.dueMs < dueMs || (sleep.dueMs === dueMs && sleep.order <= afterOrder))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function add(dueMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const sleep: Sleep = { dueMs, order: (order += 1), end };
      sleeps.splice(indexAfter(dueMs, sleep.order), 0, sleep);
      signal?.addEventListener("abort", abandon, { once: true });

      function end(): void {
        signal?.removeEventListener("abort", abandon);
        resolve();
      }
      function abandon(): void {
        const index = indexAfter(dueMs, sleep.order) - 1;
        if (sleeps[index] === sleep) sleeps.splice(index, 1);
        end();
      }
    });
  }

  return {
    add,
    release(nowMs) {
      for (const sleep of sleeps.splice(0, indexAfter(nowMs, Infinity))) sleep.end();
    },
    nextDueMs: () => sleeps[0]?.dueMs,
    size: () => sleeps.length,
  };
}
