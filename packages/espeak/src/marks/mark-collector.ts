import type { Mark, MarkKind } from "@parlando/engine";

/** Puts marks of all kinds in the order of their times, and gives out those that nothing earlier can follow. */
export interface MarkCollector {
  add(mark: Mark): void;
  /** The marks before `settledMs`, in order. */
  takeUntil(settledMs: number): Mark[];
}

const order: readonly MarkKind[] = ["sentence", "bookmark", "word", "phoneme", "viseme", "character"];

/** A collector that keeps the kinds asked for. */
export function createMarkCollector(kinds: readonly MarkKind[]): MarkCollector {
  let waiting: Mark[] = [];
  return {
    add(mark) {
      if (kinds.includes(mark.kind)) waiting.push(mark);
    },
    takeUntil(settledMs) {
      const ready = waiting.filter((mark) => mark.timeMs < settledMs);
      if (ready.length === 0) return ready;
      waiting = waiting.filter((mark) => mark.timeMs >= settledMs);
      return ready.sort((one, other) => one.timeMs - other.timeMs || order.indexOf(one.kind) - order.indexOf(other.kind));
    },
  };
}
