import { TTSError } from "@parlando/engine";
import type { LedgerSegment } from "../ledger/ledger-entry.ts";
import { rest } from "../clock.ts";
import { fitLimits } from "../segments/fit-limits.ts";
import { accountOf, capabilitiesOf } from "../synthesis/engine-account.ts";
import { asEngineError } from "../synthesis/engine-events.ts";
import type { EngineRoute, RouteList } from "../synthesis/engine-route.ts";
import { securedMs } from "../synthesis/secured-audio.ts";
import { createSegmentRun, type SegmentRun } from "../synthesis/segment-run.ts";
import { speakSegment } from "../synthesis/speak-segment.ts";
import type { TakenText, TextView } from "../text/text-queue.ts";
import { AttemptPlanner } from "./attempt-planner.ts";
import { asStreamError } from "./as-stream-error.ts";
import { createEntry } from "./create-entry.ts";
import type { SenderOptions } from "./sender-options.ts";
import { voiceOf } from "./voice-of.ts";

/** Segments in flight at once: the one that is played, and two ahead of it. */
const MOST_IN_FLIGHT = 3;
/** How often a planner that waits without saying for how long is asked again. */
const ASK_AGAIN_MS = 20;
/** Text that stands still so long while the listener hears nothing is spoken as if flushed: its writer has paused. */
const STANDSTILL_MS = 500;
/** Audio ahead below which a pause of the writer matters. */
const NEARLY_DRY_MS = 250;
/** Without the end of a sentence in so much text, `smoothest` cuts elsewhere. */
const LONGEST_SENTENCE_UNITS = 800;
/** Silence left after the last sound, by the place where the text was cut. */
const PAUSE_MS = { sentence: 250, clause: 120, word: 20 } as const;
/** What is told of the text before a segment, for engines that keep prosody across requests. */
const PREVIOUS_TEXT_UNITS = 200;

/** Asks the planner, sends what it says, and has the segments spoken: text goes in on one side, samples queue up on the other. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #attempts: AttemptPlanner;
  #planning = false;
  #wasIdle = true;
  #fedAtMs = 0;
  #wantsText = false;
  #askAgain: AbortController | undefined;
  #nextIndex = 0;
  #sourceEnd = 0;
  #previousText = "";
  #failed = false;
  /** Since when the listener has been owed audio: the end of the last time at which nothing was waiting and nothing was made. */
  owedSinceMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#attempts = new AttemptPlanner(options);
  }

  /** Text was fed. */
  fed(): void {
    this.#fedAtMs = this.#options.clock.now();
    // Until it is looked at again, what was fed counts as something that can be sent.
    this.#wantsText = false;
    this.wake();
  }

  /** Something changed that the planner should see. It is asked soon, once for all that happens at the same time. */
  wake(): void {
    if (this.#wasIdle && this.#options.text.waiting > 0) {
      this.#wasIdle = false;
      this.owedSinceMs = this.#options.clock.now();
    }
    if (this.#planning || this.#options.signal.aborted) return;
    this.#planning = true;
    void rest(this.#options.clock, 0).then(() => {
      this.#planning = false;
      if (!this.#options.signal.aborted) this.#planSafely();
    });
  }

  /** Nothing can be sent of what waits before more is fed: who feeds must not be made to wait for it. */
  get wantsText(): boolean {
    return this.#wantsText;
  }

  /** Segments that are being made. */
  get inFlight(): number {
    return this.#options.runs.reduce((count, run) => count + (run.state === "sent" ? 1 : 0), 0);
  }

  /** Nothing is being made, and nothing that could be sent is waiting. */
  get idle(): boolean {
    return this.inFlight === 0 && this.#options.text.view() === undefined;
  }

  /** Ends timers and listeners. */
  stop(): void {
    this.#askAgain?.abort();
    this.#attempts.stop();
  }

  /** What fails here is a text stage of the app, or a defect of ours: nobody awaits it, so it is told. */
  #planSafely(): void {
    try {
      this.#plan();
    } catch (error) {
      this.#options.onFailure(asStreamError(error));
    }
  }

  #plan(): void {
    this.#askAgain?.abort();
    this.#wantsText = false;
    while (!this.#failed) {
      const view = this.#options.text.view();
      this.#wantsText = view === undefined || this.#needsMore(view);
      if (view === undefined) break;
      const units = this.#unitsToSend(view);
      if (units > 0) this.#send(view, units);
      else if (this.#standsStill(view)) this.#options.text.flush();
      else break;
    }
    this.#wasIdle ||= this.idle;
    this.#options.onProgress();
  }

  /** Whether no cut that this stream makes is in sight, however long one waits; or the listener is about to run dry. */
  #needsMore(view: TextView): boolean {
    const { settings } = this.#options;
    if (view.ended) return false;
    if (settings.options.ssml === true || view.cuts.length === 0) return true;
    if (settings.latency === "smoothest") return !view.cuts.some((cut) => cut.kind === "sentence") && view.text.length < LONGEST_SENTENCE_UNITS;
    return this.inFlight === 0 && this.#isNearlyDry();
  }

  #isNearlyDry(): boolean {
    return this.#options.unheardMs() + this.#options.gate.aheadMs() < NEARLY_DRY_MS;
  }

  /**
   * The end of a sentence is only certain when the next one begins. When the writer pauses there, the listener must not wait for it.
   * Not so where cutting is not to depend on time.
   */
  #standsStill(view: TextView): boolean {
    const { settings, clock } = this.#options;
    if (view.ended || settings.latency === "smoothest" || settings.options.ssml === true || this.inFlight > 0) return false;
    return clock.now() - this.#fedAtMs >= STANDSTILL_MS && this.#isNearlyDry();
  }

  #unitsToSend(view: TextView): number {
    const { settings, routes, planner, gate, runs, clock } = this.#options;
    const route = this.#currentRoute(routes);
    const inFlight = this.inFlight;
    const account = accountOf(route.engine);
    const freeSlots = inFlight === 0 ? Math.max(1, account.freeSlots) : Math.min(MOST_IN_FLIGHT - inFlight, account.freeSlots);
    if (freeSlots <= 0) return 0;
    const capabilities = capabilitiesOf(route.engine, voiceOf(route, this.#options));
    const estimate = account.estimateOf(voiceOf(route, this.#options), capabilities);
    const msPerCharacter = estimate.msPerCharacter(view.text);
    if (gate.aheadMs() + this.#expectedMs(msPerCharacter) >= settings.highWaterMs) return 0;
    if (settings.options.ssml === true) return view.ended ? view.text.length : 0;
    const cost = estimate.current();
    const nowMs = clock.now();
    const secured =
      this.#nextIndex === 0
        ? Infinity
        : securedMs({ nowMs, unheardMs: this.#options.unheardMs(), runs, cost, msPerCharacter, output: capabilities.output, sampleRate: settings.sampleRate });
    const answer = planner.next({ nowMs, pendingText: view.text, cuts: view.cuts, ended: view.ended, sentSegments: this.#nextIndex, inFlight, freeSlots, securedMs: secured, msPerCharacter, cost, output: capabilities.output });
    if (typeof answer === "number" && answer > 0) return fitLimits(view.text, Math.min(answer, view.text.length), view.cuts, capabilities.limits);
    this.#sleepUntilAsked(typeof answer === "number" ? Math.max(ASK_AGAIN_MS, Math.min(250, secured / 4)) : Math.max(1, answer.askAgainInMs));
    return 0;
  }

  /** Audio that the segments in flight are still expected to bring. */
  #expectedMs(msPerCharacter: number): number {
    const { runs, settings } = this.#options;
    return runs.reduce((sum, run) => {
      if (run.state !== "sent") return sum;
      return sum + Math.max(0, run.segment.text.length * msPerCharacter - (run.entry.frames * 1000) / settings.sampleRate);
    }, 0);
  }

  #sleepUntilAsked(ms: number): void {
    if (this.#options.settings.latency === "smoothest") return;
    const timer = new AbortController();
    this.#askAgain = timer;
    void rest(this.#options.clock, ms, timer.signal).then(() => {
      if (!timer.signal.aborted) this.wake();
    });
  }

  #send(view: TextView, units: number): void {
    const { options } = this.#options.settings;
    const taken = this.#options.text.take(units);
    const segment = this.#describe(taken);
    const pauseMs = PAUSE_MS[view.cuts.find((cut) => cut.at === units)?.kind ?? (options.ssml === true ? "sentence" : "word")];
    const previousText = this.#previousText;
    this.#previousText = (previousText + taken.text).slice(-PREVIOUS_TEXT_UNITS);
    const route = this.#currentRoute(this.#options.routes);
    const run = createSegmentRun({ segment, entry: createEntry(segment, route, 0), sentAtMs: this.#options.clock.now() });
    this.#options.runs.push(run);
    this.#options.statistics.segments += 1;
    this.#options.onSegment({ index: segment.index, text: segment.text, textStart: segment.textStart, textEnd: segment.textEnd });
    void this.#speak(run, { pauseMs, previousText });
  }

  #describe(taken: TakenText): LedgerSegment {
    const lead = taken.text.length - taken.text.trimStart().length;
    const text = taken.text.trim();
    const coverStart = this.#sourceEnd;
    this.#sourceEnd = taken.sourceEnd;
    const sourceAt = (index: number): number => taken.sourceAt(lead + index);
    const segment = { index: this.#nextIndex, text, textStart: sourceAt(0), textEnd: sourceAt(text.length), coverStart, coverEnd: taken.sourceEnd, sourceAt };
    this.#nextIndex += 1;
    return segment;
  }

  async #speak(run: SegmentRun, details: { pauseMs: number; previousText: string }): Promise<void> {
    const { routes, clock, signal, statistics, changed } = this.#options;
    try {
      await speakSegment({
        run,
        routes,
        clock,
        signal,
        plan: (route, attempt) => this.#attempts.plan(run, { ...details, route, attempt }),
        failedOver: (from, to, error) => {
          // Nothing of the segment was handed out, so the next engine begins where it begins: no place had to be estimated.
          statistics.failedOver({ segment: run.segment.index, from: from.engine.id, to: to.engine.id, code: error.code, basis: "marks" });
        },
      });
      run.state = "complete";
    } catch (error) {
      run.state = "failed";
      run.error = asEngineError(error, run.entry.engine);
      this.#failed = true;
    }
    run.entry.complete = true;
    changed.notify();
    if (signal.aborted) return;
    if (run.state === "complete") this.#options.onSegmentEnd();
    this.wake();
    this.#options.onProgress();
  }

  #currentRoute(routes: RouteList): EngineRoute {
    const route = routes.routes[routes.current] ?? routes.routes[0];
    if (route === undefined) throw new TTSError("INTERNAL", "A stream has no engine to send its text to.");
    return route;
  }
}
