import type { Capabilities } from "@parlando/engine";
import { toWellFormed } from "../synthesis/build-request.ts";
import { capabilitiesOf } from "../synthesis/engine-account.ts";
import { createSegmentRun, type SegmentRun } from "../synthesis/segment-run.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import type { TextView } from "../text/text-queue.ts";
import { createEntry } from "./create-entry.ts";
import { fittingUnits, forwardableUnits, sentenceUnits } from "./forwardable-text.ts";
import { LONGEST_PAUSE_MS, pauseBehind } from "./pause-behind.ts";
import type { SegmentSender, SendingParts } from "./segment-sender.ts";
import type { SendAnswer } from "./send-timing.ts";
import type { GrowingSegment } from "./sent-text.ts";
import { SessionSpeaker, takesSessions } from "./session-speaker.ts";
import { voiceOf } from "./voice-of.ts";

/** How often text that stands still is looked at again, where no planner says when. */
const LOOK_AGAIN_MS = 100;

/**
 * Sends text to engines that take it as it comes: whole words at once, and a flush where a segment is to end. Text stays in the queue
 * until it is flushed, so that nothing is lost with a session.
 */
export class SessionSender {
  readonly #parts: SendingParts;
  readonly #segments: SegmentSender;
  /** Made when the first text goes to a session: mostly none does. */
  #opened: SessionSpeaker | undefined;
  /** Length of the text for which a session has waited in vain. */
  #restedUnits: number | undefined;

  constructor(parts: SendingParts, segments: SegmentSender) {
    this.#parts = parts;
    this.#segments = segments;
  }

  get #speaker(): SessionSpeaker {
    const { text } = this.#parts.options;
    this.#opened ??= new SessionSpeaker(this.#parts, this.#segments, {
      flushOpen: () => this.#flushOpen(),
      rested: () => (this.#restedUnits = text.waiting),
      refuseText: () => this.#refuseText(),
      hasText: () => text.view() !== undefined,
    });
    return this.#opened;
  }

  /** Whether the text at hand goes to a session: the engine takes it as it comes, or has part of it already. */
  serves(route: EngineRoute): boolean {
    return this.#opened?.open !== undefined || takesSessions(route, this.#parts.options);
  }

  /** A session is there that takes nothing at the moment. */
  get isBusy(): boolean {
    return this.#opened?.isBusy === true;
  }

  /** The text with the places where it can still be cut: not before what was written. */
  uncut(view: TextView): TextView {
    const written = this.#writtenUnits;
    if (written === 0) return view;
    const solid = view.text.slice(0, written).trimEnd().length;
    return { ...view, cuts: view.cuts.filter((cut) => cut.at >= solid) };
  }

  /** Forwards what can be, and flushes where it is time to. Tells whether anything was done. */
  send(whole: TextView): boolean {
    if (!this.#isWorthSession(whole) || !this.#speaker.prepare()) return false;
    const view = this.uncut(whole);
    const forwardable = this.#forwardable(view);
    const flush = this.#nextFlush(whole, forwardable);
    const units = flush.units > 0 ? flush.units : this.#fit(whole, forwardable);
    const isMore = view.text.slice(this.#writtenUnits, units).trim() !== "";
    if (flush.units > 0 || isMore) {
      this.#forward(view, units);
      if (flush.units > 0) this.#flush(view, units);
      return true;
    }
    if (flush.askAgainInMs !== undefined) this.#parts.askAgainIn(flush.askAgainInMs);
    return false;
  }

  /** Everything that could be sent was. */
  settle(): void {
    if (this.#parts.options.text.drained) this.#opened?.end();
    else this.#opened?.rest();
  }

  /** No session is opened for what cannot be spoken yet, nor again for text at which one has stood still. */
  #isWorthSession(view: TextView): boolean {
    const { options, timing } = this.#parts;
    if (this.#speaker.hasSession) return true;
    if (timing.isFull(view.text)) return false;
    if (view.ended || options.text.waiting !== this.#restedUnits) return true;
    this.#parts.askAgainIn(LOOK_AGAIN_MS);
    return this.#nextFlush(view, this.#forwardable(view)).units > 0;
  }

  get #writtenUnits(): number {
    return this.#opened?.open?.text.length ?? 0;
  }

  #forwardable(view: TextView): number {
    return Math.max(this.#writtenUnits, forwardableUnits(view, this.#capabilities().limits));
  }

  /** Where a flush costs something, or its place must not depend on time, at the ends of sentences; else where the planner would send. */
  #nextFlush(whole: TextView, forwardable: number): SendAnswer {
    const { options, timing } = this.#parts;
    const { flush } = this.#capabilities();
    const view = this.uncut(whole);
    const isFree = flush === "free" && options.settings.latency !== "smoothest";
    const answer = isFree ? timing.ofFlush(view) : { units: timing.isFull(view.text) ? 0 : sentenceUnits(view), askAgainInMs: LOOK_AGAIN_MS };
    if (answer.units > 0) return { units: this.#fit(whole, answer.units) };
    // What the engine does not take in one piece has to be flushed in several.
    const fitting = this.#fit(whole, forwardable);
    return fitting < forwardable && !timing.isFull(view.text) ? { units: fitting } : answer;
  }

  #fit(whole: TextView, units: number): number {
    return Math.max(this.#writtenUnits, fittingUnits(whole, units, this.#capabilities().limits));
  }

  #forward(view: TextView, units: number): void {
    const { options, sent } = this.#parts;
    const { open } = this.#speaker;
    const described = sent.describe(options.text.peek(units));
    const piece = toWellFormed(view.text.slice(this.#writtenUnits, units));
    if (open === undefined) this.#begin(described, piece);
    else Object.assign(open.segment, described);
    if (piece !== "") this.#speaker.write(piece);
  }

  #begin(segment: GrowingSegment, piece: string): void {
    const { options, sent, timing } = this.#parts;
    const run = createSegmentRun({ segment, entry: createEntry(segment, timing.route, 0), sentAtMs: options.clock.now() });
    run.open = true;
    options.runs.push(run);
    const leadUnits = piece.length - piece.trimStart().length;
    this.#speaker.begin({ run, segment, text: "", leadUnits, previousText: sent.previousText, pauseMs: LONGEST_PAUSE_MS, attempts: 0 });
  }

  #flush(view: TextView, units: number): void {
    const { options, sent } = this.#parts;
    const open = this.#opened?.open;
    if (open === undefined) return;
    const taken = options.text.take(units);
    const { index, text, textStart, textEnd } = Object.assign(open.segment, sent.describe(taken));
    sent.sent(taken);
    open.pauseMs = pauseBehind(view, units);
    this.#speaker.flush();
    options.statistics.segments += 1;
    options.onSegment({ index, text, textStart, textEnd });
  }

  #flushOpen(): void {
    const view = this.#parts.options.text.view();
    if (view !== undefined) this.#flush(view, this.#writtenUnits);
  }

  #refuseText(): SegmentRun | undefined {
    const { options, sent, timing } = this.#parts;
    const view = options.text.view();
    if (view === undefined) return undefined;
    const segment = sent.describe(options.text.peek(view.text.length));
    const run = createSegmentRun({ segment, entry: createEntry(segment, timing.route, 0), sentAtMs: options.clock.now() });
    options.runs.push(run);
    return run;
  }

  #capabilities(): Capabilities {
    const { options, timing } = this.#parts;
    return capabilitiesOf(timing.route.engine, voiceOf(timing.route, options));
  }
}
