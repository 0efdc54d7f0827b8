/** Something to wait for that may happen again and again: what sinks and engines wait by, in loops that look anew after each wake. */
export interface Condition {
  /** Resolves at the next {@link Condition.notify}. */
  wait(): Promise<void>;
  /** Wakes all who wait now. */
  notify(): void;
}

/**
 * A condition that nobody waits for yet. All who wait share one promise.
 *
 * @example
 * ```ts
 * const changed = createCondition();
 * while (queue.length === 0) await changed.wait(); // elsewhere: queue.push(item); changed.notify();
 * ```
 */
export function createCondition(): Condition {
  let waiting: Promise<void> | undefined;
  let release: (() => void) | undefined;
  return {
    wait() {
      waiting ??= new Promise<void>((resolve) => (release = resolve));
      return waiting;
    },
    notify() {
      const wake = release;
      waiting = undefined;
      release = undefined;
      wake?.();
    },
  };
}
