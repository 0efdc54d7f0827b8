import type { Cut } from "./segment.ts";

/** The cuts not yet passed, under absolute offsets, and their view from {@link CutList.base}. */
export interface CutList {
  /** How much was taken. */
  readonly base: number;
  /** A cut after all others. */
  push(cut: Cut): void;
  /** Cuts up to `limit` units after the base, in offsets from there. The same array as long as nothing changed. */
  within(limit: number): readonly Cut[];
  /** Moves the base. Tells the kind of the cut there, if there is one. */
  take(end: number): Cut["kind"] | undefined;
}

const DROPPED_BEFORE_COPY = 1024;

/** An empty list at offset 0. */
export function createCutList(): CutList {
  let cuts: Cut[] = [];
  let first = 0;
  let base = 0;
  let view: readonly Cut[] | undefined;
  let viewLimit = 0;

  function drop(end: number): Cut["kind"] | undefined {
    let kind: Cut["kind"] | undefined;
    for (let cut = cuts[first]; cut !== undefined && cut.at <= end; cut = cuts[first]) {
      if (cut.at === end) kind = cut.kind;
      first += 1;
    }
    if (first > DROPPED_BEFORE_COPY) {
      cuts = cuts.slice(first);
      first = 0;
    }
    return kind;
  }

  return {
    get base() {
      return base;
    },
    push(cut) {
      if (cut.at <= base) return;
      cuts.push(cut);
      view = undefined;
    },
    within(limit) {
      if (view !== undefined && viewLimit === limit) return view;
      const found: Cut[] = [];
      for (let index = first; index < cuts.length; index += 1) {
        const cut = cuts[index];
        if (cut === undefined || cut.at - base > limit) break;
        found.push({ at: cut.at - base, kind: cut.kind });
      }
      view = found;
      viewLimit = limit;
      return found;
    },
    take(end) {
      base = end;
      view = undefined;
      return drop(end);
    },
  };
}
