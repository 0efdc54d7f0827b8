/** Promises that wait for something measured to come about. */
export interface WaitingList {
  /** A promise with a measure; never an unhandled rejection. */
  add(measure: number): Promise<void>;
  /** Resolves those whose measure passes. */
  settle(passes: (measure: number) => boolean): void;
  /** Rejects all. */
  fail(error: unknown): void;
}

/** Makes an empty list. */
export function createWaitingList(): WaitingList {
  let waiting: { measure: number; resolve(): void; reject(error: unknown): void }[] = [];
  return {
    add(measure) {
      const promise = new Promise<void>((resolve, reject) => waiting.push({ measure, resolve, reject }));
      promise.catch(() => {});
      return promise;
    },
    settle(passes) {
      waiting = waiting.filter(({ measure, resolve }) => {
        const settled = passes(measure);
        if (settled) resolve();
        return !settled;
      });
    },
    fail(error) {
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
}
