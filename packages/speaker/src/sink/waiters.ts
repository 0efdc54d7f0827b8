interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait for one and the same thing. */
export class Waiters {
  #waiting: Waiter[] = [];

  /** Waits for the next `settle()`; fails at once when there is a reason already. */
  wait(failure: Error | undefined): Promise<void> {
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Lets all go on, or fail for a reason. */
  settle(failure?: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve, reject } of waiting) {
      if (failure === undefined) resolve();
      else reject(failure);
    }
  }
}
