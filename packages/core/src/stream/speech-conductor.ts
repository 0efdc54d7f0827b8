import { StreamError, TTSError, type Mark } from "@parlando/engine";
import { Playhead } from "../buffer/playhead.ts";
import { systemClock, type Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { calledOff } from "../synthesis/called-off.ts";
import type { RouteList } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextQueue } from "../text/text-queue.ts";
import { unbilledCharacters } from "./called-off-cost.ts";
import { Delivery } from "./delivery.ts";
import { describeInterruption } from "./describe-interruption.ts";
import { endWithSignal } from "./end-with-signal.ts";
import { FailureNotice } from "./failure-notice.ts";
import { FeedGate } from "./feed-gate.ts";
import type { HandOut } from "./hand-out.ts";
import type { Listener } from "./listener.ts";
import { MarkPublisher } from "./mark-publisher.ts";
import { Outcome } from "./outcome.ts";
import { refuseFeed } from "./refuse-feed.ts";
import type { Sender } from "./sender.ts";
import { SentenceFinder } from "./sentence-finder.ts";
import { SpokenMarks } from "./spoken-marks.ts";
import type { StreamContext } from "./stream-context.ts";
import { StreamNotices } from "./stream-notices.ts";
import { createStreamParts, type StreamHooks } from "./stream-parts.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";
import { settleOptions, type StreamSettings } from "./stream-settings.ts";
import type { StreamOptions } from "./stream-options.ts";
import { Standing } from "./standing.ts";
import type { StreamState } from "./stream-state.ts";
import type { StreamStatistics } from "./stream-statistics.ts";
import { TakerPlace } from "./taker-place.ts";
import { textLanguage } from "./text-language.ts";
import { askTaker, silenceTaker, type Taker } from "./taker.ts";

const NO_MARKS: readonly Mark[] = [];

/**
 * Holds the parts of a stream together: text in, segments sent, audio handed out, and the one state that all of them obey. It knows
 * every stage; no stage knows it. Read it from `feed` to `finish`; what lies between for a chunk is {@link Delivery}.
 */
export class SpeechConductor {
  readonly settings: StreamSettings;
  readonly notices: StreamNotices;
  readonly playhead: Playhead;
  readonly clock: Clock;
  /** Where the taker gets its chunks. */
  readonly delivery: Delivery;
  /** Where the one taker of the audio stands. */
  readonly place: TakerPlace = new TakerPlace();
  readonly #abort = new AbortController();
  /** Aborted when the stream ends, however it ends. */
  readonly signal: AbortSignal = this.#abort.signal;
  readonly #changed: Condition;
  readonly #runs: readonly SegmentRun[];
  readonly #routes: RouteList;
  readonly #statistics: StreamStatistics;
  readonly #text: TextQueue;
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #handOut: HandOut;
  readonly #listener: Listener;
  readonly #publisher: MarkPublisher;
  readonly #sentences: SentenceFinder;
  readonly #spoken: SpokenMarks;
  readonly #feedGate = new FeedGate();
  readonly #outcome = new Outcome();
  readonly #failures: FailureNotice;
  readonly #standing = new Standing();
  #isPaused = false;
  /** Something may be told besides what a chunk brings: text was fed, a segment ended, marks came. */
  #hasNews = false;
  #interruption: Promise<Interruption> | undefined;

  constructor(context: StreamContext, options: StreamOptions) {
    const settings = settleOptions(options, context.engines);
    const clock = context.clock ?? systemClock;
    const { sampleRate } = settings;
    this.settings = settings;
    this.clock = clock;
    this.notices = new StreamNotices(options);
    this.playhead = new Playhead(clock, sampleRate);
    this.#failures = new FailureNotice({ feedGate: this.#feedGate, outcome: this.#outcome, notices: this.notices });
    const parts = createStreamParts({ context, settings, clock, notices: this.notices, playhead: this.playhead, signal: this.signal, standing: this.#standing, hooks: this.#hooks() });
    ({ changed: this.#changed, runs: this.#runs, routes: this.#routes, statistics: this.#statistics, text: this.#text } = parts);
    ({ ledger: this.#ledger, listener: this.#listener, handOut: this.#handOut, sender: this.#sender } = parts);
    this.delivery = new Delivery({
      handOut: parts.handOut, listener: parts.listener, statistics: parts.statistics, ledger: parts.ledger, changed: parts.changed, sender: parts.sender,
      playhead: this.playhead, notices: this.notices, sampleRate, standing: this.#standing,
    });
    const { fed } = this.#text;
    this.#spoken = new SpokenMarks({ playhead: this.playhead, clock, sampleRate, onSpoken: (mark) => this.notices.tell("spoken", mark), telling: context.telling });
    this.#sentences = new SentenceFinder({ fed, language: textLanguage(options, context.engines[0]), markup: options.ssml === true });
    this.#publisher = new MarkPublisher({ ledger: this.#ledger, sampleRate, wanted: settings.marks, sentences: this.#sentences, markup: options.ssml === true, fedUnits: () => fed.length });
    endWithSignal(options.signal, this.signal, (error) => this.fail(error));
  }

  get state(): StreamState {
    return this.#standing.state;
  }

  /** Takes the text whole or not at all. */
  feed(text: string): Promise<void> {
    const refusal = refuseFeed(text, {
      state: this.#standing.state,
      error: this.#standing.error ?? this.#runs.find((run) => run.state === "failed")?.error,
      waiting: this.#text.waiting,
      maxCharacters: this.settings.maxCharacters,
    });
    if (refusal !== undefined) {
      // After an interrupt or a failure the app knows already; a defect of its own it would otherwise never see.
      if (this.#standing.isLive || this.#standing.state === "finished") this.notices.tell("error", refusal);
      return Promise.reject(refusal);
    }
    if (text === "") return this.isFull() ? this.#feedGate.wait() : Promise.resolve();
    this.#text.feed(text);
    this.#statistics.fed(text.length);
    this.#hasNews = true;
    this.#sender.fed();
    this.place.textWasFed();
    return this.isFull() ? this.#feedGate.wait() : Promise.resolve();
  }

  flush(): void {
    if (this.#standing.state !== "open") return;
    this.#text.flush();
    this.#sentences.boundary();
    this.#hasNews = true;
    this.#sender.wake();
  }

  done(): void {
    if (!this.#standing.move("done")) return;
    this.#text.end();
    this.#sentences.boundary();
    this.#hasNews = true;
    this.#changed.notify();
    this.#sender.wake();
  }

  whenDone(): Promise<StreamReport> {
    return this.#outcome.promise;
  }

  /** Whether `feed()` would wait. */
  isFull(): boolean {
    return this.#text.waiting >= this.settings.highWaterCharacters && !this.#sender.wantsText;
  }

  reportPlayed(frame: number): void {
    if (typeof frame !== "number" || Number.isNaN(frame)) throw new TTSError("INVALID_INPUT", "reportPlayed() was not given a number; it takes the frame of the stream up to which was heard.");
    this.playhead.report(frame);
    this.#sender.wake();
  }

  async pause(): Promise<void> {
    if (!this.#standing.isLive) return;
    this.#isPaused = true;
    this.#handOut.pause();
    this.#listener.pause();
    this.#tellFailureEarly();
    await this.#askTaker((taker) => taker.pause());
  }

  async resume(): Promise<void> {
    if (!this.#standing.isLive) return;
    await this.#askTaker((taker) => taker.resume());
    this.#isPaused = false;
    this.#listener.resume();
    this.#handOut.resume();
    this.#sender.wake();
  }

  #askTaker(ask: (taker: Taker) => Promise<void>): Promise<void> {
    return askTaker(this.place.taker, ask, (error) => this.fail(error));
  }

  /** Everything was taken, and played where the taker knows. */
  finish(): void {
    if (!this.#standing.move("finish")) return;
    this.#publisher.end();
    this.#publish(this.#handOut.handedFrames);
    // Of a stream without audio nothing more is played either.
    if (this.playhead.basis === "sink" || this.#handOut.handedFrames === 0) this.#spoken.finish();
    this.#end();
    // All text was taken, the last of it perhaps without another look: it may be white space.
    this.#feedGate.open();
    void this.place.taker?.close().catch(() => undefined);
    this.#outcome.resolve(this.#lastReport());
  }

  /** Ends the stream with an error, silent at once. */
  fail(error: TTSError): void {
    if (!this.#standing.move("fail", error)) return;
    this.#spoken.stop();
    this.#end();
    this.#failures.tell(error);
    void silenceTaker(this.place.taker, this.clock);
  }

  interrupt(at: { playedFrame: number } | undefined): Promise<Interruption> {
    this.#interruption ??= this.#interrupt(at);
    return this.#interruption;
  }

  async close(): Promise<void> {
    this.#spoken.stop();
    // Most streams are closed when they have ended: an error with its stack costs more than the rest of it.
    if (!this.#standing.mayMove("close")) return;
    const wasLive = this.#standing.isLive;
    const error = new StreamError("STREAM_CLOSED", "The stream was closed before it had ended.");
    this.#standing.move("close", error);
    this.#end();
    this.#feedGate.refuse(error);
    this.#outcome.reject(error);
    if (wasLive) await silenceTaker(this.place.taker, this.clock);
  }

  #hooks(): StreamHooks {
    return {
      publish: (frame) => this.#publish(frame),
      fail: (error) => this.fail(error),
      bookmarkRead: (element) => this.#publisher.bookmarkRead(element),
      advance: () => this.#advance(),
      news: () => {
        this.#hasNews = true;
        this.#advance();
      },
      audioCame: () => this.#audioCame(),
    };
  }

  /** Called for every block of audio, so it does little. */
  #audioCame(): void {
    if (!this.#standing.isLive) return;
    this.#handOut.settle();
    const head = this.#runs[0];
    if (head !== undefined && head.queue.frames > 0) this.place.audioIsReady();
  }

  /** Looks at what has become possible: called whenever anything has moved on the side of the engine. */
  #advance(): void {
    if (!this.#standing.isLive) return;
    this.#handOut.settle();
    if (this.#hasNews) this.#publish(this.#handOut.handedFrames);
    this.#hasNews = false;
    if (this.#feedGate.isWaitedFor && !this.isFull()) {
      this.#feedGate.open();
      this.notices.tell("drain", undefined);
    }
    this.#tellFailureEarly();
    const head = this.#runs[0];
    if (head !== undefined && head.queue.frames > 0) {
      this.place.audioIsReady();
      return;
    }
    // A pump is told by its next chunk, after what it has written was played.
    if (this.place.taker?.kind === "pump") return;
    if (head?.state === "failed" && head.error !== undefined) this.fail(head.error);
    else if (this.#standing.state === "ending" && head === undefined && this.#handOut.handedFrames === 0 && this.#text.drained) this.finish();
  }

  /** Who has paused cannot hear that no more comes, so he is told at once; what was made until then is still his to hear. */
  #tellFailureEarly(): void {
    const failed = this.#isPaused ? this.#runs.find((run) => run.state === "failed") : undefined;
    if (failed?.error !== undefined) this.#failures.tell(failed.error);
  }

  #publish(frame: number, heardFrame: number = this.playhead.heardFrames()): readonly Mark[] {
    const published = this.#publisher.publishUntil(frame, heardFrame);
    if (published.length === 0) return NO_MARKS;
    this.playhead.release();
    for (const { mark } of published) this.notices.tell("mark", mark);
    if (this.notices.has("spoken")) this.#spoken.add(published);
    return published.map(({ mark }) => mark);
  }

  async #interrupt(at: { playedFrame: number } | undefined): Promise<Interruption> {
    const wasLive = this.#standing.move("interrupt");
    // The engines first: what they still make costs, and is heard by nobody.
    if (wasLive) this.#abort.abort(calledOff());
    const basis = this.playhead.basis;
    const assumed = this.playhead.heardFrames();
    const unbilled = wasLive ? unbilledCharacters(this.#runs, { sampleRate: this.settings.sampleRate, routes: this.#routes.routes }) : new Map<LedgerEntry, number>();
    if (wasLive) {
      // A better guess at the words that were handed out will not come.
      this.#publish(this.#handOut.handedFrames, this.#handOut.handedFrames);
      this.#statistics.interrupted = true;
      this.#spoken.stop();
      this.#end();
      this.#feedGate.open();
    }
    const cleared = wasLive ? await silenceTaker(this.place.taker, this.clock) : undefined;
    const told = at === undefined || !Number.isFinite(at.playedFrame) ? undefined : Math.max(0, Math.min(at.playedFrame, this.#handOut.handedFrames));
    const heardFrame = told ?? (basis === "sink" && cleared !== undefined ? Math.max(0, Math.min(cleared, this.#handOut.handedFrames)) : assumed);
    const interruption = describeInterruption({ heardFrame, playhead: told === undefined ? basis : "reported", ledger: this.#ledger, fed: this.#text.fed, sampleRate: this.settings.sampleRate, unbilled });
    if (wasLive) this.#outcome.resolve(this.#lastReport());
    return interruption;
  }

  /** Nothing works for the stream any more. */
  #end(): void {
    this.#statistics.ended();
    this.#listener.end();
    this.#abort.abort(calledOff());
    this.#sender.stop();
    for (const run of this.#runs) run.queue.clear();
    this.#changed.notify();
  }

  #lastReport(): StreamReport {
    const report = this.#statistics.report();
    this.notices.tell("metrics", report);
    if (this.#failures.told === undefined) this.notices.tell("done", report);
    return report;
  }

}
