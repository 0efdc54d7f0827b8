import { TTSError, type EngineEvent, type SessionEvent } from "@parlando/engine";
import type { PollyCall } from "./polly-call.ts";
import { bytesPerSecond, type PollyFormat } from "./polly-capabilities.ts";
import type { MarkFeed } from "./polly-marks.ts";
import type { PollyStream } from "./polly-stream.ts";
import type { SentText } from "./polly-text.ts";

/** What a turn works with. */
export interface PollyTurnOptions {
  readonly call: PollyCall;
  readonly format: PollyFormat;
  readonly warnings: readonly EngineEvent[];
  /** Undefined where text goes out as it comes; else what a whole segment is sent as. */
  readonly whole: ((text: string) => SentText) | undefined;
  openStream(): PollyStream;
  askForMarks(text: string): MarkFeed | undefined;
}

/** What was written between two flushes. */
interface Segment {
  readonly from: number;
  text: string;
  /** Undefined while it holds nothing but white space, or is sent whole. */
  stream: PollyStream | undefined;
  feed: MarkFeed | undefined;
  isFlushed: boolean;
}

/** Segments that are being spoken or written at once: one is heard while the next is made. */
const MOST_SEGMENTS = 2;
/** A stream opened ahead is not used after so long, in milliseconds: the service ends it after ten minutes. */
const STALE_MS = 300_000;

/**
 * One turn of a session. Each segment goes through a stream of its own: in Polly's protocol nothing tells where a flush ends but the end of
 * the stream, so a flush closes it, and the service's `StreamClosedEvent` is the `flushed`.
 */
export class PollyTurn {
  readonly #options: PollyTurnOptions;
  readonly #call: PollyCall;
  /** Bytes in a millisecond. */
  readonly #pace: number;
  /** Written and not yet spoken, in order; the last one may still grow. */
  readonly #segments: Segment[] = [];
  #open: Segment | undefined;
  /** Opened ahead, so that the first word finds a connection. */
  #spare: PollyStream | undefined;
  #writtenUnits = 0;
  #isEnded = false;
  #isCanceled = false;
  #bytes = 0;
  #usage = { audio: 0, marks: 0 };
  #waiting: (() => void)[] = [];

  constructor(options: PollyTurnOptions) {
    this.#options = options;
    this.#call = options.call;
    this.#pace = (bytesPerSecond(options.format.format) ?? 1000) / 1000;
    this.#spare = options.openStream();
  }

  /** Resolves when more is wanted: waits while two segments are not spoken, or the connection does not take the text. */
  async write(text: string): Promise<void> {
    this.#refuseIf(this.#isEnded || this.#isCanceled);
    if (text === "") return;
    while (this.#open === undefined && this.#segments.length >= MOST_SEGMENTS) {
      await this.#change();
      this.#refuseIf(this.#isEnded);
      if (this.#isCanceled) return;
    }
    const segment = (this.#open ??= this.#begin());
    segment.text += text;
    this.#writtenUnits += text.length;
    if (this.#options.whole !== undefined || segment.text.trim() === "") return;
    await this.#send(segment, text);
    this.#call.check();
  }

  flush(): void {
    const segment = this.#open;
    if (segment === undefined) return;
    this.#open = undefined;
    segment.isFlushed = true;
    if (segment.text.trim() !== "") this.#complete(segment);
    this.#wake();
  }

  end(): void {
    this.flush();
    this.#isEnded = true;
    if (this.#segments.length === 0) this.#stop();
    this.#wake();
  }

  cancel(): void {
    this.#isCanceled = true;
    this.#stop();
    this.#wake();
  }

  /** Read once. After `cancel()` it ends without an error. */
  async *events(): AsyncGenerator<SessionEvent, void, undefined> {
    try {
      const first = await this.#nextSegment();
      if (first === undefined) return;
      yield { type: "start", format: { ...this.#options.format.format } };
      yield* this.#options.warnings;
      for (let segment: Segment | undefined = first; segment !== undefined; segment = await this.#nextSegment()) {
        yield* this.#guarded(this.#speak(segment));
        if (this.#isCanceled) return;
        this.#segments.shift();
        this.#wake();
        yield { type: "flushed", through: segment.from + segment.text.length };
      }
      if (!this.#isCanceled) yield { type: "usage", characters: this.#usage.audio + this.#usage.marks, details: { ...this.#usage } };
    } catch (error) {
      if (this.#isCanceled && this.#call.failure === undefined) return;
      throw this.#call.failure ?? error;
    } finally {
      this.#stop();
    }
  }

  #begin(): Segment {
    const segment: Segment = { from: this.#writtenUnits, text: "", stream: undefined, feed: undefined, isFlushed: false };
    this.#segments.push(segment);
    return segment;
  }

  /** White space before the first word waits for that word. */
  #send(segment: Segment, text: string): Promise<void> {
    if (segment.stream !== undefined) return segment.stream.write(text, false);
    segment.stream = this.#takeStream();
    const taken = segment.stream.write(segment.text, false);
    this.#wake();
    return taken;
  }

  #complete(segment: Segment): void {
    const { whole, askForMarks } = this.#options;
    if (whole !== undefined) {
      const sent = whole(segment.text);
      segment.stream = this.#takeStream();
      void segment.stream.write(sent.text, sent.isSsml);
    }
    segment.stream?.close();
    segment.feed = askForMarks(segment.text);
  }

  #takeStream(): PollyStream {
    const ahead = this.#spare;
    this.#spare = undefined;
    if (ahead !== undefined && !ahead.isBroken && performance.now() - ahead.openedAtMs < STALE_MS) return ahead;
    ahead?.stop();
    return this.#options.openStream();
  }

  /** The next segment that there is something to hear of; undefined at the end of the turn. */
  async #nextSegment(): Promise<Segment | undefined> {
    for (;;) {
      this.#call.check();
      if (this.#isCanceled) return undefined;
      const segment = this.#segments[0];
      if (segment === undefined && this.#isEnded) return undefined;
      if (segment !== undefined && (segment.stream !== undefined || segment.isFlushed)) return segment;
      await this.#change();
    }
  }

  async *#speak(segment: Segment): AsyncGenerator<SessionEvent, void, undefined> {
    const { stream, from, text } = segment;
    if (stream === undefined) return;
    const startMs = this.#bytes / this.#pace;
    const startBytes = this.#bytes;
    const toTurn = (event: EngineEvent): SessionEvent =>
      event.type === "mark" ? { type: "mark", mark: { ...event.mark, timeMs: event.mark.timeMs + startMs, textStart: event.mark.textStart + from, textEnd: event.mark.textEnd + from } } : event;
    for await (const chunk of stream.audio()) {
      this.#bytes += chunk.length;
      // A segment has marks once it is flushed.
      for (const mark of segment.feed?.until(this.#bytes / this.#pace - startMs) ?? []) yield toTurn({ type: "mark", mark });
      yield { type: "audio", bytes: chunk };
    }
    this.#checkWhole(segment.isFlushed, text, this.#bytes - startBytes);
    this.#usage.audio += stream.characters;
    if (segment.feed === undefined) return;
    const { marks, warnings } = await segment.feed.rest((this.#bytes - startBytes) / this.#pace);
    this.#usage.marks += segment.feed.characters;
    for (const mark of marks) yield toTurn({ type: "mark", mark });
    yield* warnings;
  }

  /** What comes after the turn was canceled, or the session ended, is not handed on. */
  async *#guarded(source: AsyncIterable<SessionEvent>): AsyncGenerator<SessionEvent, void, undefined> {
    for await (const event of source) {
      this.#call.check();
      if (this.#isCanceled) return;
      yield event;
    }
  }

  #checkWhole(isFlushed: boolean, text: string, length: number): void {
    const { engine, doing } = this.#call.context;
    if (!isFlushed) throw new TTSError("TRUNCATED", `${doing}: the service ended the stream while text was still being written. Try again.`, { engine });
    if (length === 0 && /[\p{L}\p{N}]/u.test(text)) throw new TTSError("NO_AUDIO", `${doing}: the answer has no audio in it, not one byte. Check that the text has something to speak in the voice's language.`, { engine });
    if (this.#options.format.name === "pcm" && length % 2 === 1) throw new TTSError("TRUNCATED", `${doing}: the audio ended inside a sample. What was delivered is real; try again.`, { engine });
  }

  #refuseIf(isOver: boolean): void {
    this.#call.check();
    if (isOver) throw new TTSError("STREAM_CLOSED", `${this.#call.context.doing}: the turn is over. Begin another one.`, { engine: "polly" });
  }

  #stop(): void {
    this.#spare?.stop();
    this.#spare = undefined;
    for (const { stream } of this.#segments) stream?.stop();
  }

  #change(): Promise<void> {
    return this.#call.wait(new Promise<void>((resolve) => this.#waiting.push(resolve)));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
