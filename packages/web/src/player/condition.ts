/** Something that may change again and again. Core has one like it, which is not part of what it exports. */
export class Condition {
  #waiting: (() => void)[] = [];

  /** Waits until it is so; asks anew at each {@link notify}. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  notify(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
