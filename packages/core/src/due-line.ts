/** Somebody who waits: until when he can, of a clock, and how many came before him. */
interface Waiting {
  readonly dueMs: number;
  readonly number: number;
  readonly callback: () => void;
}

function isBefore(left: Waiting, right: Waiting): boolean {
  return left.dueMs === right.dueMs ? left.number < right.number : left.dueMs < right.dueMs;
}

/** A line in which those go first who can wait least; of two who can wait as long, who came first. A binary heap, since a thousand may stand in it. */
export class DueLine {
  readonly #heap: Waiting[] = [];
  #number = 0;

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  push(dueMs: number, callback: () => void): void {
    const last: Waiting = { dueMs, number: (this.#number += 1), callback };
    let place = this.#heap.push(last) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const waiting = this.#heap[above];
      if (waiting === undefined || isBefore(waiting, last)) break;
      this.#heap[place] = waiting;
      place = above;
    }
    this.#heap[place] = last;
  }

  shift(): (() => void) | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (first !== last) this.#sink(last);
    return first.callback;
  }

  /** Finds the place of `last` from the top, which is free. */
  #sink(last: Waiting): void {
    let place = 0;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const next = isRight ? right : left;
      if (next === undefined || isBefore(last, next)) break;
      this.#heap[place] = next;
      place = 2 * place + (isRight ? 2 : 1);
    }
    this.#heap[place] = last;
  }
}
