import { createCondition } from "@parlando/core";
import { type TTSError, type AudioFormat, type MarkKind, type SessionEvent } from "@parlando/engine";
import type { WireFormat } from "@parlando/protocol";
import type { ConnectionPool, UtteranceStart } from "./connection-pool.ts";
import { unrefTimer } from "./platform.ts";
import { asRemoteError, remoteError } from "./remote-errors.ts";
import { RemotePart, type PartItem } from "./remote-part.ts";
import { textPieces } from "./text-pieces.ts";

/** What a turn needs of its session. */
export interface TurnParts {
  readonly doing: string;
  readonly pool: ConnectionPool;
  readonly start: UtteranceStart;
  /** What is asked for; announced where something has to be told before the server says what really comes. */
  readonly format: AudioFormat;
  readonly marks: readonly MarkKind[];
  readonly windowMs: number;
  /** Aborted: nothing is begun any more. */
  readonly signal: AbortSignal;
}

type Step = IteratorResult<SessionEvent, undefined>;
const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** After so much text, the next segment begins another utterance: half of what a server takes in one where it was not told otherwise. */
const partUnits = 50_000;
/** Text that was flushed and whose answer was not read: beyond that, the writer waits. */
const unansweredUnits = 20_000;
/** Bytes that wait to be sent: beyond that, the writer waits. */
const unsentBytes = 262_144;
/** How often the send buffer is looked at while a writer waits for it, in milliseconds: nothing tells when it empties. */
const lookMs = 10;

/** One turn of a session: text in, events out. Usually one utterance of the server; of a very long text, several, one behind the other. */
export class RemoteTurn {
  readonly #parts: TurnParts;
  readonly #news = createCondition();
  /** Those that are not read to their end. */
  readonly #open: RemotePart[] = [];
  #last: RemotePart | undefined;
  #tasks: Promise<void> = Promise.resolve();
  #format: WireFormat | AudioFormat | undefined;
  /** Audio that the reader has, and did not ask on from. */
  #handedOut: { readonly part: RemotePart; readonly frames: number } | undefined;
  #baseMs = 0;
  #flushed = 0;
  #answered = 0;
  #isEnded = false;
  #isComplete = false;
  #isCanceled = false;
  #failure: { readonly error: TTSError; readonly isAtOnce: boolean } | undefined;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  get events(): AsyncIterable<SessionEvent> {
    const iterator: AsyncIterator<SessionEvent, undefined> = {
      next: () => this.#next(),
      return: async () => {
        this.cancel();
        return end;
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  async write(text: string): Promise<void> {
    if (this.#isEnded || this.#isCanceled) throw this.#closed();
    if (text === "") return;
    await this.#do(async () => {
      const part = await this.#partToWrite();
      for (const piece of textPieces(text)) part.line?.send({ type: "input.text", utterance: part.line.utterance, text: piece });
      part.written += text.length;
    });
    await this.#untilRoom();
  }

  flush(): Promise<void> {
    if (this.#isCanceled) return Promise.reject(this.#closed());
    return this.#do(async () => this.#flushLast());
  }

  async end(): Promise<void> {
    if (this.#isEnded || this.#isCanceled) return;
    this.#isEnded = true;
    await this.#do(async () => {
      this.#flushLast();
      this.#finishLast();
      this.#isComplete = true;
      this.#news.notify();
    });
  }

  /** Ends the events where they are. May be called twice. */
  cancel(): void {
    if (this.#isCanceled) return;
    this.#isCanceled = true;
    this.#leaveAll();
  }

  /** Ends the events with an error: behind what has come, or at once. Only the first failure counts. */
  fail(error: TTSError, { isAtOnce }: { readonly isAtOnce: boolean }): void {
    if (this.#isCanceled || this.#failure !== undefined) return;
    this.#failure = { error, isAtOnce };
    this.#leaveAll();
  }

  #leaveAll(): void {
    for (const part of this.#open.splice(0)) part.leave();
    this.#news.notify();
  }

  /** One thing after the other: an utterance may have to wait for its connection. What fails ends the turn. */
  #do(task: () => Promise<void>): Promise<void> {
    const doing = this.#tasks.then(async () => {
      if (this.#isCanceled) return;
      const error = this.#failure?.error ?? this.#last?.error;
      if (error !== undefined) throw error;
      await task();
    });
    this.#tasks = doing.catch((error: unknown) => {
      if (this.#last?.error === undefined) this.fail(asRemoteError(this.#parts.doing, error), { isAtOnce: false });
    });
    return doing;
  }

  async #partToWrite(): Promise<RemotePart> {
    const last = this.#last;
    if (last !== undefined && (last.written < partUnits || last.flushedAt < last.written)) return last;
    this.#finishLast();
    const { doing, windowMs, pool, start, signal } = this.#parts;
    const part = new RemotePart({ doing, windowMs, textBase: last === undefined ? 0 : last.textBase + last.written, changed: () => this.#changed(part) });
    const line = await pool.begin(start, part, signal);
    part.follow(line);
    this.#last = part;
    // Called off while it was begun.
    if (this.#isCanceled || this.#failure !== undefined) part.leave();
    else this.#open.push(part);
    return part;
  }

  #flushLast(): void {
    const part = this.#last;
    if (part === undefined || part.written === part.flushedAt) return;
    this.#flushed += part.written - part.flushedAt;
    part.flushedAt = part.written;
    part.line?.send({ type: "input.flush", utterance: part.line.utterance });
  }

  #finishLast(): void {
    const part = this.#last;
    if (part === undefined || part.isDone) return;
    part.isDone = true;
    part.line?.send({ type: "input.done", utterance: part.line.utterance });
  }

  /** An engine that is closed says nothing more; other ends wait for what came before them. */
  #changed(part: RemotePart): void {
    if (part.error?.code === "ABORTED" && part.line !== undefined) this.fail(part.error, { isAtOnce: true });
    this.#news.notify();
  }

  async #untilRoom(): Promise<void> {
    for (;;) {
      const part = this.#last;
      if (part === undefined || this.#isCanceled || this.#failure !== undefined || part.error !== undefined) return;
      if ((part.line?.bufferedBytes() ?? 0) > unsentBytes) await this.#aMoment();
      else if (part.isFull || this.#flushed - this.#answered > unansweredUnits) await this.#news.wait();
      else return;
    }
  }

  #aMoment(): Promise<void> {
    return new Promise((resolve) => unrefTimer(setTimeout(resolve, lookMs)));
  }

  async #next(): Promise<Step> {
    this.#settle();
    for (;;) {
      if (this.#isCanceled) return end;
      if (this.#failure?.isAtOnce === true) throw this.#failure.error;
      const event = this.#takeNext();
      if (event !== undefined) return { done: false, value: event };
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isComplete && this.#open.length === 0) return end;
      await this.#news.wait();
    }
  }

  /** Whoever asks for more has taken what he was given. */
  #settle(): void {
    const taken = this.#handedOut;
    this.#handedOut = undefined;
    taken?.part.taken(taken.frames);
  }

  #takeNext(): SessionEvent | undefined {
    for (let part = this.#open[0]; part !== undefined; part = this.#open[0]) {
      const item = part.first;
      if (item === undefined) {
        if (part.error !== undefined) this.fail(part.error, { isAtOnce: false });
        if (!part.isOver) return undefined;
        part.finish();
        this.#baseMs += part.audioMs;
        this.#open.shift();
        continue;
      }
      if (this.#format === undefined) {
        this.#format = item.type === "format" ? item.format : this.#parts.format;
        if (item.type === "format") part.shift();
        return { type: "start", format: { ...this.#format }, requestId: part.requestId };
      }
      part.shift();
      const event = this.#eventOf(item, part);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  #eventOf(item: PartItem, part: RemotePart): SessionEvent | undefined {
    switch (item.type) {
      case "format":
        if (!isSame(item.format, this.#format)) this.fail(remoteError("PROTOCOL", `${this.#parts.doing}: the server sends another format than it was asked for.`, { requestId: part.requestId }), { isAtOnce: true });
        return undefined;
      case "audio":
        this.#handedOut = { part, frames: item.frames };
        return { type: "audio", bytes: item.bytes };
      case "mark": {
        const { mark } = item;
        if (!this.#parts.marks.includes(mark.kind)) return undefined;
        return { type: "mark", mark: { ...mark, timeMs: mark.timeMs + this.#baseMs, textStart: mark.textStart + part.textBase, textEnd: mark.textEnd + part.textBase } };
      }
      case "warning":
        return { type: "warning", code: item.code, message: item.message };
      default: {
        const through = item.through + part.textBase;
        this.#answered = Math.max(this.#answered, through);
        this.#news.notify();
        return { type: "flushed", through };
      }
    }
  }

  #closed(): TTSError {
    return remoteError("STREAM_CLOSED", `${this.#parts.doing}: the turn has ended, so it takes no more text. Begin another one.`);
  }
}

function isSame(one: WireFormat, other: AudioFormat | undefined): boolean {
  return one.encoding === other?.encoding && one.sampleRate === other.sampleRate && one.channels === other.channels;
}
