import type { PlannerState } from "./planner-state.ts";

/** How much longer a request should be than the smallest that keeps up: words do not end where one would like. */
const ROOM = 1.6;
/** The same, in slow starts (0.95 quantile), where each request waits for the one before. */
const ROOM_IN_LINE = 1.3;
/** ... and where several run at once, so that most of a start is hidden. */
const ROOM_AT_ONCE = 0.75;
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
  /** The least that keeps up with speech: `a / (s − b)`. */
  readonly bare: number;
  /** The same with room for slow starts. */
  readonly least: number;
  /** The most that is ready before the audio at hand is over. */
  readonly safe: number;
}

/** The sizes for the moment that a state describes. */
export function requestSizes(state: PlannerState): RequestSizes {
  const { cost, output, securedMs } = state;
  const bare = unitsFor(state, cost.startMs);
  const least = leastUnits(state);
  if (securedMs === Infinity) return { bare, least, safe: least };
  const spareMs = securedMs - cost.startMsHigh - MARGIN_MS;
  const safe = output === "streaming" ? safeStreamed(state, spareMs) : spareMs / Math.max(0.01, cost.perCharacterMs);
  return { bare, least, safe: Math.min(LONGEST_REQUEST, Math.max(bare, Math.floor(safe))) };
}

/** What will be safe once `units` were sent and made. */
export function safeAfter(state: PlannerState, units: number): number {
  const { cost, output } = state;
  return output === "streaming" ? LONGEST_REQUEST : (securedAfter(state, units) - cost.startMsHigh) / Math.max(0.01, cost.perCharacterMs);
}

/** The audio at hand when a request of `units` that is sent now will have been made. */
export function securedAfter({ cost, msPerCharacter, securedMs }: PlannerState, units: number): number {
  return securedMs - cost.startMs - cost.perCharacterMs * units + msPerCharacter * units;
}

/** How much speech covers a start, when making it takes its own time. */
function unitsFor({ cost, msPerCharacter }: PlannerState, startMs: number): number {
  const gainMs = msPerCharacter - cost.perCharacterMs;
  return gainMs <= 0 ? LONGEST_FIRST : Math.min(LONGEST_FIRST, Math.max(1, Math.round(startMs / gainMs)));
}

function leastUnits(state: PlannerState): number {
  const { cost, freeSlots, inFlight } = state;
  if (freeSlots + inFlight > 1) return unitsFor(state, ROOM_AT_ONCE * cost.startMsHigh);
  const isSteady = cost.startMsHigh <= cost.startMs * 1.01;
  return unitsFor(state, isSteady ? ROOM * cost.startMs : Math.max(ROOM * cost.startMs, ROOM_IN_LINE * cost.startMsHigh));
}

/** Streamed audio is there after the start; only an engine hardly faster than speech makes a long request risky. */
function safeStreamed(state: PlannerState, spareMs: number): number {
  return spareMs > 0 && state.cost.perCharacterMs < state.msPerCharacter ? LONGEST_REQUEST : 0;
}

/** The slowest start to be expected: `high² / mean`, which is near the 0.999 quantile of a log-normal start. */
export function slowestStartMs({ cost }: PlannerState): number {
  return (cost.startMsHigh * cost.startMsHigh) / Math.max(1, cost.startMs);
}

/** How long sending `units` can still wait, in milliseconds: until the audio at hand would only just outlast a start of `startMs`. */
export function patienceMs(state: PlannerState, units: number, startMs: number): number {
  const makingMs = state.output === "streaming" ? 0 : state.cost.perCharacterMs * units;
  return state.securedMs - startMs - makingMs - MARGIN_MS;
}
