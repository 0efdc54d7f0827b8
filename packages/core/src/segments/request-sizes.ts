import type { PlannerState } from "./planner-state.ts";

/** How much longer the first request is than the smallest that keeps up: room for words, which do not end where one would like. */
const FIRST_ROOM = 1.6;
/** The same for engines whose first audio does not wait for the whole request, or that run several requests at once. */
const FIRST_ROOM_HIGH = 1;
/** An engine slower than speech would ask for a first request without end. */
const LONGEST_FIRST = 160;
/** More at once only makes an interruption dearer. */
const LONGEST_REQUEST = 400;
/** Kept between the expected end of a request and the moment its audio is needed. */
const MARGIN_MS = 60;

/**
 * Sizes of requests in units, by the theory of a request that costs a start and then a time for each character
 * (`a + b·n`), against speech of `s` for each character.
 */
export interface RequestSizes {
  /** The least that keeps up with speech: `a / (s − b)` with room. */
  readonly least: number;
  /** The most that is ready before the audio at hand is over. */
  readonly safe: number;
}

/** The sizes for the moment that a state describes. */
export function requestSizes(state: PlannerState): RequestSizes {
  const least = leastUnits(state);
  if (state.securedMs === Infinity) return { least, safe: least };
  const spareMs = state.securedMs - state.cost.startMsHigh - MARGIN_MS;
  const safe = state.output === "streaming" ? safeStreamed(state, spareMs) : spareMs / Math.max(0.01, state.cost.perCharacterMs);
  return { least, safe: Math.min(LONGEST_REQUEST, Math.max(least, Math.floor(safe))) };
}

function leastUnits({ cost, msPerCharacter, freeSlots, inFlight, output }: PlannerState): number {
  const gainMs = msPerCharacter - cost.perCharacterMs;
  if (gainMs <= 0) return LONGEST_FIRST;
  const slots = freeSlots + inFlight;
  const isHidden = slots > 1 || output === "streaming";
  const startMs = isHidden ? FIRST_ROOM_HIGH * cost.startMsHigh : Math.max(FIRST_ROOM * cost.startMs, FIRST_ROOM_HIGH * cost.startMsHigh);
  return Math.min(LONGEST_FIRST, Math.max(1, Math.round((slots > 1 ? 0.8 : 1) * (startMs / gainMs))));
}

/** Streamed audio is there after the start; only an engine hardly faster than speech makes a long request risky. */
function safeStreamed(state: PlannerState, spareMs: number): number {
  return spareMs > 0 && state.cost.perCharacterMs < state.msPerCharacter ? LONGEST_REQUEST : 0;
}

/**
 * How long sending `units` can still wait, in milliseconds: until the audio at hand would only just outlast the slowest
 * start to be expected. That is taken as `high² / mean`, which is near the 0.999 quantile of a log-normal start.
 */
export function patienceMs(state: PlannerState, units: number): number {
  const { startMs, startMsHigh, perCharacterMs } = state.cost;
  const slowestMs = (startMsHigh * startMsHigh) / Math.max(1, startMs);
  const makingMs = state.output === "streaming" ? 0 : perCharacterMs * units;
  return state.securedMs - slowestMs - makingMs - MARGIN_MS;
}
