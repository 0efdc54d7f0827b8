import type { Cut } from "./segment.ts";

/** All that a planner may know: the text at hand, the audio at hand, and what a request costs. */
export interface PlannerState {
  /** The stream's clock, in milliseconds. */
  nowMs: number;
  /** What was fed and not yet sent, white space included. */
  pendingText: string;
  /** Where it may be cut, from a segmenter. Absent in programs that have none: then the planner finds its own. */
  cuts?: readonly Cut[] | undefined;
  /** No more text will come. */
  ended: boolean;
  /** Requests sent so far. */
  sentSegments: number;
  /** Requests that are not finished. */
  inFlight: number;
  /** How many more would run at once. */
  freeSlots: number;
  /** Audio made or expected, ahead of the playhead, in milliseconds; Infinity before the first request. */
  securedMs: number;
  /** Speech for each UTF-16 unit of text, in milliseconds. */
  msPerCharacter: number;
  /** What a request costs: `startMs` (mean) or `startMsHigh` (0.95 quantile), and `perCharacterMs` for each unit. */
  cost: { startMs: number; startMsHigh: number; perCharacterMs: number };
  /** Whether audio comes while it is made, or all at the end of a request. */
  output: "streaming" | "whole";
}

/** Decides how much text to send, and when. */
export interface Planner {
  /** UTF-16 units of `pendingText` to send now; 0 or `{ askAgainInMs }` to wait. Asked again on every change too. */
  next(state: PlannerState): number | { askAgainInMs: number };
}
