import type { Cut } from "./segment.ts";

/** The cuts not yet passed, under absolute offsets, and their view from {@link CutList.base} on. */
export interface CutList {
  /** How much was taken. */
  base(): number;
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
  /** The cuts from `first` on as seen from the base: made once for each base, since a growing text is asked for them again and again. */
  let seen: Cut[] = [];
  let view: readonly Cut[] | undefined;
  let viewLimit = 0;

  function look(): void {
    for (let index = first + seen.length; index < cuts.length; index += 1) {
      const cut = cuts[index];
      if (cut !== undefined) seen.push({ at: cut.at - base, kind: cut.kind });
    }
  }

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
    base: () => base,
    push(cut) {
      if (cut.at <= base) return;
      cuts.push(cut);
      view = undefined;
    },
    within(limit) {
      if (view !== undefined && viewLimit === limit) return view;
      look();
      let count = seen.length;
      while (count > 0 && (seen[count - 1]?.at ?? 0) > limit) count -= 1;
      view = seen.slice(0, count);
      viewLimit = limit;
      return view;
    },
    take(end) {
      base = end;
      seen = [];
      view = undefined;
      return drop(end);
    },
  };
}
