import type { LedgerSegment } from "./ledger-entry.ts";

/** The stretch of the fed text that a stretch of a segment's text was made from: what a mark of it covers. */
export function sourceRange(segment: LedgerSegment, start: number, end: number): { textStart: number; textEnd: number } {
  if (start >= end) return { textStart: segment.sourceAt(start), textEnd: segment.sourceAt(end) };
  return { textStart: segment.sourceStartAt?.(start) ?? segment.sourceAt(start), textEnd: segment.sourceEndAt?.(end) ?? segment.sourceAt(end) };
}
