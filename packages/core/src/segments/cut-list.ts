import type { Cut } from "./segment.ts";

/** The cuts not yet passed, under absolute offsets, and their view from {@link CutList.base} on. */
export interface CutList {
  /** How much was taken. */
  base(): number;
  /** A cut after all others. */
  push(at: number, kind: Cut["kind"]): void;
  /** Cuts up to `limit` units after the base, in offsets from there. The same array as long as nothing changed. */
  within(limit: number): readonly Cut[];
  /** Moves the base. Tells the kind of the cut there, if there is one. */
  take(end: number): Cut["kind"] | undefined;
}

const DROPPED_BEFORE_COPY = 1024;

/** An empty list at offset 0. */
export function createCutList(): CutList {
  /** In two lists: a stream keeps some hundred, of most of which nobody sees more than this. */
  let places: number[] = [];
  let kinds: Cut["kind"][] = [];
  let first = 0;
  let base = 0;
  /** The cuts from `first` on as seen from the base: made once for each base, since a growing text is asked for them again and again. */
  let seen: Cut[] = [];
  let view: readonly Cut[] | undefined;
  let viewLimit = 0;

  function look(): void {
    for (let index = first + seen.length; index < places.length; index += 1) seen.push({ at: (places[index] ?? 0) - base, kind: kinds[index] ?? "word" });
  }

  function drop(end: number): Cut["kind"] | undefined {
    let kind: Cut["kind"] | undefined;
    for (let at = places[first]; at !== undefined && at <= end; at = places[first]) {
      if (at === end) kind = kinds[first];
      first += 1;
    }
    if (first > DROPPED_BEFORE_COPY) {
      places = places.slice(first);
      kinds = kinds.slice(first);
      first = 0;
    }
    return kind;
  }

  return {
    base: () => base,
    push(at, kind) {
      if (at <= base) return;
      places.push(at);
      kinds.push(kind);
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
