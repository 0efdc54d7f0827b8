import { FirstRequest } from "./first-request.ts";
import { plainCuts } from "./plain-cuts.ts";
import type { Planner, PlannerState } from "./planner-state.ts";
import { isLoneShortWord, pullsNext } from "./pulling-words.ts";
import { LONGEST_SEGMENT_UNITS } from "./longest-segment.ts";
import { patienceMs, requestSizes, safeAfter, securedAfter, slowestStartMs, type RequestSizes } from "./request-sizes.ts";
import type { Cut } from "./segment.ts";

/** A text without a good place to cut is cut at any word from here on. */
const LONGEST_UNCUT = 200;
/** What the smallest request of `balanced` says, in units: two or three words. */
const LEAST_BALANCED = 6;

/** With so much audio ahead, nothing more than the next sentence is sent. */
const PLENTY_MS = 3_000;

/** Looked at behind the largest request that is safe: to see how it could go on. */
const CUTS_BEYOND = 3;

/** A finished sentence too short to be worth a request waits so long for more text, then goes alone. */
const SHORT_SENTENCE_WAIT_MS = 250;

/**
 * Decides how much text to send to the engine, and when. It has no clock and keeps no text; all it remembers is when the
 * text it was shown began, and when it last grew.
 *
 * - `soonest`: the earliest first audio that does not run dry afterwards.
 * - `balanced` (default): the same, but nothing is cut that would sound cut: no lone short word, no article at the end.
 * - `smoothest`: one whole sentence at a time, whatever the time is.
 *
 * @example
 * ```ts
 * const planner = createPlanner({ latency: "balanced" });
 * const answer = planner.next(state);
 * if (typeof answer === "number" && answer > 0) send(state.pendingText.slice(0, answer));
 * ```
 */
export function createPlanner(options: { latency?: "soonest" | "balanced" | "smoothest" | undefined } = {}): Planner {
  const latency = options.latency ?? "balanced";
  if (latency === "smoothest") return { next: nextSentence };
  const growth = { sentSegments: 0, length: 0, sinceMs: 0 };
  const first = new FirstRequest(latency);
  return {
    next(state) {
      noteGrowth(growth, state);
      const usable = usableCuts(state);
      if (usable === undefined) return 0;
      if (state.securedMs === Infinity) first.note(state, usable);
      const answer = decide({ state, usable, latency, first });
      return answer === 0 ? sendShortSentence(state, usable, growth.sinceMs) : answer;
    },
  };
}

/** When the pending text became what it is. */
interface Growth {
  sentSegments: number;
  length: number;
  sinceMs: number;
}

function noteGrowth(growth: Growth, { sentSegments, pendingText, nowMs }: PlannerState): void {
  if (growth.sentSegments === sentSegments && growth.length === pendingText.length) return;
  growth.sentSegments = sentSegments;
  growth.length = pendingText.length;
  growth.sinceMs = nowMs;
}

/** The cuts behind some text; undefined when nothing can be sent now. */
function usableCuts(state: PlannerState): readonly Cut[] | undefined {
  if (state.freeSlots <= 0) return undefined;
  const start = state.pendingText.search(/\S/u);
  if (start < 0) return undefined;
  const cuts = state.cuts ?? plainCuts(state.pendingText, state.ended);
  return cuts.filter((cut) => cut.at > start);
}

/** `smoothest`: looks at the text alone, never at the time. */
function nextSentence(state: PlannerState): number {
  const usable = usableCuts(state);
  return usable === undefined ? 0 : wholeUnits(state, wholeSentence(state, usable));
}

/** A model that calls a tool says "One moment." and then nothing for a while. */
function sendShortSentence(state: PlannerState, usable: readonly Cut[], sinceMs: number): number | { askAgainInMs: number } {
  const sentence = usable.findLast((cut) => cut.kind === "sentence");
  if (sentence === undefined) return 0;
  const leftMs = sinceMs + SHORT_SENTENCE_WAIT_MS - state.nowMs;
  return leftMs > 0 ? { askAgainInMs: leftMs } : wholeUnits(state, sentence.at);
}

/** The first sentence; of one that is too long, what ends in its last clause or word within the bound. */
function wholeSentence(state: PlannerState, cuts: readonly Cut[]): number {
  const { ended } = state;
  if (cuts.length === 0) return ended ? state.pendingText.length : 0;
  const sentence = cuts.find((cut) => cut.kind === "sentence");
  if (sentence !== undefined && sentence.at <= LONGEST_SEGMENT_UNITS) return sentence.at;
  const isTooLong = ended || (cuts.at(-1)?.at ?? 0) > LONGEST_SEGMENT_UNITS;
  if (!isTooLong) return 0;
  const within = cuts.filter((cut) => cut.at <= LONGEST_SEGMENT_UNITS);
  return (within.findLast((cut) => cut.kind === "clause") ?? within.at(-1) ?? cuts[0])?.at ?? 0;
}

/** What {@link decide} looks at. */
interface Choice {
  readonly state: PlannerState;
  readonly usable: readonly Cut[];
  readonly latency: "soonest" | "balanced";
  readonly first: FirstRequest;
}

function decide({ state, usable, latency, first }: Choice): number | { askAgainInMs: number } {
  const wanted = requestSizes(state);
  const least = latency === "balanced" ? Math.max(wanted.least, LEAST_BALANCED) : wanted.least;
  const sizes = { ...wanted, least };
  const reach = state.securedMs === Infinity ? first.reach(state, least) : sizes.safe;
  const sounding = latency === "balanced" ? (cut: Cut): boolean => soundsWhole(state, cut) : (): boolean => true;
  const allowed = cutsWithin(usable, reach, sounding, (cut) => isPlenty(state, cut, sizes));
  const chosen = noLonger(choose(state, allowed, sizes, first), allowed) ?? chooseDesperately(state, usable);
  if (chosen === undefined) return state.ended ? state.pendingText.length : 0;
  if ("askAgainInMs" in chosen) return chosen;
  if (state.ended || state.securedMs === Infinity) return wholeUnits(state, chosen.at);
  if (chosen.kind === "sentence" && chosen.at >= least) return chosen.at;
  // What is safe does not grow by waiting: only more text could make a better cut.
  if (state.pendingText.length > sizes.safe) return chosen.at;
  const patience = patienceMs(state, chosen.at, startToOutlastMs(state, chosen, sizes));
  return patience > 0 ? { askAgainInMs: Math.ceil(patience) } : chosen.at;
}

/** A request that does not even keep up with speech, beside others that run already, is worth a little risk: more text may come. */
function startToOutlastMs(state: PlannerState, chosen: Cut, sizes: RequestSizes): number {
  return state.inFlight > 0 && chosen.at < sizes.bare ? state.cost.startMsHigh : slowestStartMs(state);
}

function choose(state: PlannerState, cuts: readonly Cut[], sizes: RequestSizes, first: FirstRequest): Cut | { askAgainInMs: number } | undefined {
  if (state.securedMs === Infinity) return first.choose(state, cuts, sizes.least) ?? (state.ended ? cuts.at(-1) : undefined);
  const inside = cuts.filter((cut) => cut.at <= sizes.safe);
  const lasting = inside.filter((cut) => canGoOn(state, cut, cuts));
  return bestOf(lasting, sizes.least) ?? bestOf(inside, sizes.least) ?? chooseSmall(cuts, lasting, inside, sizes);
}

/** What is chosen, or what is best within the longest segment: behind that, a cut is only looked at to see how the text goes on. */
function noLonger(chosen: Cut | { askAgainInMs: number } | undefined, allowed: readonly Cut[]): Cut | { askAgainInMs: number } | undefined {
  if (chosen === undefined || "askAgainInMs" in chosen || chosen.at <= LONGEST_SEGMENT_UNITS) return chosen;
  return bestOf(allowed.filter((cut) => cut.at <= LONGEST_SEGMENT_UNITS), 0);
}

/** Those cuts that are worth a look, up to `reach` and a few behind it, or to one after which nothing more is needed. */
function cutsWithin(usable: readonly Cut[], reach: number, isAllowed: (cut: Cut) => boolean, isEnough: (cut: Cut) => boolean): readonly Cut[] {
  const found: Cut[] = [];
  let beyond = 0;
  for (const cut of usable) {
    if (!isAllowed(cut)) continue;
    found.push(cut);
    if (isEnough(cut)) break;
    if (cut.at > reach) beyond += 1;
    if (beyond === CUTS_BEYOND) break;
  }
  return found;
}

/** Where one sentence leaves plenty of audio, the next ones can wait: an interruption would throw them away. */
function isPlenty(state: PlannerState, cut: Cut, { least, safe }: RequestSizes): boolean {
  return state.securedMs !== Infinity && cut.kind === "sentence" && cut.at >= least && cut.at <= safe && securedAfter(state, cut.at) >= PLENTY_MS;
}

/** The last sentence, else the last clause, else the last word, of those of enough size. */
function bestOf(inside: readonly Cut[], least: number): Cut | undefined {
  const enough = inside.filter((cut) => cut.at >= least);
  for (const kind of ["sentence", "clause", "word"] as const) {
    const best = enough.findLast((cut) => cut.kind === kind);
    if (best !== undefined) return best;
  }
  return undefined;
}

/** Whether, after sending up to a cut, the next one to come would be safe as well. */
function canGoOn(state: PlannerState, cut: Cut, cuts: readonly Cut[]): boolean {
  const next = cuts.find((later) => later.at > cut.at && !isLoneShortWord(state.pendingText, cut.at, later.at, false));
  return next === undefined || next.at - cut.at <= safeAfter(state, cut.at);
}

/** Where nothing of enough size is safe: what still keeps up with speech, else the first that comes. */
function chooseSmall(cuts: readonly Cut[], lasting: readonly Cut[], inside: readonly Cut[], sizes: RequestSizes): Cut | undefined {
  const largest = lasting.at(-1) ?? inside.at(-1);
  if (largest !== undefined && largest.at >= sizes.bare) return largest;
  return cuts.find((cut) => cut.at > sizes.safe) ?? largest;
}

/** A text in which no cut sounds right is cut all the same when it has become long. */
function chooseDesperately(state: PlannerState, usable: readonly Cut[]): Cut | undefined {
  return state.pendingText.length > LONGEST_UNCUT ? usable.findLast((cut) => cut.at <= LONGEST_UNCUT) ?? usable[0] : undefined;
}

function soundsWhole(state: PlannerState, cut: Cut): boolean {
  const { pendingText } = state;
  if (state.ended && cut.at >= pendingText.trimEnd().length) return true;
  if (isLoneShortWord(pendingText, 0, cut.at, state.sentSegments === 0)) return false;
  return cut.kind !== "word" || !pullsNext(pendingText, cut.at);
}

/** At the end of the text, the white space behind it goes along: nothing is left. */
function wholeUnits(state: PlannerState, units: number): number {
  return state.ended && units >= state.pendingText.trimEnd().length ? state.pendingText.length : units;
}
