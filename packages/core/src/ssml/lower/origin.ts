/** Where a stretch of what was written comes from, in the text that was fed. */
export type Origin =
  /** Unit for unit from the text without tags, whose way back is asked. */
  | { readonly kind: "text"; readonly startAt: (index: number) => number; readonly endAt: (index: number) => number; readonly from: number }
  /** All of it from one stretch. */
  | { readonly kind: "range"; readonly start: number; readonly end: number };

/** Where the unit at `offset` of a stretch begins. */
export function sourceStart(origin: Origin, offset: number): number {
  return origin.kind === "range" ? origin.start : origin.startAt(origin.from + offset);
}

/** Where the unit before `offset` of a stretch ends. */
export function sourceEnd(origin: Origin, offset: number): number {
  return origin.kind === "range" ? origin.end : origin.endAt(origin.from + offset);
}
