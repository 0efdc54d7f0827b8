import { TTSError } from "@parlando/engine";

/** Slots for requests, given out in the order of asking. What is free is taken at once: a stream sends a request for every few seconds of speech. */
export class SlotLine {
  #slots: number;
  #running = 0;
  /** Those who wait, in order, by what lets them in; who has left the line is taken out of it. */
  readonly #waiting = new Set<() => void>();

  /** @param slots Requests at once, at least 1. */
  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Requests that may have a slot at once. */
  get slots(): number {
    return this.#slots;
  }

  /** With more of them, who waits goes on; with fewer, those that run keep theirs. */
  set slots(slots: number) {
    this.#slots = slots;
    this.#letIn();
  }

  /** Requests that have a slot. */
  get running(): number {
    return this.#running;
  }

  /** Requests that wait for one. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a slot: undefined where one is free, else a promise for it. Rejects with `ABORTED` when the signal is aborted before; then no slot was taken. */
  enter(signal: AbortSignal): Promise<void> | undefined {
    if (this.#waiting.size > 0 || this.#running >= this.#slots) return this.#wait(signal);
    this.#running += 1;
    return undefined;
  }

  /** Gives a slot back. */
  leave(): void {
    this.#running -= 1;
    this.#letIn();
  }

  #letIn(): void {
    for (const letIn of this.#waiting) {
      if (this.#running >= this.#slots) return;
      this.#waiting.delete(letIn);
      this.#running += 1;
      letIn();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const letIn = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(letIn);
        reject(new TTSError("ABORTED", "The request was called off while it waited for its turn.", { cause: signal.reason }));
      };
      if (signal.aborted) return giveUp();
      this.#waiting.add(letIn);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }
}
