import { SharedWait } from "../condition.ts";

/** That anything changed in a stream which its taker or a held engine may wait for. Told to one besides, who wants nearly every change and would need a promise for each. */
export class StreamChange extends SharedWait {
  readonly #onChange: () => void;

  /** @param onChange Called at each change. */
  constructor(onChange: () => void) {
    super();
    this.#onChange = onChange;
  }

  override notify(): void {
    super.notify();
    this.#onChange();
  }
}
