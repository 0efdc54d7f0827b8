/** Something that may happen again and again, and that somebody waits for. */
export interface Wake {
  /** Resolves at the next {@link Wake.notify}. */
  wait(): Promise<void>;
  notify(): void;
}

/** One that nobody waits for yet. */
export function createWake(): Wake {
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
