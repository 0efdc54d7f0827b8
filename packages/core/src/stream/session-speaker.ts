import type { TTSError } from "@parlando/engine";
import { rest } from "../clock.ts";
import { accountOf, capabilitiesOf } from "../synthesis/engine-account.ts";
import { asEngineError } from "../synthesis/engine-events.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { mayFailOver } from "../synthesis/retry-rules.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import { createTryCount } from "../synthesis/try-count.ts";
import { asStreamError } from "./as-stream-error.ts";
import { goOnBehind, keptMs } from "./go-on-behind.ts";
import type { SegmentSender, SendingParts } from "./segment-sender.ts";
import type { GrowingSegment } from "./sent-text.ts";
import { SessionLine } from "./session-line.ts";
import { voiceOf } from "./voice-of.ts";

/** A segment that is spoken in sessions. */
export interface SessionSegment {
  readonly run: SegmentRun;
  /** The one of its run. */
  readonly segment: GrowingSegment;
  /** White space before its first word, in units. */
  readonly leadUnits: number;
  /** As it was written, white space included. */
  text: string;
  readonly previousText: string;
  pauseMs: number;
  /** Attempts at it so far. */
  attempts: number;
}

/** What {@link SessionSpeaker} asks of its owner. */
export interface SessionOwner {
  /** The text of the open segment is flushed, wherever it stands. */
  flushOpen(): void;
  /** What was written of the open segment is given up: no session is opened for it before it has grown or is to be flushed. */
  rested(): void;
  /** A run for the text that waits, which nobody can speak. Undefined when none waits. */
  refuseText(): SegmentRun | undefined;
  /** Whether text waits that was not written. */
  hasText(): boolean;
}

/** Whether a route is spoken to in sessions. SSML is not: each segment of it is a document of its own. */
export function takesSessions(route: EngineRoute, options: SendingParts["options"]): boolean {
  const { input } = capabilitiesOf(route.engine, voiceOf(route, options));
  return input.includes("incremental") && route.engine.openSession !== undefined && options.settings.options.ssml !== true;
}

/** Keeps one session open while there is something to speak, and another when it fails. What was not spoken yet is written again. */
export class SessionSpeaker {
  readonly #parts: SendingParts;
  readonly #segments: SegmentSender;
  readonly #owner: SessionOwner;
  readonly #unspoken: SessionSegment[] = [];
  #line: SessionLine | undefined;
  #tries = createTryCount();
  /** Routes that could not speak what is to be spoken. */
  readonly #failed = new Set<EngineRoute>();
  #basis: "marks" | "estimate" = "marks";
  #isPausing = false;
  #isDone = false;

  constructor(parts: SendingParts, segments: SegmentSender, owner: SessionOwner) {
    this.#parts = parts;
    this.#segments = segments;
    this.#owner = owner;
  }

  /** The segment to which text is still added. */
  get open(): SessionSegment | undefined {
    const last = this.#unspoken.at(-1);
    return last?.run.open === true ? last : undefined;
  }

  /** Whether something can be written now; opens a session where there is none. */
  prepare(): boolean {
    if (this.#isPausing) return false;
    if (this.#line === undefined && !this.#isPrepared(this.#parts.timing.route)) return false;
    const line = this.#line ?? this.#openLine();
    if (line.route !== this.#parts.timing.route && this.open === undefined) line.leave();
    return line.isReady && (!line.mustLeave || this.open !== undefined);
  }

  /** An engine that goes on for another first gets a voice like the other's. */
  #isPrepared(route: EngineRoute): boolean {
    const { options, wake } = this.#parts;
    if (options.routes.isPrepared(route)) return true;
    this.#isPausing = true;
    void options.routes.prepare(route, options.signal).then(() => {
      this.#isPausing = false;
      wake();
    });
    return false;
  }

  /** Whether a session is there, or will be in a moment. */
  get hasSession(): boolean {
    return this.#line !== undefined || this.#isPausing;
  }

  /** A session is there that takes nothing at the moment. */
  get isBusy(): boolean {
    return this.#isPausing || (this.#line !== undefined && !this.#line.isReady);
  }

  /** Begins a segment: what is written from now on belongs to it. */
  begin(segment: SessionSegment): void {
    this.#unspoken.push(segment);
    if (this.#line !== undefined) this.#beginIn(this.#line, segment);
  }

  write(text: string): void {
    const { open } = this;
    if (open === undefined) return;
    open.text += text;
    this.#line?.write(text);
  }

  /** The open segment is complete. */
  flush(): void {
    const { open } = this;
    if (open === undefined) return;
    open.run.open = false;
    open.run.startedAtMs = this.#parts.options.clock.now();
    this.#line?.flush();
    this.#leaveIfAsked();
  }

  /** No more text comes at all. */
  end(): void {
    this.#isDone = true;
    this.#line?.leave();
  }

  /** Nothing can be written at the moment. */
  rest(): void {
    if (this.#unspoken.every((segment) => segment.run.open)) this.#line?.rest(() => this.#idled());
  }

  #openLine(route: EngineRoute = this.#parts.timing.route): SessionLine {
    const { options, attempts, sent, wake } = this.#parts;
    const line = new SessionLine({
      timeLimits: options.settings.timeLimits,
      route,
      account: accountOf(route.engine),
      request: attempts.opening(route, this.#unspoken[0]?.previousText ?? sent.previousText),
      limits: capabilitiesOf(route.engine, voiceOf(route, options)).limits,
      clock: options.clock,
      codecs: options.codecs,
      signal: options.signal,
      warning: (code, message) => options.onWarning({ code, message, engine: route.engine.id }),
      onReady: wake,
      onMustLeave: () => this.#leaveIfAsked(),
    });
    this.#line = line;
    void this.#follow(line);
    return line;
  }

  async #follow(line: SessionLine): Promise<void> {
    const failure = await line.run().then(() => undefined, (error: unknown) => asEngineError(error, line.engine.id));
    this.#line = undefined;
    try {
      if (failure !== undefined) await this.#recover(line, failure);
    } catch (error) {
      this.#parts.options.onFailure(asStreamError(error));
    }
    this.#parts.wake();
  }

  #beginIn(line: SessionLine, segment: SessionSegment): void {
    const { options, attempts } = this.#parts;
    const { run } = segment;
    const details = {
      route: line.route,
      request: line.request,
      attempt: segment.attempts,
      get pauseMs() {
        return segment.pauseMs;
      },
    };
    segment.attempts += 1;
    const { listener, succeeded } = attempts.planInSession(run, details);
    run.startedAtMs = options.clock.now();
    line.begin({ listener, leadUnits: segment.leadUnits, succeeded, spoken: () => this.#spoken(segment) });
  }

  #spoken(segment: SessionSegment): void {
    this.#tries = createTryCount();
    this.#failed.clear();
    if (this.#line !== undefined) this.#parts.options.routes.succeeded(this.#line.route);
    this.#forget(segment);
    this.#parts.runEnded(segment.run);
    this.#leaveIfAsked();
  }

  #forget(segment: SessionSegment): void {
    const place = this.#unspoken.indexOf(segment);
    if (place >= 0) this.#unspoken.splice(place, 1);
  }

  /** Who waits for the slot gets it when what was flushed is spoken; what is written beyond that is first made a whole segment. */
  #leaveIfAsked(): void {
    if (this.#line?.mustLeave !== true || this.open !== undefined) return;
    this.#line.leave();
  }

  /** Nobody has written for a while. What was written of a segment of which nothing has come is written again when there is more. */
  #idled(): boolean {
    const { open } = this;
    if (open === undefined) return true;
    if (this.#line?.hasBegun === true) {
      try {
        this.#owner.flushOpen();
      } catch (error) {
        this.#parts.options.onFailure(asStreamError(error));
      }
      return false;
    }
    this.#owner.rested();
    this.#dropOpen();
    this.#line?.stop();
    return false;
  }

  #dropOpen(): void {
    const { open } = this;
    const { runs } = this.#parts.options;
    if (open === undefined || open.run.handedFrames > 0) return;
    this.#forget(open);
    const place = runs.indexOf(open.run);
    if (place >= 0) runs.splice(place, 1);
  }

  async #recover(line: SessionLine, error: TTSError): Promise<void> {
    const { options } = this.#parts;
    if (options.signal.aborted) return;
    this.#dropOpen();
    const first = this.#unspoken[0];
    // A session that ends while nothing was to be spoken is nobody's loss.
    if (first === undefined && !this.#owner.hasText()) return;
    const pauseMs = this.#pauseAfter(line, error);
    if (pauseMs === undefined || !this.#goOn({ exactly: true })) {
      options.routes.failed(line.route, error);
      return this.#failOver(line.route, error);
    }
    this.#isPausing = true;
    for (const { run } of this.#unspoken) {
      run.startedAtMs = undefined;
      // The next session makes it again: in the meantime none of it may be handed out.
      run.queue.clear();
    }
    if (pauseMs > 0) await rest(options.clock, pauseMs, options.signal);
    this.#isPausing = false;
    if (!options.signal.aborted) this.#speakAgain(line.route);
  }

  /** A session that was good for a while has only gone stale: a fresh one is asked at once. Else the rules for any request. */
  #pauseAfter(line: SessionLine, error: TTSError): number | undefined {
    if (line.hasSpoken && !line.hasBegun && (error.retryable || error.code === "STREAM_CLOSED")) return 0;
    const { options } = this.#parts;
    const first = this.#unspoken[0];
    return this.#tries.failed({ error, keptMs: first === undefined ? 0 : keptMs(first.run, options), hasNext: options.routes.isReady(new Set([...this.#failed, line.route])) });
  }

  /** What the taker has of the segment being spoken stays: what is spoken again begins behind it. False where nobody can tell that place exactly, and that was asked for. */
  #goOn(how: { readonly exactly: boolean }): boolean {
    const first = this.#unspoken[0];
    if (first === undefined || (first.run.handedFrames === 0 && !(how.exactly && keptMs(first.run, this.#parts.options) > 0))) return true;
    if (first.run.open) this.#owner.flushOpen();
    const goneOn = goOnBehind(first.run, { ...how, options: this.#parts.options });
    if (goneOn === undefined) return false;
    this.#basis = goneOn.basis;
    if (goneOn.run === undefined) {
      this.#tries = createTryCount();
      this.#forget(first);
      this.#parts.runEnded(first.run);
    } else this.#unspoken[0] = { ...first, run: goneOn.run, segment: goneOn.run.segment, leadUnits: 0, text: goneOn.run.segment.text };
    return true;
  }

  #speakAgain(route: EngineRoute = this.#parts.timing.route): void {
    if (this.#unspoken.length === 0) return;
    const line = this.#openLine(route);
    for (const segment of this.#unspoken) {
      this.#beginIn(line, segment);
      line.write(segment.text);
      line.flush();
    }
    if (this.#isDone) line.leave();
  }

  async #failOver(from: EngineRoute, error: TTSError): Promise<void> {
    const { options, sent } = this.#parts;
    const { routes } = options;
    this.#failed.add(from);
    const next = mayFailOver(error) ? routes.choose(this.#failed) : undefined;
    if (next === undefined) return this.#giveUp(error);
    this.#basis = "marks";
    this.#goOn({ exactly: false });
    this.#tries = createTryCount();
    for (const segment of this.#unspoken.length > 0 ? this.#unspoken.map(({ run }) => run.segment.index) : [sent.segments]) {
      options.statistics.failedOver({ segment, from: from.engine.id, to: next.engine.id, code: error.code, basis: this.#basis });
    }
    options.onReport();
    this.#isPausing = true;
    await routes.prepare(next, options.signal);
    this.#isPausing = false;
    if (options.signal.aborted) return;
    if (takesSessions(next, options)) return this.#speakAgain(next);
    for (const { run, pauseMs, previousText, attempts } of this.#unspoken.splice(0)) void this.#segments.speak(run, { pauseMs, previousText, attempts });
  }

  #giveUp(error: TTSError): void {
    const refused = this.#unspoken.length === 0 ? this.#owner.refuseText() : undefined;
    const runs = refused === undefined ? this.#unspoken.splice(0).map(({ run }) => run) : [refused];
    for (const run of runs) this.#parts.runEnded(run, error);
  }
}
