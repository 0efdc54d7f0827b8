import { callAfter } from "../clock.ts";
import type { TTSError } from "@parlando/engine";
import { LONGEST_SEGMENT_UNITS } from "../segments/longest-segment.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextView } from "../text/text-queue.ts";
import { AttemptPlanner } from "./attempt-planner.ts";
import { asStreamError } from "./as-stream-error.ts";
import { hasPaused } from "./has-paused.ts";
import { SegmentSender, type SendingParts } from "./segment-sender.ts";
import { SendTiming } from "./send-timing.ts";
import type { SenderOptions } from "./sender-options.ts";
import { SentText } from "./sent-text.ts";
import { SessionSender } from "./session-sender.ts";

/** Turns of promises in which who has fed may still add to it, or ask to be told. */
const CALLER_TURNS = 8;
/** A listener who stands still is looked at no more often than this. */
const LOOK_AT_LISTENER_MS = 50;

/**
 * Calls back when whoever has just fed has gone on, and what he awaits in the same turn of the event loop is done. A busy loop has many
 * timers to serve before its next turn, and the first audio of a stream would wait for all of them.
 */
async function afterCallers(callback: () => void): Promise<void> {
  for (let turn = 0; turn < CALLER_TURNS; turn += 1) await Promise.resolve();
  callback();
}

/** Has the text spoken as it comes: text goes in on one side, samples queue up on the other. When, and in which of two ways, is decided here. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #attempts: AttemptPlanner;
  readonly #timing: SendTiming;
  readonly #segments: SegmentSender;
  readonly #sessions: SessionSender;
  #planning = false;
  #isFirstLook = true;
  /** There was text to be sent at the last look, or some was fed since: what a stage made of it may be there when all that was fed is taken. */
  #seesText = false;
  /** At the last look it was said when to look again. */
  #hasSaidWhen = false;
  #wasIdle = true;
  #fedAtMs = 0;
  #wantsText = false;
  #askAgain: { readonly callOff: () => void; readonly atMs: number } | undefined;
  #failed = false;
  /** Since when the listener has been owed audio: the end of the last time at which nothing was waiting and nothing was made. */
  owedSinceMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#attempts = new AttemptPlanner(options);
    const sent = new SentText();
    this.#timing = new SendTiming(options, sent);
    const parts: SendingParts = {
      options,
      sent,
      attempts: this.#attempts,
      timing: this.#timing,
      runEnded: (run, error) => this.#runEnded(run, error),
      askAgainIn: (ms) => this.#sleepUntilAsked(ms),
      wake: () => this.wake(),
    };
    this.#segments = new SegmentSender(parts);
    this.#sessions = new SessionSender(parts, this.#segments);
  }

  /** Text was fed. */
  fed(): void {
    this.#fedAtMs = this.#options.clock.now();
    // Until it is looked at again, what was fed counts as something that can be sent.
    this.#wantsText = false;
    this.#seesText = true;
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
    if (this.#isFirstLook) void afterCallers(this.#planSoon);
    else callAfter(this.#options.clock, 0, this.#planSoon);
    this.#isFirstLook = false;
  }

  readonly #planSoon = (): void => {
    this.#planning = false;
    if (!this.#options.signal.aborted) this.#planSafely();
  };

  /**
   * Audio was taken, so there may be room for more. While as many segments are being made as may be, only the end of one makes room; it tells. Where
   * the planner has said when it wants to be asked, and not for want of room, it is asked then: twice for every chunk would cost more than all else.
   */
  taken(): void {
    const { settings } = this.#options;
    // Audio shorter than a chunk may be waiting, whatever there is to send.
    const isByTime = this.#hasSaidWhen && !this.#timing.waitsForRoom;
    const mayBeDue = settings.chunkMs !== undefined || (this.#seesText && !isByTime);
    if (mayBeDue && !this.#timing.isBusy && !this.#timing.isStillFull) this.wake();
  }

  /** Nothing can be sent of what waits before more is fed: who feeds must not be made to wait for it. */
  get wantsText(): boolean {
    return this.#wantsText;
  }

  /** Segments that are being made. */
  get inFlight(): number {
    return this.#timing.inFlight;
  }

  /** Nothing is being made, and nothing that could be sent is waiting. */
  get idle(): boolean {
    return this.inFlight === 0 && this.#options.text.view() === undefined;
  }

  /** Nothing more comes at the moment, and the listener has heard what he has: audio must not be held for a full chunk, even if text waits for more text. */
  get isStarved(): boolean {
    if (this.inFlight > 0) return false;
    return (!this.#planning && this.#options.playhead.unheardMs() <= 0) || this.#options.text.view() === undefined;
  }

  /** Ends timers and listeners. */
  stop(): void {
    this.#askAgain?.callOff();
    this.#attempts.stop();
    this.#options.gate.stop();
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
    this.#wantsText = false;
    this.#hasSaidWhen = false;
    while (!this.#failed) {
      const view = this.#options.text.view();
      this.#seesText = view !== undefined;
      const bySession = this.#sessions.serves(this.#timing.route);
      this.#wantsText = view === undefined || this.#needsMore(view, bySession);
      if (view === undefined) break;
      this.#timing.lookAnew();
      const hasSent = bySession ? this.#sessions.send(view) : this.#segments.send(view);
      // Who feeds is let go by the next look, which knows what is left.
      this.#wantsText &&= !hasSent;
      if (hasSent && bySession) continue;
      // The first request of another stream comes before the second of this one.
      if (hasSent) this.wake();
      if (hasSent || !this.#standsStill(view)) break;
      this.#options.text.settle();
    }
    this.#readOn();
    this.#sessions.settle();
    this.#wasIdle ||= this.idle;
    this.#options.onProgress();
    this.#watchListener();
  }

  /** SSML that goes on without words is looked at in turns; that it has ended without any is news to who waits for audio. */
  #readOn(): void {
    const { text, settings, changed } = this.#options;
    if (text.isBehind) this.wake();
    else if (settings.options.ssml === true && text.drained) changed.notify();
  }

  /** Audio that is shorter than a chunk, with nothing behind it, is handed out when the listener has heard everything before it. */
  #watchListener(): void {
    const { settings, runs, changed, playhead } = this.#options;
    if (settings.chunkMs === undefined || this.inFlight > 0 || !runs.some((run) => run.queue.frames > 0)) return;
    const leftMs = playhead.unheardMs();
    if (leftMs <= 0) changed.notify();
    else this.#sleep(Math.max(LOOK_AT_LISTENER_MS, leftMs));
  }

  /** Whether no cut that this stream makes is in sight, however long one waits; or the listener is about to run dry. */
  #needsMore(view: TextView, bySession: boolean): boolean {
    const { settings } = this.#options;
    if (view.ended || (bySession && this.#sessions.isBusy)) return false;
    const { cuts } = bySession ? this.#sessions.uncut(view) : view;
    if (cuts.length === 0) return true;
    if (settings.latency === "smoothest") return !cuts.some((cut) => cut.kind === "sentence") && (cuts.at(-1)?.at ?? 0) <= LONGEST_SEGMENT_UNITS;
    return this.inFlight === 0 && this.#timing.isNearlyDry;
  }

  /**
   * The end of a sentence is only certain when the next one begins. When the writer pauses there, the listener must not wait for it.
   * Not so where cutting is not to depend on time.
   */
  #standsStill(view: TextView): boolean {
    const { settings, clock } = this.#options;
    if (view.ended || settings.latency === "smoothest" || this.inFlight > 0) return false;
    return hasPaused(view.text, clock.now() - this.#fedAtMs) && this.#timing.isNearlyDry;
  }

  #sleepUntilAsked(ms: number): void {
    if (this.#options.settings.latency === "smoothest") return;
    this.#hasSaidWhen = true;
    this.#sleep(ms);
  }

  #sleep(ms: number): void {
    const atMs = this.#options.clock.now() + ms;
    // A timer that ends before serves as well: timers made for every look at the text would cost more than the looks.
    if (this.#askAgain !== undefined && this.#askAgain.atMs <= atMs) return;
    this.#askAgain?.callOff();
    this.#askAgain = { callOff: callAfter(this.#options.clock, ms, this.#askedAgain), atMs };
  }

  readonly #askedAgain = (): void => {
    this.#askAgain = undefined;
    this.wake();
  };

  #runEnded(run: SegmentRun, error: TTSError | undefined): void {
    const { changed, signal } = this.#options;
    run.state = error === undefined ? "complete" : "failed";
    run.open = false;
    run.error = error;
    this.#failed ||= error !== undefined;
    run.entry.complete = true;
    run.entry.broken = error !== undefined;
    changed.notify();
    if (signal.aborted) return;
    if (error === undefined) this.#options.onReport();
    this.wake();
    this.#options.onNews();
  }
}
