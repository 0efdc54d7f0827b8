import type { PlannerState } from "./planner-state.ts";
import { requestSizes, slowestStartMs } from "./request-sizes.ts";
import type { Cut } from "./segment.ts";

/** Of places near each other, the later one gives more room. */
const NEAR = 1.25;
/** The first audio is never put off by more than this share of the time at which it could come. */
const LONGEST_DELAY = 0.45;
/** How much of that may be spent, for each millisecond of speech that a millisecond of waiting brings. */
const DELAY_SHARE = { soonest: 0.1, balanced: 0.08 } as const;
/** About half a word: so much more text is worth looking at the cuts again. */
const UNITS_TO_WAIT_FOR = 3;
/** The next place to cut is about so much further. */
const UNITS_TO_NEXT_CUT = 4;

/**
 * Chooses the first request of a stream. It must last until the next one is ready; beyond that, each character makes a slow second
 * start less likely to be heard, and puts the first audio off. So a few more are taken where they come quickly, and none where the
 * engine is steady, or where waiting would cost too much. All that it remembers is when the text began.
 */
export class FirstRequest {
  readonly #delayShare: number;
  #beganMs: number | undefined;
  #soonestMs: number | undefined;

  constructor(latency: "soonest" | "balanced") {
    this.#delayShare = DELAY_SHARE[latency];
  }

  /** Looks at the text before the first request was sent. `usable` are all its cuts. */
  note(state: PlannerState, usable: readonly Cut[]): void {
    this.#beganMs ??= state.nowMs;
    if (this.#soonestMs !== undefined) return;
    const several = state.freeSlots + state.inFlight > 1;
    const bare = several ? 1 : requestSizes(state).bare;
    const cut = usable.find(({ at }) => at >= bare) ?? (state.ended ? usable.at(-1) : undefined);
    if (cut !== undefined) this.#soonestMs = this.#audioAtMs(state, cut.at);
  }

  /** No cut behind this is better than one before it. */
  reach(state: PlannerState, least: number): number {
    return Math.max(least * NEAR, unitsToOutlast(state, slowestStartMs(state)));
  }

  /** The cut to send up to, how long to wait for a better one, or undefined where none of enough size is there. */
  choose(state: PlannerState, cuts: readonly Cut[], least: number): Cut | { askAgainInMs: number } | undefined {
    const enough = cuts.filter((cut) => cut.at >= least);
    const near = least * NEAR;
    const wanted = this.reach(state, least);
    const latestMs = this.#latestMs(state);
    const inTime = enough.filter((cut) => cut.at <= near || (cut.at <= wanted && this.#audioAtMs(state, cut.at) <= latestMs));
    const best = inTime.at(-1) ?? enough[0];
    if (best === undefined || state.ended || best.kind === "sentence" || best.at + UNITS_TO_NEXT_CUT > wanted) return best;
    const moreMs = Math.max(5, UNITS_TO_WAIT_FOR * this.#msPerUnitFed(state));
    const next = Math.max(best.at + UNITS_TO_NEXT_CUT, state.pendingText.length + 1);
    return this.#audioAtMs(state, next) + moreMs <= latestMs ? { askAgainInMs: moreMs } : best;
  }

  /** When the first audio would come, counted from the first text, if `units` were sent now. */
  #audioAtMs({ nowMs, cost, output }: PlannerState, units: number): number {
    return nowMs - (this.#beganMs ?? nowMs) + cost.startMs + (output === "streaming" ? 0 : cost.perCharacterMs * units);
  }

  #latestMs(state: PlannerState): number {
    const gainMs = state.msPerCharacter - state.cost.perCharacterMs;
    const worth = gainMs / Math.max(0.1, this.#msPerUnitFed(state) + state.cost.perCharacterMs);
    return (this.#soonestMs ?? 0) * (1 + Math.max(0, Math.min(LONGEST_DELAY, worth * this.#delayShare)));
  }

  #msPerUnitFed({ nowMs, pendingText }: PlannerState): number {
    return (nowMs - (this.#beganMs ?? nowMs)) / Math.max(1, pendingText.length);
  }
}

/** Speech of so many units outlasts a start, after what it took to make it. */
function unitsToOutlast({ cost, msPerCharacter }: PlannerState, startMs: number): number {
  const gainMs = msPerCharacter - cost.perCharacterMs;
  return gainMs <= 0 ? 0 : startMs / gainMs;
}
