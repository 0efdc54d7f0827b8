import type { LedgerSegment } from "./ledger-segment.ts";

/** The stretch of the fed text that a stretch of a segment's text was made from: what a mark of it covers. It ends no sooner than it begins, whatever a stage of the app says. */
export function sourceRange(segment: LedgerSegment, start: number, end: number): { textStart: number; textEnd: number } {
  if (start >= end) {
    const at = segment.sourceAt(start);
    return { textStart: at, textEnd: at };
  }
  const textStart = segment.sourceStartAt?.(start) ?? segment.sourceAt(start);
  return { textStart, textEnd: Math.max(textStart, segment.sourceEndAt?.(end) ?? segment.sourceAt(end)) };
}
