/** Promises that wait for something measured to come about, in order: none settles before the one in front of it. */
export interface WaitingList {
  /** The measure of the first that waits. */
  first(): number | undefined;
  /** A promise with a measure; never an unhandled rejection. */
  add(measure: number): Promise<void>;
  /** Resolves those from the front whose measure passes. */
  settle(passes: (measure: number) => boolean): void;
  /** Rejects all. */
  fail(error: unknown): void;
}

interface Waiting {
  measure: number;
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/** Makes an empty list. */
export function createWaitingList(): WaitingList {
  const list: Waiting[] = [];
  return {
    first: () => list[0]?.measure,
    add(measure) {
      let settlers: Pick<Waiting, "resolve" | "reject"> | undefined;
      const promise = new Promise<void>((resolve, reject) => (settlers = { resolve, reject }));
      if (settlers !== undefined) list.push({ measure, promise, resolve: settlers.resolve, reject: settlers.reject });
      return promise;
    },
    settle(passes) {
      for (let first = list[0]; first !== undefined && passes(first.measure); first = list[0]) {
        list.shift();
        first.resolve();
      }
    },
    fail(error) {
      for (const { promise, reject } of list.splice(0)) {
        promise.catch(() => {});
        reject(error);
      }
    },
  };
}
