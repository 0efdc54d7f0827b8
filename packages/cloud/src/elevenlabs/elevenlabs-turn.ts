import { TTSError, type AudioFormat, type MarkKind, type SessionEvent } from "@parlando/engine";
import { createInactivityWatch } from "../transport/inactivity.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { PullQueue } from "../transport/pull-queue.ts";
import { socketError, type SpeechLine } from "./elevenlabs-line.ts";
import type { AlignmentTime } from "./elevenlabs-marks.ts";
import { createSegmentMarks, cutUnits, piecesOf, sendableUnits, type TurnSegment } from "./elevenlabs-segment.ts";
import type { SpeechMessage } from "./elevenlabs-wire.ts";

type Step = IteratorResult<SessionEvent, undefined>;
const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** What a turn needs of its session. */
export interface TurnOptions {
  readonly line: SpeechLine;
  readonly context: ErrorContext;
  readonly format: AudioFormat;
  readonly marks: readonly MarkKind[];
  readonly time: AlignmentTime;
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** Names a text; no name is used twice on one connection. */
  readonly nextId: () => string;
  /** Before anything else. */
  readonly warnings: readonly SessionEvent[];
  /** Something is waited for: messages are to be received while {@link Turn.awaits} tells of a text. */
  readonly onWait: () => void;
  /** The turn failed: so has the session. */
  readonly onFailure: () => void;
}

type Task = { readonly kind: "write"; readonly text: string } | { readonly kind: "flush" } | { readonly kind: "end" };
type WaitingTask = Task & { resolve: () => void; reject: (error: unknown) => void };

/**
 * One turn of a session. What is written between two flushes is one text of its line; each is over with a message of its own, and then its
 * `flushed` is told. Texts are written side by side, but a text is finished only when the one before it is over, so that the service makes
 * audio of one at a time (but for what its own schedule makes before), and the account's limit counts one.
 */
export class Turn {
  readonly #options: TurnOptions;
  readonly #queue: PullQueue<Step>;
  readonly #watch = createInactivityWatch();
  readonly #segments: TurnSegment[] = [];
  readonly #tasks: WaitingTask[] = [];
  #isReading = false;
  #isEnded = false;
  #isOver = false;
  #isCanceled = false;
  #writtenUnits = 0;
  #flushedUnits = 0;
  /** Audio of the segments that are over, in milliseconds. */
  #spokenMs = 0;

  constructor(options: TurnOptions) {
    this.#options = options;
    const { context } = options;
    this.#queue = new PullQueue<Step>({
      engine: context.engine,
      doing: context.doing,
      atEnd: END,
      // Nothing is received while nothing is read.
      limit: Infinity,
      stop: () => {},
      goOn: () => {},
      onWait: () => {
        this.#isReading = true;
        options.onWait();
      },
      onArrival: () => {
        this.#isReading = false;
        this.#watch.rest();
      },
    });
    this.#tell({ type: "start", format: { ...options.format } });
    for (const warning of options.warnings) this.#tell(warning);
  }

  get events(): AsyncIterable<SessionEvent> {
    const iterator: AsyncIterator<SessionEvent, undefined> = {
      next: () => (this.#isCanceled ? Promise.resolve(END) : this.#queue.next()),
      return: async () => {
        this.cancel();
        return END;
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** The text whose messages the reader waits for; undefined when there is none. */
  get awaits(): string | undefined {
    const front = this.#segments[0];
    return !this.#isOver && this.#isReading && front !== undefined && front.sentUnits > 0 ? front.id : undefined;
  }

  /** Texts that may still get more. */
  get unfinished(): readonly string[] {
    return this.#segments.flatMap(({ id, sentUnits, isFinishSent }) => (sentUnits > 0 && !isFinishSent ? [id] : []));
  }

  write(text: string): Promise<void> {
    if (this.#isEnded || this.#isOver) return Promise.reject(this.#closed());
    if (text.length <= 1000) return this.#do({ kind: "write", text });
    return Promise.all(piecesOf(text).map((piece) => this.#do({ kind: "write", text: piece }))).then(() => undefined);
  }

  flush(): Promise<void> {
    return this.#isOver ? Promise.reject(this.#closed()) : this.#do({ kind: "flush" });
  }

  end(): Promise<void> {
    if (this.#isOver || this.#isEnded) return Promise.resolve();
    this.#isEnded = true;
    return this.#do({ kind: "end" });
  }

  /** Ends the events where they are. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isCanceled = true;
    this.#stop();
    this.#queue.end();
    for (const task of this.#tasks.splice(0)) task.resolve();
  }

  /** Ends the events with an error; what was not read is dropped where the turn was `calledOff`. */
  fail(error: TTSError, calledOff = false): void {
    if (this.#isOver) return;
    this.#stop();
    if (calledOff) this.#queue.fail(error);
    else this.#queue.end(error);
    for (const task of this.#tasks.splice(0)) task.reject(error);
  }

  /** Takes what the line has received. */
  take(message: SpeechMessage): void {
    this.#watch.rest();
    if (this.#isOver) return;
    const segment = this.#segments.find(({ id }) => id === message.contextId);
    if (message.error !== undefined && (segment !== undefined || message.contextId === undefined)) return this.#broken(socketError(message, this.#options.context));
    // Else it is of a text that is over, which may have made room, or was never asked for.
    segment?.held.push(message);
    if (segment === undefined) this.#work();
    else if (segment === this.#segments[0]) this.#settle();
    this.#expect();
  }

  /** Begins to wait for the next message: where audio is owed, not for ever. */
  #expect(): void {
    const front = this.#segments[0];
    const { firstByteMs, idleMs, context } = this.#options;
    if (front?.isFinishSent !== true || !this.#isReading) return this.#watch.rest();
    const limitMs = front.marks.audioMs === 0 ? firstByteMs : idleMs;
    const error = (): TTSError => new TTSError("TIMEOUT", `${context.doing}: nothing came within ${limitMs / 1000} s. Try again, or raise the time-out.`, { engine: context.engine });
    this.#watch.expect(limitMs, () => this.#broken(error()));
  }

  /** The reader waits, and the line is being received from. */
  expectMessage(): void {
    this.#expect();
  }

  #broken(error: TTSError): void {
    this.fail(error);
    this.#options.onFailure();
  }

  #stop(): void {
    this.#isOver = true;
    this.#watch.close();
    const ids = this.#segments.splice(0).map(({ id }) => id);
    this.#options.line.cancel(ids);
  }

  #tell(event: SessionEvent): void {
    this.#queue.push({ done: false, value: event }, 1);
  }

  /** At once where nothing waits before it and there is room; else when there is. */
  #do(task: Task): Promise<void> {
    if (this.#tasks.length === 0 && this.#hasRoom(task)) return this.#run(task);
    return new Promise((resolve, reject) => this.#tasks.push({ ...task, resolve, reject }));
  }

  #hasRoom(task: Task): boolean {
    return task.kind !== "write" || this.#open !== undefined || this.#segments.length < this.#options.line.mostTexts;
  }

  get #open(): TurnSegment | undefined {
    const last = this.#segments.at(-1);
    return last?.isComplete === false ? last : undefined;
  }

  async #run(task: Task): Promise<void> {
    if (task.kind === "write") return this.#write(task.text);
    this.#flush();
    if (task.kind === "end") this.#endEvents();
  }

  #write(text: string): Promise<void> {
    if (text === "") return Promise.resolve();
    const segment = this.#open ?? this.#begin();
    this.#writtenUnits += text.length;
    segment.tail += text;
    return this.#send(segment, sendableUnits(segment.tail));
  }

  #begin(): TurnSegment {
    const { nextId, marks, time, format } = this.#options;
    const textStart = this.#writtenUnits;
    const segment: TurnSegment = {
      id: nextId(),
      textStart,
      tail: "",
      sentUnits: 0,
      isComplete: false,
      through: undefined,
      isFinishSent: false,
      isFinal: false,
      held: [],
      marks: createSegmentMarks({ kinds: marks, time, format, textStart }),
    };
    this.#segments.push(segment);
    return segment;
  }

  async #send(segment: TurnSegment, units: number): Promise<void> {
    if (units === 0) return;
    const cut = segment.isComplete ? undefined : cutUnits(segment.sentUnits, segment.tail.slice(0, units));
    const text = segment.tail.slice(0, cut ?? units);
    segment.tail = segment.tail.slice(text.length);
    segment.sentUnits += text.length;
    segment.marks.feed(text);
    const sending = this.#watched(this.#options.line.write(segment.id, text));
    const rest = cut === undefined ? undefined : this.#cut(segment);
    this.#options.onWait();
    await Promise.all([sending, rest]);
  }

  /** What was sent of a segment is spoken by itself; the rest begins another text. */
  async #cut(segment: TurnSegment): Promise<void> {
    const { tail } = segment;
    segment.tail = "";
    segment.isComplete = true;
    let sending: Promise<void> | undefined;
    if (tail !== "") {
      this.#writtenUnits -= tail.length;
      const next = this.#begin();
      next.tail = tail;
      this.#writtenUnits += tail.length;
      sending = this.#send(next, sendableUnits(tail));
    }
    this.#settle();
    await sending;
  }

  #flush(): void {
    if (this.#writtenUnits === this.#flushedUnits) return;
    this.#flushedUnits = this.#writtenUnits;
    const segment = this.#open ?? this.#begin();
    segment.isComplete = true;
    segment.through = this.#writtenUnits;
    if (segment.tail.trim() !== "") void this.#send(segment, segment.tail.length).catch(() => undefined);
    this.#settle();
  }

  #endEvents(): void {
    if (!this.#isEnded || this.#isOver || this.#segments.length > 0 || this.#tasks.length > 0) return;
    this.#isOver = true;
    this.#watch.close();
    this.#queue.end();
  }

  /** Goes on as far as what has come allows. */
  #settle(): void {
    for (let front = this.#segments[0]; front !== undefined && !this.#isOver; front = this.#segments[0]) {
      for (const message of front.held.splice(0)) this.#pass(front, message);
      if (front.isFinal && !front.isFinishSent) return this.#broken(this.#endedEarly());
      if (front.isComplete && !front.isFinishSent) this.#finish(front);
      if (!front.isFinal) break;
      this.#tellEnd(front);
    }
    this.#work();
    this.#endEvents();
  }

  #pass(segment: TurnSegment, message: SpeechMessage): void {
    const marks = segment.marks.take(message, this.#spokenMs);
    if (message.audio !== undefined) this.#tell({ type: "audio", bytes: message.audio });
    for (const mark of marks) this.#tell({ type: "mark", mark });
    if (message.isFinal) segment.isFinal = true;
  }

  #finish(segment: TurnSegment): void {
    segment.isFinishSent = true;
    // Nothing was sent: there is nothing to be spoken.
    if (segment.sentUnits === 0) segment.isFinal = true;
    else void this.#watched(this.#options.line.finish(segment.id)).catch(() => undefined);
    this.#expect();
  }

  #tellEnd(segment: TurnSegment): void {
    for (const mark of segment.marks.finish(this.#spokenMs)) this.#tell({ type: "mark", mark });
    this.#spokenMs += segment.marks.audioMs;
    this.#segments.shift();
    if (segment.through !== undefined) this.#tell({ type: "flushed", through: segment.through });
  }

  /** What waited for room. */
  #work(): void {
    for (let task = this.#tasks[0]; task !== undefined && this.#hasRoom(task) && !this.#isOver; task = this.#tasks[0]) {
      this.#tasks.shift();
      this.#run(task).then(task.resolve, task.reject);
    }
  }

  /** A connection that takes nothing has ended. */
  async #watched(sending: Promise<void>): Promise<void> {
    try {
      await sending;
    } catch (error) {
      if (TTSError.isInstance(error)) this.#broken(error);
      throw error;
    }
  }

  #endedEarly(): TTSError {
    const { context } = this.#options;
    return new TTSError("TRUNCATED", `${context.doing}: the service ended a text before it was told that no more of it comes. What was delivered is real; try again.`, { engine: context.engine });
  }

  #closed(): TTSError {
    const { context } = this.#options;
    return new TTSError("STREAM_CLOSED", `${context.doing}: the turn has ended, so it takes no more text. Begin another one.`, { engine: context.engine });
  }
}
