import { clusterStart, isPairAt } from "./cluster-start.ts";
import type { Cut } from "./segment.ts";

/** What one request of an engine may hold. */
export interface SegmentLimits {
  readonly segmentCharacters?: number | undefined;
  readonly segmentBytes?: number | undefined;
}

/**
 * The most of `text` that is at most `units` long and within the limits: cut at the last place where it may be cut, else (a word
 * longer than the limit) before the cluster of characters that goes beyond it. One that is longer than the limit itself is cut too, but
 * not inside a surrogate pair: where a limit is less than that, the pair goes alone.
 */
export function fitLimits(text: string, units: number, cuts: readonly Cut[], limits: SegmentLimits): number {
  if (fits(text, units, limits)) return units;
  const cut = cuts.findLast((candidate) => candidate.at < units && fits(text, candidate.at, limits));
  if (cut !== undefined) return cut.at;
  let low = 1;
  let high = units;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(text, middle, limits)) low = middle;
    else high = middle - 1;
  }
  const start = clusterStart(text, low);
  if (hasWords(text, start)) return start;
  if (!isPairAt(text, low)) return low;
  return hasWords(text, low - 1) ? low - 1 : low + 1;
}

/** White space alone is no part of a request. */
function hasWords(text: string, units: number): boolean {
  return /\S/u.test(text.slice(0, units));
}

/** Whether all of a text is within the limits. */
export function fitsLimits(text: string, limits: SegmentLimits): boolean {
  return fits(text, text.length, limits);
}

function fits(text: string, units: number, limits: SegmentLimits): boolean {
  const { segmentCharacters, segmentBytes } = limits;
  const part = text.slice(0, units).trim();
  if (segmentCharacters !== undefined && part.length > segmentCharacters) return false;
  return segmentBytes === undefined || part.length * 3 <= segmentBytes || utf8Length(part) <= segmentBytes;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
