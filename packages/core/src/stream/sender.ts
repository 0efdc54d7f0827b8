import { TTSError, type Capabilities, type Mark } from "@parlando/engine";
import { SegmentAudioPath } from "../audio/audio-path.ts";
import type { Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import type { LedgerEntry, LedgerSegment } from "../ledger/ledger-entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { fitLimits } from "../segments/fit-limits.ts";
import type { Planner } from "../segments/planner-state.ts";
import type { AttemptListener } from "../synthesis/attempt.ts";
import { buildRequest, unsupportedProsody } from "../synthesis/build-request.ts";
import { accountOf, capabilitiesOf } from "../synthesis/engine-account.ts";
import { asEngineError } from "../synthesis/engine-events.ts";
import type { EngineRoute, RouteList } from "../synthesis/engine-route.ts";
import { securedMs } from "../synthesis/secured-audio.ts";
import { createSegmentRun, type SegmentRun } from "../synthesis/segment-run.ts";
import { speakSegment, type AttemptPlan } from "../synthesis/speak-segment.ts";
import { stripMarkup } from "../text/strip-markup.ts";
import type { TakenText, TextQueue, TextView } from "../text/text-queue.ts";
import type { PullGate } from "./pull-gate.ts";
import type { SentSegment, Warning } from "./stream-events.ts";
import type { StreamSettings } from "./stream-settings.ts";
import type { StreamStatistics } from "./stream-statistics.ts";

/** What {@link Sender} works with; all of it belongs to the stream. */
export interface SenderOptions {
  readonly settings: StreamSettings;
  readonly routes: RouteList;
  readonly clock: Clock;
  readonly text: TextQueue;
  readonly planner: Planner;
  readonly ledger: Ledger;
  readonly gate: PullGate;
  readonly runs: SegmentRun[];
  readonly statistics: StreamStatistics;
  readonly signal: AbortSignal;
  /** Notified when anything changed that a taker or a held engine may wait for. */
  readonly changed: Condition;
  /** Handed out and not yet heard, in milliseconds. */
  readonly unheardMs: () => number;
  readonly onSegment: (segment: SentSegment) => void;
  readonly onWarning: (warning: Warning) => void;
  /** A segment was spoken to its end. */
  readonly onSegmentEnd: () => void;
  /** After text was sent, or a segment ended, or its marks came. */
  readonly onProgress: () => void;
}

/** Segments in flight at once: the one that is played, and two ahead of it. */
const MOST_IN_FLIGHT = 3;
/** How often a planner that waits without saying for how long is asked again. */
const ASK_AGAIN_MS = 20;
/** Text that stands still so long while the listener hears nothing is spoken as if flushed: its writer has paused. */
const STANDSTILL_MS = 500;
/** Audio ahead below which a pause of the writer matters. */
const NEARLY_DRY_MS = 250;
/** Silence left before the first sound of a segment. */
const LEAD_MS = 20;
/** Silence left after the last sound, by the place where the text was cut. */
const PAUSE_MS = { sentence: 250, clause: 120, word: 20 } as const;
/** What is told of the text before a segment, for engines that keep prosody across requests. */
const PREVIOUS_TEXT_UNITS = 200;

/** Asks the planner, sends what it says, and has the segments spoken: text goes in on one side, samples queue up on the other. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #warned = new Set<string>();
  #planning = false;
  #wasIdle = true;
  #fedAtMs = 0;
  #askAgain: AbortController | undefined;
  #nextIndex = 0;
  #sourceEnd = 0;
  #previousText = "";
  #stopContention: (() => void) | undefined;
  #failed = false;
  /** Since when the listener has been owed audio: the end of the last time at which nothing was waiting and nothing was made. */
  owedSinceMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Text was fed. */
  fed(): void {
    this.#fedAtMs = this.#options.clock.now();
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
    void this.#options.clock
      .sleep(0)
      .catch(() => undefined)
      .then(() => {
        this.#planning = false;
        if (!this.#options.signal.aborted) this.#plan();
      });
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
    this.#stopContention?.();
  }

  #plan(): void {
    this.#askAgain?.abort();
    while (!this.#failed) {
      const view = this.#options.text.view();
      if (view === undefined) break;
      const units = this.#unitsToSend(view);
      if (units > 0) this.#send(view, units);
      else if (this.#standsStill(view)) this.#options.text.flush();
      else break;
    }
    this.#wasIdle ||= this.idle;
    this.#options.onProgress();
  }

  /**
   * The end of a sentence is only certain when the next one begins. When the writer pauses there, the listener must not wait for it.
   * Not so where cutting is not to depend on time.
   */
  #standsStill(view: TextView): boolean {
    const { settings, clock } = this.#options;
    if (view.ended || settings.latency === "smoothest" || settings.options.ssml === true || this.inFlight > 0) return false;
    return clock.now() - this.#fedAtMs >= STANDSTILL_MS && this.#options.unheardMs() + this.#options.gate.aheadMs() < NEARLY_DRY_MS;
  }

  #unitsToSend(view: TextView): number {
    const { settings, routes, planner, gate, runs, clock } = this.#options;
    const route = this.#currentRoute(routes);
    const inFlight = this.inFlight;
    const account = accountOf(route.engine);
    const freeSlots = inFlight === 0 ? Math.max(1, account.freeSlots) : Math.min(MOST_IN_FLIGHT - inFlight, account.freeSlots);
    if (freeSlots <= 0) return 0;
    const capabilities = capabilitiesOf(route.engine, this.#voiceOf(route));
    const estimate = account.estimateOf(this.#voiceOf(route), capabilities);
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
    void this.#options.clock
      .sleep(ms, timer.signal)
      .catch(() => undefined)
      .then(() => {
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
        plan: (route, attempt) => this.#planAttempt(run, { ...details, route, attempt }),
        failedOver: (from, to, error) => {
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

  #planAttempt(run: SegmentRun, details: { route: EngineRoute; attempt: number; pauseMs: number; previousText: string }): AttemptPlan {
    const { settings, routes, ledger, statistics, changed } = this.#options;
    const { route, attempt } = details;
    const account = accountOf(route.engine);
    this.#stopContention?.();
    this.#stopContention = account.onContention(() => this.#letGo());
    const capabilities = capabilitiesOf(route.engine, this.#voiceOf(route));
    const estimate = account.estimateOf(this.#voiceOf(route), capabilities);
    const segment = this.#spokenBy(route, run.segment);
    this.#warnAboutProsody(route);
    const request = buildRequest({
      text: segment.text,
      previousText: details.previousText,
      wishes: settings.options,
      route,
      isFirstRoute: route === routes.routes[0],
      capabilities,
      sampleRate: settings.sampleRate,
      marks: settings.marks,
    });
    run.queue.clear();
    run.state = "sent";
    const entry = createEntry(segment, route, attempt, estimate.msPerCharacter(segment.text));
    if (settings.marks.includes("word") && !request.marks.includes("word")) entry.estimatedWords = 0;
    entry.billedCharacters = segment.text.length;
    ledger.begin(entry);
    run.entry = entry;
    statistics.attempted();
    changed.notify();
    return {
      engine: route.engine,
      account,
      request,
      listener: this.#listen(run, entry, { route, pauseMs: details.pauseMs, capabilities }),
      succeeded: (times) => {
        const audioMs = (entry.frames * 1000) / settings.sampleRate;
        if (entry.frames === 0 && speaks(segment.text) && settings.options.ssml !== true) {
          throw new TTSError("NO_AUDIO", `The engine "${route.engine.id}" ended without any audio for a segment that has words in it.`, { engine: route.engine.id });
        }
        estimate.learn({ characters: segment.text.length, ...times, audioMs });
        statistics.spoke(route.engine.id, times.totalMs);
      },
    };
  }

  #listen(run: SegmentRun, entry: LedgerEntry, details: { route: EngineRoute; pauseMs: number; capabilities: Capabilities }): AttemptListener {
    const { settings, gate, changed } = this.#options;
    const engine = details.route.engine.id;
    const audio = new SegmentAudioPath({
      sampleRate: settings.sampleRate,
      leadMs: LEAD_MS,
      pauseMs: details.pauseMs,
      gain: details.capabilities.prosody.includes("volume") ? 1 : (settings.options.volume ?? 1),
      engine,
      breathe: () => this.#options.clock.sleep(0),
      onLast: () => {
        run.state = "complete";
        entry.complete = true;
      },
      onSamples: (samples, trimmedFrames) => {
        entry.trimmedFrames = trimmedFrames;
        entry.frames += samples.length;
        run.queue.push(samples);
        changed.notify();
        this.#options.onProgress();
      },
    });
    return {
      audio,
      mark: (mark) => this.#addMark(entry, mark),
      billed: (characters) => {
        entry.billedCharacters = characters;
      },
      warning: (code, message) => this.#options.onWarning({ code, message, engine }),
      mayPull: () => gate.mayPull(run, details.capabilities.limits.idleMs),
    };
  }

  #addMark(entry: LedgerEntry, mark: Mark): void {
    entry.marks.push(mark);
    if (!this.#options.settings.marks.includes(mark.kind)) return;
    entry.unpublished.push(mark);
    if (entry.startFrame !== undefined) this.#options.onProgress();
  }

  /** Another stream waits for a slot: what is held here is read to its end, which is at most the segment. */
  #letGo(): void {
    for (const run of this.#options.runs) if (run.startedAtMs !== undefined && run.state === "sent") run.drains = true;
    this.#options.changed.notify();
  }

  #warnAboutProsody(route: EngineRoute): void {
    for (const name of unsupportedProsody(this.#options.settings.options, capabilitiesOf(route.engine, this.#voiceOf(route)))) {
      this.#warnOnce(route, name, `The engine "${route.engine.id}" cannot change the ${name}; it speaks at its own.`);
    }
  }

  /** The segment as this engine can take it: without tags, where it knows none. */
  #spokenBy(route: EngineRoute, segment: LedgerSegment): LedgerSegment {
    if (this.#options.settings.options.ssml !== true || capabilitiesOf(route.engine, this.#voiceOf(route)).ssml.length > 0) return segment;
    this.#warnOnce(route, "ssml", `The engine "${route.engine.id}" takes plain text only; the tags of the SSML were left out.`);
    const plain = stripMarkup(segment.text);
    return { ...segment, text: plain.text, sourceAt: (index) => segment.sourceAt(plain.sourceAt(index)) };
  }

  #warnOnce(route: EngineRoute, option: string, message: string): void {
    const key = `${route.engine.id} ${option}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#options.onWarning({ code: "UNSUPPORTED_OPTION", message, engine: route.engine.id });
  }

  #voiceOf(route: EngineRoute): string | undefined {
    const first = route === this.#options.routes.routes[0];
    return (first ? this.#options.settings.options.voice : undefined) ?? route.voice;
  }

  #currentRoute(routes: RouteList): EngineRoute {
    const route = routes.routes[routes.current] ?? routes.routes[0];
    if (route === undefined) throw new TTSError("INTERNAL", "A stream has no engine to send its text to.");
    return route;
  }
}

/** Whether a text has anything that is read aloud. */
function speaks(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function createEntry(segment: LedgerSegment, route: EngineRoute, attempt: number, msPerCharacter = 0): LedgerEntry {
  return {
    segment,
    engine: route.engine.id,
    attempt,
    startFrame: undefined,
    frames: 0,
    trimmedFrames: 0,
    complete: false,
    marks: [],
    unpublished: [],
    estimatedWords: undefined,
    msPerCharacter,
    billedCharacters: 0,
  };
}
