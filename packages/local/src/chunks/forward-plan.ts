import type { MachineSpeed } from "./chunk-planner.ts";
import { behind, type ChunkShape, codesMadeIn, decodeMs } from "./chunk-shape.ts";

/** How far a plan may go. */
export interface ChunkBounds {
  readonly smallest: number;
  readonly largest: number;
}

/** Where a speech stands. */
export interface Standing {
  readonly generated: number;
  readonly handed: number;
  /** Sound handed over and not heard yet. */
  readonly aheadMs: number;
  /** Codes of the whole speech; no plan goes further. Infinity: not known. */
  readonly lastCode: number;
}

/** Of the sound that is ahead, so much is kept back for what is not foreseen: a share, and not more than this. */
const reserveShare = 0.2;
const reserveMs = 60;

/** What is kept back of so much sound. */
export function reserveOf(aheadMs: number): number {
  return Math.min(reserveMs, reserveShare * aheadMs);
}

/** The largest piece that is there before so much sound is used up; 0: there is none. */
export function largestInTime(shape: ChunkShape, speed: MachineSpeed, { standing, bounds, withinMs }: { standing: Standing; bounds: ChunkBounds; withinMs: number }): number {
  const { smallest, largest } = bounds;
  const most = Math.min(largest, standing.lastCode - standing.handed);
  const inTime = (count: number): boolean => timeUntil(shape, speed, standing, count) <= withinMs;
  const least = Math.min(smallest, most);
  if (least < 1 || !inTime(least)) return 0;
  // A larger piece is never there earlier, so the largest can be found by halving.
  let low = least;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (inTime(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How long until `count` more codes can be handed over. */
export function timeUntil(shape: ChunkShape, speed: MachineSpeed, { generated, handed, lastCode }: Standing, count: number): number {
  const needed = Math.min(handed + count + behind(shape), lastCode);
  return Math.max(0, needed - generated) * speed.codeMs + decodeMs(shape, speed, { handed, count });
}

/** Sizes that a first piece is tried with: each about a sixth larger than the one before. */
const firstSizes: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 19, 22, 26, 30, 35, 41, 48];

/**
 * The smallest piece to begin with, such that all pieces after it come in time: the plan is followed in thought until windows are as large as they become.
 * Where there is none, some later piece comes too late whatever the first one is: then the largest.
 */
export function smallestStart(shape: ChunkShape, speed: MachineSpeed, standing: Standing, bounds: ChunkBounds): number {
  const most = Math.min(bounds.largest, standing.lastCode - standing.handed);
  const fits = (first: number): boolean => first >= bounds.smallest && first < most && keepsUp(shape, speed, { standing, first, bounds });
  return firstSizes.find(fits) ?? most;
}

function keepsUp(shape: ChunkShape, speed: MachineSpeed, { standing, first, bounds }: { standing: Standing; first: number; bounds: ChunkBounds }): boolean {
  const until = shape.rule.lookBack + 2 * bounds.largest + standing.handed;
  const next = (now: Standing): number => largestInTime(shape, speed, { standing: now, bounds, withinMs: now.aheadMs - reserveOf(now.aheadMs) });
  return staysAhead(shape, speed, { standing, until, next: (now) => (now.handed === standing.handed ? first : next(now)) });
}

/** A plan that is followed in thought. */
export interface ThoughtPlan {
  /** Where it begins: nothing of what is ahead then counts, since the next piece is heard when it is there. */
  readonly standing: Standing;
  /** Followed until so many codes are handed over, or all. */
  readonly until: number;
  /** The next piece; 0: the plan has none, and fails. */
  readonly next: (now: Standing) => number;
}

/** Whether each piece of a plan is there before the sound of those before it is used up. */
export function staysAhead(shape: ChunkShape, speed: MachineSpeed, { standing, until, next }: ThoughtPlan): boolean {
  const enough = Math.min(standing.lastCode, until);
  let now: Standing = { ...standing, aheadMs: 0 };
  while (now.handed < enough) {
    const count = next(now);
    if (count < 1) return false;
    const passedMs = timeUntil(shape, speed, now, count);
    const leftMs = now.handed === standing.handed ? 0 : now.aheadMs - passedMs;
    if (leftMs < 0) return false;
    const made = codesMadeIn(shape, speed, { elapsedMs: passedMs, decodingMs: decodeMs(shape, speed, { handed: now.handed, count }) });
    now = { generated: Math.min(now.lastCode, now.generated + made), handed: now.handed + count, aheadMs: leftMs + count * shape.codeDurationMs, lastCode: now.lastCode };
  }
  return true;
}
