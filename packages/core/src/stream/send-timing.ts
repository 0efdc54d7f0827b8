import { TTSError } from "@parlando/engine";
import { fitLimits, fitsLimits } from "../segments/fit-limits.ts";
import { LONGEST_SEGMENT_UNITS } from "../segments/longest-segment.ts";
import { lowerMarkup } from "../ssml/lower/lower-markup.ts";
import { readSupport } from "../ssml/lower/support.ts";
import { accountOf, capabilitiesOf } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { securedMs } from "../synthesis/secured-audio.ts";
import type { TextView } from "../text/text-queue.ts";
import type { SenderOptions } from "./sender-options.ts";
import type { SentText } from "./sent-text.ts";
import { SendLead } from "./send-lead.ts";
import { voiceOf } from "./voice-of.ts";

/** Segments in flight at once: the one that is played, and two ahead of it. */
const MOST_IN_FLIGHT = 3;
/** How often a planner that waits without saying for how long is asked again. */
const ASK_AGAIN_MS = 20;
/** Audio ahead below which a pause of the writer matters. */
const NEARLY_DRY_MS = 250;

/** A document that is too long is tried again with so much of its text. */
const SMALLER_BY = 0.8;

/** What {@link SendTiming} answers: the units to send now, 0 for none; and when it wants to be asked again. */
export interface SendAnswer {
  readonly units: number;
  readonly askAgainInMs?: number | undefined;
}

const NOTHING: SendAnswer = { units: 0 };

/** Decides how much of the text at hand becomes a segment now: by the planner, what is ahead, and what the engine takes. */
export class SendTiming {
  readonly #options: SenderOptions;
  readonly #sent: SentText;
  readonly #lead = new SendLead();
  /** With more audio than this ahead, the last look at the text has told, nothing is sent. */
  #roomBelowMs = Infinity;

  constructor(options: SenderOptions, sent: SentText) {
    this.#options = options;
    this.#sent = sent;
  }

  /** Segments that are being made; one to which text is still added is none of them. */
  get inFlight(): number {
    let count = 0;
    for (const run of this.#options.runs) if (run.state === "sent" && !run.open) count += 1;
    return count;
  }

  /** Whether so many segments are being made that none is sent before one of them ends. */
  get isBusy(): boolean {
    return this.inFlight >= MOST_IN_FLIGHT;
  }

  /** Whether the listener will soon have heard everything. */
  get isNearlyDry(): boolean {
    return this.#options.playhead.unheardMs() + this.#options.gate.aheadMs() < NEARLY_DRY_MS;
  }

  /** Whether the last look at the text told that there was too little room. */
  get waitsForRoom(): boolean {
    return this.#roomBelowMs !== Infinity;
  }

  /** Whether no more room has come since the last look at the text told that there was too little: another look would find the same. */
  get isStillFull(): boolean {
    return this.#options.gate.aheadMs() > this.#roomBelowMs;
  }

  /** The engine that the next segment goes to. */
  get route(): EngineRoute {
    const route = this.#options.routes.current();
    if (route === undefined) throw new TTSError("INTERNAL", "A stream has no engine to send its text to.");
    return route;
  }

  /** The text is looked at anew: what the last look told of room, of another engine perhaps, holds no more. */
  lookAnew(): void {
    this.#roomBelowMs = Infinity;
  }

  /** For an engine that takes segments: each is a request, and needs a slot of its account. */
  ofSegment(view: TextView): SendAnswer {
    const { inFlight } = this;
    const account = accountOf(this.route.engine);
    const freeSlots = inFlight === 0 ? Math.max(1, account.freeSlots) : Math.min(MOST_IN_FLIGHT - inFlight, account.freeSlots);
    if (freeSlots <= 0) return NOTHING;
    const text = view.text.slice(0, LONGEST_SEGMENT_UNITS);
    const soonest = this.#whenEarly(text, text.length);
    if (soonest !== undefined) return soonest;
    const answer = this.#ask(view, freeSlots);
    if (answer.units <= 0) return answer;
    const units = this.#fit(view, answer.units);
    return this.#whenEarly(text, units) ?? { units };
  }

  /** Undefined when `units` may be sent now; else when to ask again: more than the mark would still be ahead when their audio comes. */
  #whenEarly(text: string, units: number): SendAnswer | undefined {
    const { gate, settings, clock, statistics } = this.#options;
    const estimate = this.#estimate();
    const aheadMs = gate.aheadMs();
    const fullMs = aheadMs + this.#expectedMs(estimate.msPerCharacter(text)) - settings.highWaterMs;
    this.#lead.note(clock.now(), statistics.audioMs);
    if (fullMs < 0) return undefined;
    const leadMs = this.#lead.leadMs(clock.now(), { units, cost: estimate.current(), output: this.#capabilities().output, chunkMs: settings.chunkMs ?? 0 });
    if (fullMs < leadMs) return undefined;
    this.#roomBelowMs = aheadMs - (fullMs - leadMs);
    // Who takes nothing is not asked again: the next chunk that is taken tells.
    return leadMs === 0 ? NOTHING : { units: 0, askAgainInMs: Math.max(ASK_AGAIN_MS, fullMs - leadMs) };
  }

  /** For an engine that takes text as it comes: where the text that it has may be flushed. It has one slot for all of it. */
  ofFlush(view: TextView): SendAnswer {
    const freeSlots = MOST_IN_FLIGHT - this.inFlight;
    return freeSlots <= 0 || this.isFull(view.text) ? NOTHING : this.#ask(view, freeSlots);
  }

  /** Whether so many segments are being made, or so much is ahead, that nothing more is sent. */
  isFull(text: string): boolean {
    const { gate, settings } = this.#options;
    return this.inFlight >= MOST_IN_FLIGHT || gate.aheadMs() + this.#expectedMs(this.#estimate().msPerCharacter(text)) >= settings.highWaterMs;
  }

  #ask(view: TextView, freeSlots: number): SendAnswer {
    const { settings, planner, runs, clock } = this.#options;
    const { inFlight } = this;
    const { output } = this.#capabilities();
    const estimate = this.#estimate();
    const msPerCharacter = estimate.msPerCharacter(view.text);
    const cost = estimate.current();
    const nowMs = clock.now();
    const sentSegments = this.#sent.segments;
    const secured = sentSegments === 0 ? Infinity : securedMs({ nowMs, unheardMs: this.#options.playhead.unheardMs(), runs, cost, msPerCharacter, output, sampleRate: settings.sampleRate });
    const answer = planner.next({ nowMs, pendingText: view.text, cuts: view.cuts, ended: view.ended, sentSegments, inFlight, freeSlots, securedMs: secured, msPerCharacter, cost, output });
    if (typeof answer !== "number") return { units: 0, askAgainInMs: Math.max(1, answer.askAgainInMs) };
    if (answer <= 0) return { units: 0, askAgainInMs: Math.max(ASK_AGAIN_MS, Math.min(250, secured / 4)) };
    return { units: Math.min(answer, view.text.length) };
  }

  #fit(view: TextView, units: number): number {
    const { limits, ssml } = this.#capabilities();
    let fitted = fitLimits(view.text, units, view.cuts, limits);
    if (this.#options.settings.options.ssml !== true || (limits.segmentCharacters === undefined && limits.segmentBytes === undefined)) return fitted;
    // Tags may make it longer than it is without them.
    for (;;) {
      const { markup, ...taken } = this.#options.text.peek(fitted);
      if (markup === undefined || fitsLimits(lowerMarkup({ ...taken, markup }, readSupport(ssml)).text, limits)) return fitted;
      const smaller = view.cuts.findLast(({ at }) => at < fitted * SMALLER_BY)?.at;
      if (smaller === undefined) return fitted;
      fitted = smaller;
    }
  }

  /** Audio that the segments in flight are still expected to bring. */
  #expectedMs(msPerCharacter: number): number {
    const { runs, settings } = this.#options;
    return runs.reduce((sum, run) => {
      if (run.state !== "sent" || run.open) return sum;
      return sum + Math.max(0, run.segment.text.length * msPerCharacter - (run.entry.frames * 1000) / settings.sampleRate);
    }, 0);
  }

  #capabilities(): ReturnType<typeof capabilitiesOf> {
    return capabilitiesOf(this.route.engine, voiceOf(this.route, this.#options));
  }

  #estimate(): ReturnType<ReturnType<typeof accountOf>["estimateOf"]> {
    return accountOf(this.route.engine).estimateOf(voiceOf(this.route, this.#options), this.#capabilities());
  }
}
