/** Lets any number wait until something has changed. */
export interface Wake {
  /** Resolves with the next change. */
  wait(): Promise<void>;
  /** Something has changed. */
  changed(): void;
}

/** Makes one. */
export function createWake(): Wake {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    changed() {
      const woken = waiting;
      waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}
