import type { Cut } from "./segment.ts";

/** See `sim/README.md`. `cuts` is absent in programs that have no segmenter: then the planner finds its own. */
export interface PlannerState {
  nowMs: number;
  pendingText: string;
  cuts?: readonly Cut[] | undefined;
  ended: boolean;
  sentSegments: number;
  inFlight: number;
  freeSlots: number;
  /** Audio made or expected, ahead of the playhead; Infinity before the first request. */
  securedMs: number;
  msPerCharacter: number;
  cost: { startMs: number; startMsHigh: number; perCharacterMs: number };
  output: "streaming" | "whole";
}

export interface Planner {
  /** UTF-16 units of `pendingText` to send now; 0 or `{ askAgainInMs }` to wait. Asked again on every change too. */
  next(state: PlannerState): number | { askAgainInMs: number };
}
