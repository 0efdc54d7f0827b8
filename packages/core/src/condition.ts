/** Something to wait for that may happen again and again. */
export interface Condition {
  /** Resolves at the next {@link Condition.notify}. */
  wait(): Promise<void>;
  notify(): void;
}

/** A condition that nobody waits for yet. */
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
