/** Something to wait for that may happen again and again: what sinks and engines wait by, in loops that look anew after each wake. */
export interface Condition {
  /** Resolves at the next {@link Condition.notify}. */
  wait(): Promise<void>;
  /** Wakes all who wait now. */
  notify(): void;
}

/** One promise for all who wait. */
export class SharedWait implements Condition {
  #waiting: Promise<void> | undefined;
  #release: (() => void) | undefined;

  wait(): Promise<void> {
    this.#waiting ??= new Promise<void>((resolve) => (this.#release = resolve));
    return this.#waiting;
  }

  notify(): void {
    const wake = this.#release;
    this.#waiting = undefined;
    this.#release = undefined;
    wake?.();
  }
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
  const shared = new SharedWait();
  return { wait: () => shared.wait(), notify: () => shared.notify() };
}
