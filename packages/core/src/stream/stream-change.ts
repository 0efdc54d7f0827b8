import { createCondition, type Condition } from "../condition.ts";
import { TAKEN } from "../sinks/taken.ts";

/** That anything changed in a stream which its taker or a held engine may wait for. It happens for every block of every stream, so who waits for it needs no promise. */
export class StreamChange implements Condition {
  readonly #others: Condition = createCondition();
  readonly #onChange: () => void;
  #callback: (() => void) | undefined;

  /** @param onChange Called at each change. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  wait(): Promise<void> {
    return this.#others.wait();
  }

  /** Calls back after the next change, once, when whoever made it has done. */
  callNext(callback: () => void): void {
    if (this.#callback === undefined) this.#callback = callback;
    else void this.wait().then(callback);
  }

  notify(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    if (callback !== undefined) void TAKEN.then(callback);
    this.#others.notify();
    this.#onChange();
  }
}
