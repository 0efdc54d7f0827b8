import type { DoneSegment, SpeechStream, StreamReport, Warning } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { ServerMessage, SpeechStart, WireError, WireInterruption } from "@parlando/protocol";
import { StalledError } from "../audio/stalled-error.ts";
import type { SpeechOutcome } from "../metrics/server-metrics.ts";
import { problemOf } from "../problem/problem.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";
import { openSpeech, type OpenSpeech } from "../speech/open-speech.ts";
import { outcomeOf } from "../speech/outcome-of.ts";
import { FlushMarks } from "./flush-marks.ts";
import { createMarkBatch, type MarkBatch } from "./mark-batch.ts";
import type { Outbox } from "./outbox.ts";
import { createSocketSink, type SocketSink } from "./socket-sink.ts";
import { orderOf, spokenReport } from "./speech-order.ts";
import { createUtteranceScope, type UtteranceScope } from "./utterance-scope.ts";
import { shutdownError, wireErrorOf } from "./wire-error.ts";

/** What {@link Utterance} works with. */
export interface UtteranceOptions {
  readonly start: SpeechStart;
  /** Of the socket. */
  readonly scope: RequestScope;
  readonly services: ServerServices;
  readonly outbox: Outbox;
  readonly send: (message: ServerMessage) => void;
  /** The utterance is over: nothing more is said of it. */
  readonly onOver: () => void;
  /** The listener took nothing for too long; he was told so. */
  readonly onStalled: () => void;
}

/**
 * Where an utterance is: it waits for a place; it is spoken; it is being interrupted; all of it was sent, and the listener has the rest to hear; nothing more
 * is said of it.
 */
type Phase = "opening" | "speaking" | "interrupting" | "playing" | "over";

/** The answer to who interrupts before there is anything to hear. */
const nothingHeard: WireInterruption = { heardUntil: 0, heardMs: 0, billedCharacters: 0, wastedCharacters: 0, basis: "estimate", playhead: "sink" };

/** Outcomes after which nobody listens any more. */
const leaving: ReadonlySet<SpeechOutcome> = new Set(["interrupted", "gone", "stalled"]);

/** One utterance of a WebSocket, to be begun; from `speech.start` to the message that ends it. Nothing here waits for the client, and nothing throws. */
export class Utterance {
  readonly #options: UtteranceOptions;
  readonly #scope: UtteranceScope;
  readonly #sink: SocketSink;
  readonly #flushes = new FlushMarks();
  readonly #marks: MarkBatch;
  readonly #id: number;
  #phase: Phase = "opening";
  /** How it ended, where that was before there was a stream. */
  #outcome: SpeechOutcome = "interrupted";
  #opened: OpenSpeech | undefined;
  /** What came before the stream was there. */
  #early: ((stream: SpeechStream) => void)[] = [];
  #isFull = false;
  #isInputDone = false;
  #report: StreamReport | undefined;
  #sentAtMs = 0;

  constructor(options: UtteranceOptions) {
    const { start, scope, services, outbox, send } = options;
    const { utterance, encoding = "pcm-s16le", windowMs = services.windowMs } = start;
    this.#options = options;
    this.#id = utterance;
    this.#scope = createUtteranceScope(scope);
    this.#marks = createMarkBatch({ utterance, send: (json) => outbox.text(json), onTurn: () => this.#tellProgress() });
    this.#sink = createSocketSink({
      utterance,
      encoding,
      windowMs,
      outbox,
      clock: services.clock,
      framesToEnd: (sentFrames) => this.#flushes.framesToEnd(sentFrames),
      onFormat: (format) => {
        send({ type: "speech.started", utterance, format });
        this.#opened?.meter.firstAudio();
      },
      onSent: (ms) => {
        this.#opened?.meter.audio(ms);
        this.#tellProgress();
      },
      onHeld: () => this.#opened?.meter.held(),
    });
  }

  /** Begins: asks for a place. Once, when its owner knows of it. */
  begin(): void {
    void this.#run();
  }

  /** Whether the client has yet to say something before anything more can be made. */
  get waitsForText(): boolean {
    return !this.#isInputDone && (this.#phase === "opening" || this.#phase === "speaking");
  }

  /** Whether it is being interrupted: its place on the connection is free. */
  get isEnding(): boolean {
    return this.#phase === "interrupting";
  }

  text(text: string): void {
    if (!this.#takesInput() || text === "") return;
    const most = this.#options.services.limits.utteranceCharacters;
    const units = this.#flushes.fedUnits + text.length;
    if (units > most) return this.#fail(new TTSError("TEXT_TOO_LONG", `Speaking an utterance: its text has come to ${units} characters; at most ${most} are taken (limit \`utteranceCharacters\`). Begin another utterance for the rest.`));
    this.#flushes.fed(text);
    this.#withStream((stream) => this.#feed(stream, text));
  }

  flush(): void {
    if (!this.#takesInput() || !this.#flushes.flush()) return;
    this.#withStream((stream) => stream.flush());
    this.#tellProgress();
  }

  done(): void {
    if (this.#isInputDone) return;
    this.#isInputDone = true;
    this.#withStream((stream) => stream.done());
  }

  played(frame: number): void {
    this.#sink.played(frame);
    this.#endWhenPlayed();
  }

  interrupt(playedFrame: number | undefined): void {
    if (this.#phase === "interrupting" || this.#phase === "over") return;
    const opened = this.#opened;
    if (opened === undefined) {
      this.#tell({ type: "speech.interrupted", utterance: this.#id, ...nothingHeard });
      return this.#leave("interrupted");
    }
    this.#phase = "interrupting";
    const heard = playedFrame === undefined ? undefined : { playedFrame: Math.min(playedFrame, this.#sink.credit.sentFrames) };
    void this.#interrupt(opened, heard);
  }

  /** Looks whether the listener has been silent for too long. */
  tick(): void {
    const { clock, limits } = this.#options.services;
    if (this.#phase === "playing" && clock.now() - Math.max(this.#sentAtMs, this.#sink.credit.creditAtMs) >= limits.stallMs) return this.#finish();
    if (this.#phase !== "speaking" || this.#sink.waitedMs() < limits.stallMs) return;
    const error = new StalledError(limits.stallMs);
    this.#fail(error, "stalled", { code: "TIMEOUT", message: `${error.message} Tell what was played with speech.played, at least each quarter window.`, retryable: true });
    this.#options.onStalled();
  }

  /** The socket has closed, or is about to: nobody is told any more but by `error`. */
  close(error: WireError | undefined): void {
    if (this.#phase === "over") return;
    const outcome = this.#options.scope.endedBy() ?? "gone";
    if (error === undefined) this.#leave(outcome);
    else this.#fail(undefined, outcome, error);
  }

  async #run(): Promise<void> {
    const { start, services } = this.#options;
    const warnings: Warning[] = [];
    let isAccepted = false;
    const warn = ({ code, message, option }: Warning): void => this.#tell({ type: "speech.warning", utterance: this.#id, code, message, option });
    try {
      services.rate.take(this.#scope.caller.id);
      const opened = await openSpeech(orderOf(start, this.#sink, (warning) => (isAccepted ? warn(warning) : warnings.push(warning))), this.#scope, services);
      if (this.#phase !== "opening") return void (await opened.end(this.#outcome));
      this.#opened = opened;
      this.#phase = "speaking";
      this.#tell({ type: "speech.accepted", utterance: this.#id, requestId: this.#scope.id });
      isAccepted = true;
      for (const warning of warnings) warn(warning);
      const { stream } = opened;
      stream.on("mark", (mark) => this.#marks.add(mark)).on("segmentDone", (segment) => this.#segmentDone(segment));
      for (const act of this.#early.splice(0)) act(stream);
      await this.#sent(await stream.waitUntilDone());
    } catch (error) {
      this.#ended(error);
    }
  }

  /** Everything was sent. The place is free now: what is left is the listener's. */
  async #sent(report: StreamReport): Promise<void> {
    if (this.#phase !== "speaking") return;
    const { services } = this.#options;
    this.#report = report;
    this.#phase = "playing";
    this.#sentAtMs = services.clock.now();
    this.#marks.flush();
    this.#tellFlushed(Infinity);
    this.#tell({ type: "speech.sent", utterance: this.#id, frames: this.#sink.credit.sentFrames });
    await this.#opened?.end("done");
    this.#endWhenPlayed();
  }

  #endWhenPlayed(): void {
    if (this.#phase === "playing" && this.#sink.credit.creditFrames >= this.#sink.credit.sentFrames) this.#finish();
  }

  #finish(): void {
    if (this.#report !== undefined) this.#tell({ type: "speech.done", utterance: this.#id, report: spokenReport(this.#report) });
    this.#over();
  }

  async #interrupt(opened: OpenSpeech, heard: { playedFrame: number } | undefined): Promise<void> {
    const interruption = await opened.stream.interrupt(heard).catch(() => undefined);
    await opened.end("interrupted");
    if (this.#isOver()) return;
    this.#marks.flush();
    if (interruption === undefined) return this.#fail(new TTSError("INTERNAL", "Interrupting an utterance: the stream could not say what was heard."));
    const { heardUntil, heardMs, billedCharacters, wastedCharacters, basis, playhead } = interruption;
    this.#countWaste("interrupted", heardMs);
    this.#tell({ type: "speech.interrupted", utterance: this.#id, heardUntil, heardMs, billedCharacters, wastedCharacters, basis, playhead });
    this.#over();
  }

  /** The stream has failed, or there is none. */
  #ended(error: unknown): void {
    if (this.#phase === "over" || this.#phase === "interrupting") return;
    const outcome = outcomeOf(error, this.#options.scope);
    if (outcome === "gone") this.#leave(outcome);
    else if (outcome === "shutdown") this.#fail(undefined, outcome, shutdownError);
    else this.#fail(error, outcome);
  }

  /** Ends the utterance with `speech.failed`. */
  #fail(error: unknown, outcome: SpeechOutcome = "failed", told: WireError = wireErrorOf(error)): void {
    if (this.#phase === "over") return;
    if (this.#opened === undefined && outcome === "failed") this.#countRefusal(error);
    this.#marks.flush();
    this.#tell({ type: "speech.failed", utterance: this.#id, error: { requestId: this.#scope.id, ...told } });
    this.#leave(outcome, error);
  }

  /** What was never spoken is in no record of speech. */
  #countRefusal(error: unknown): void {
    const { metrics, log } = this.#options.services;
    const { status, code } = problemOf(error);
    const { route, id } = this.#scope;
    metrics.answered(route, status);
    log({ level: status >= 500 ? "error" : "info", event: "refused", requestId: id, route, status, code });
  }

  /** Lets go of the stream, without a word. */
  #leave(outcome: SpeechOutcome, error?: unknown): void {
    this.#outcome = outcome;
    this.#phase = "over";
    this.#countWaste(outcome);
    void this.#sink.close();
    this.#scope.abort();
    void this.#opened?.end(outcome, error);
    this.#over();
  }

  /** The listener has left: what was sent to him, and he had not played by his own word. After a failure he may still play what he has. */
  #countWaste(outcome: SpeechOutcome, heardMs?: number): void {
    if (leaving.has(outcome)) this.#options.services.metrics.wasted(outcome, this.#sink.unheardMs(heardMs));
  }

  #over(): void {
    this.#phase = "over";
    this.#early = [];
    this.#scope.release();
    this.#options.onOver();
  }

  #isOver(): boolean {
    return this.#phase === "over";
  }

  #takesInput(): boolean {
    if (!this.#isInputDone) return this.#phase === "opening" || this.#phase === "speaking";
    if (this.#phase === "opening" || this.#phase === "speaking") this.#fail(new TTSError("INVALID_INPUT", "Speaking an utterance: text or a flush came after input.done. Begin another utterance for it."));
    return false;
  }

  #tell(message: ServerMessage): void {
    this.#options.send(message);
  }

  /** Its marks are told in this turn, before the flush that it may be the answer to. */
  #segmentDone(segment: DoneSegment): void {
    this.#flushes.segmentDone(segment);
    queueMicrotask(() => this.#tellProgress());
  }

  #withStream(act: (stream: SpeechStream) => void): void {
    if (this.#phase === "opening") this.#early.push(act);
    else if (this.#phase === "speaking" && this.#opened !== undefined) act(this.#opened.stream);
  }

  #feed(stream: SpeechStream, text: string): void {
    const fed = stream.feed(text);
    fed.then(
      () => this.#tellPressure(false),
      (error: unknown) => this.#ended(error),
    );
    if (stream.bufferFull()) this.#tellPressure(true);
  }

  #tellPressure(full: boolean): void {
    if (this.#isFull === full || this.#phase !== "speaking") return;
    this.#isFull = full;
    this.#tell({ type: "input.pressure", utterance: this.#id, full });
  }

  /** Tells the marks of this turn, and the flushes of which all was sent. */
  #tellProgress(): void {
    if (this.#phase === "over") return;
    this.#marks.flush();
    if (this.#phase === "speaking") this.#tellFlushed(this.#sink.credit.sentFrames);
  }

  #tellFlushed(sentFrames: number): void {
    for (const through of this.#flushes.due(sentFrames)) this.#tell({ type: "speech.flushed", utterance: this.#id, through });
  }
}
