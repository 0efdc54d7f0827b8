import { TTSError, type EngineEvent, type Mark, type SessionEvent } from "@parlando/engine";
import type { SpeechSynthesisRequest } from "microsoft-cognitiveservices-speech-sdk";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { PullQueue } from "../transport/pull-queue.ts";
import type { AzureSdk } from "./azure-sdk.ts";
import type { AzureService } from "./azure-service.ts";
import { AzureTurn } from "./azure-turn.ts";
import type { AzureStreamCall } from "./azure-wire.ts";
import type { SpokenText } from "./spoken-text.ts";

/** What a {@link SessionTurn} needs. */
export interface SessionTurnOptions {
  readonly service: AzureService;
  readonly sdk: AzureSdk;
  readonly call: AzureStreamCall;
  readonly context: ErrorContext;
}

/** Text up to a flush: one turn of the service. */
interface Segment {
  /** Where it begins in the text of the session's turn. */
  readonly from: number;
  readonly request: SpeechSynthesisRequest;
  text: string;
  isWhole: boolean;
}

type Step = IteratorResult<SessionEvent, undefined>;

const DONE: Step = { done: true, value: undefined };
/** Audio that waits for the reader before no other segment is begun and the writer waits: 20 seconds at 24 kHz. */
const HELD_BYTES = 1024 * 1024;
/** Segments that wait to be spoken before the writer waits. */
const HELD_SEGMENTS = 8;
/** Text of one segment before the writer waits: core flushes long before. */
const HELD_CHARACTERS = 8_000;

/** What is said in a session until its text ends: segments, one after the other. Its times and offsets count from here. */
export class SessionTurn {
  readonly events: AsyncIterable<SessionEvent>;
  readonly #options: SessionTurnOptions;
  readonly #queue: PullQueue<Step>;
  /** The first is being spoken. */
  readonly #segments: Segment[] = [];
  #length = 0;
  #isEnded = false;
  #isOver = false;
  #isCanceled = false;
  #hasStarted = false;
  #active: AzureTurn | undefined;
  /** Bytes of the segments that are spoken. */
  #spokenBytes = 0;
  #waiting: (() => void)[] = [];

  constructor(options: SessionTurnOptions) {
    this.#options = options;
    const { engine, doing } = options.context;
    this.#queue = new PullQueue<Step>({ engine, doing, atEnd: DONE, limit: HELD_BYTES, stop: () => {}, goOn: () => this.#advance() });
    const iterator: AsyncIterator<SessionEvent, undefined> = {
      next: () => (this.#isCanceled ? Promise.resolve(DONE) : this.#queue.next()),
      return: () => {
        this.cancel();
        return Promise.resolve(DONE);
      },
    };
    this.events = { [Symbol.asyncIterator]: () => iterator };
  }

  /** Sends a piece on, and waits while events are not read or much text waits. */
  async write(text: string): Promise<void> {
    this.#refuseEnded();
    if (text === "") return;
    const last = this.#segments.at(-1);
    const segment = last === undefined || last.isWhole ? newSegment(this.#options, this.#length) : last;
    if (segment !== last) this.#segments.push(segment);
    segment.text += text;
    this.#length += text.length;
    segment.request.inputStream.write(text);
    this.#advance();
    while (!this.#isOver && this.#isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  flush(): void {
    this.#refuseEnded();
    this.#flush();
  }

  end(): void {
    if (this.#isEnded || this.#isOver) return;
    this.#flush();
    this.#isEnded = true;
    this.#advance();
  }

  /** Its events end, without an error. */
  cancel(): void {
    this.#isCanceled = true;
    this.#over();
    this.#queue.end();
  }

  /** Its events end with this error, at once. */
  fail(error: TTSError): void {
    this.#over();
    this.#queue.fail(error);
  }

  get #isFull(): boolean {
    return this.#queue.isStopped || this.#segments.length > HELD_SEGMENTS || (this.#segments.at(-1)?.text.length ?? 0) > HELD_CHARACTERS;
  }

  #refuseEnded(): void {
    if (this.#isEnded || this.#isOver) throw this.#error("STREAM_CLOSED", "the turn was ended. Begin another one");
  }

  #flush(): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined || segment.isWhole) return;
    segment.isWhole = true;
    segment.request.inputStream.close();
    if (this.#segments.length === 1) this.#active?.textEnded();
  }

  #over(): void {
    this.#isOver = true;
    this.#active?.stop();
    this.#active = undefined;
    this.#segments.length = 0;
    this.#release();
  }

  #release(): void {
    const released = this.#waiting;
    this.#waiting = [];
    for (const go of released) go();
  }

  /** Begins the next segment where none is spoken, and tells the end when all are. */
  #advance(): void {
    if (this.#isOver) return;
    this.#release();
    if (this.#active !== undefined || this.#queue.isStopped) return;
    const [segment] = this.#segments;
    if (segment !== undefined) this.#active = this.#speak(segment);
    else if (this.#isEnded) {
      this.#start();
      this.#isOver = true;
      this.#queue.end();
    }
  }

  #speak(segment: Segment): AzureTurn {
    const { service, call, context } = this.#options;
    const baseMs = this.#spokenBytes / call.format.bytesPerMs;
    return new AzureTurn({
      settings: service.settings,
      context,
      format: call.format,
      marks: call.marks,
      spoken: growingText(segment),
      isTextWhole: segment.isWhole,
      speech: { request: segment.request },
      take: () => service.takeStreaming(call, context),
      giveBack: (synthesizer) => service.giveBackStreaming(call, synthesizer),
      started: (requestId) => this.#start(requestId),
      event: (event, bytes) => this.#push(shifted(event, baseMs), bytes),
      ended: (error, audioBytes) => this.#segmentEnded(segment, error, audioBytes),
    });
  }

  #segmentEnded(segment: Segment, error: TTSError | undefined, audioBytes: number): void {
    this.#active = undefined;
    const problem = error ?? this.#problemOf(segment, audioBytes);
    if (problem !== undefined) {
      this.#over();
      return this.#queue.end(problem);
    }
    this.#spokenBytes += audioBytes;
    this.#segments.shift();
    this.#push({ type: "flushed", through: segment.from + segment.text.length });
    this.#advance();
  }

  #problemOf({ isWhole, text }: Segment, audioBytes: number): TTSError | undefined {
    if (!isWhole) return this.#error("TRUNCATED", "the service ended the turn before its text was whole");
    const hasWords = /[\p{L}\p{N}]/u.test(text);
    return audioBytes === 0 && hasWords ? this.#error("NO_AUDIO", "a turn ended well, but without any audio. Check that the voice speaks the language of the text") : undefined;
  }

  #start(requestId?: string): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const { format, warnings } = this.#options.call;
    this.#push({ type: "start", format: format.format, requestId });
    for (const warning of warnings) this.#push(warning);
  }

  #push(event: SessionEvent, bytes = 0): void {
    if (!this.#hasStarted) this.#start();
    this.#queue.push({ done: false, value: event }, bytes);
  }

  #error(code: "STREAM_CLOSED" | "TRUNCATED" | "NO_AUDIO", says: string): TTSError {
    const { engine, doing } = this.#options.context;
    return new TTSError(code, `${doing}: ${says}.`, { engine });
  }
}

/** The text of a segment as far as it has come, and its place in the text of the session's turn. */
function growingText(segment: Segment): SpokenText {
  const place = (index: number): number => segment.from + index;
  return {
    bookmarks: [],
    sourceStart: place,
    sourceEnd: place,
    get text() {
      return segment.text;
    },
  };
}

function newSegment({ sdk, call: { input } }: SessionTurnOptions, from: number): Segment {
  const request = new sdk.SpeechSynthesisRequest(sdk.SpeechSynthesisRequestInputType.TextStream);
  const { rate, pitch, volume, style, temperature, lexicon } = input;
  if (rate !== undefined) request.rate = rate;
  if (pitch !== undefined) request.pitch = pitch;
  if (volume !== undefined) request.volume = volume;
  if (style !== undefined) request.style = style;
  if (temperature !== undefined) request.temperature = temperature;
  if (lexicon !== undefined) request.customLexiconUrl = lexicon;
  return { from, request, text: "", isWhole: false };
}

function shifted(event: EngineEvent, baseMs: number): EngineEvent {
  if (event.type !== "mark" || baseMs === 0) return event;
  const mark: Mark = { ...event.mark, timeMs: event.mark.timeMs + baseMs };
  return { type: "mark", mark };
}
