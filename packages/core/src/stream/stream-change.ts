import type { Condition } from "../condition.ts";

/** That anything changed in a stream which its taker or a held engine may wait for. As `createCondition`, for one who wants nearly every change and would need a promise for each. */
export class StreamChange implements Condition {
  readonly #onChange: () => void;
  #waiting: Promise<void> | undefined;
  #release: (() => void) | undefined;

  /** @param onChange Called at each change. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  wait(): Promise<void> {
    this.#waiting ??= new Promise<void>((resolve) => (this.#release = resolve));
    return this.#waiting;
  }

  notify(): void {
    const wake = this.#release;
    this.#waiting = undefined;
    this.#release = undefined;
    wake?.();
    this.#onChange();
  }
}
