import type { MarkKind } from "@parlando/engine";
import type { Connection, SpeechConfig, SpeechSynthesisRequest, SpeechSynthesisResult, SpeechSynthesizer } from "microsoft-cognitiveservices-speech-sdk";
import type { AzureSdk } from "./azure-sdk.ts";

/** A word or a sentence as the SDK tells it: ticks of 100 ns. */
export interface SdkBoundary {
  readonly audioOffset: number;
  readonly duration: number;
  readonly text: string;
  readonly boundaryType: string;
}

/** Who follows a turn. `finished` or `failed` is called once, and nothing after it. */
export interface TurnListener {
  /** The message with the text was given to the socket. */
  started(requestId: string): void;
  audio(bytes: Uint8Array): void;
  boundary(boundary: SdkBoundary): void;
  viseme(ticks: number, id: number): void;
  bookmark(ticks: number, name: string): void;
  /** All came, as far as the service tells. */
  finished(): void;
  /** What the SDK says; it may hold anything. */
  failed(details: string): void;
}

/** What a turn speaks: SSML, or text that comes in pieces. */
export type Speakable = { readonly ssml: string } | { readonly request: SpeechSynthesisRequest };

/** One synthesizer of the vendor's SDK and its connection: one turn at a time. */
export interface Synthesizer {
  /** Opens the connection; resolves at once when it is open. Rejects with a text, which may hold anything. */
  connect(): Promise<void>;
  speak(speech: Speakable, marks: ReadonlySet<MarkKind>, listener: TurnListener): void;
  /** Whether another turn may follow: it is open, and the last turn ended well. */
  readonly isReusable: boolean;
  /** Called when the connection ends between turns. */
  onEnd: (() => void) | undefined;
  /** Ends a turn under way, and the connection. Resolves when the socket is closed. May be called twice. */
  close(): Promise<void>;
}

/** What a close with code 1000 in the middle of a turn looks like to those who read the SDK's words. The SDK itself says nothing of it. */
const CLEAN_CLOSE = " websocket error code: 1000";

/** The SDK begins another loop that reads messages with every turn, and ends none of them before the connection ends. */
const MOST_TURNS = 500;

/**
 * Makes a synthesizer, not yet connected. What the SDK does not do is done here: a close with code 1000 in the middle of a turn is a failure, an
 * opened connection that was never used is closed, and a turn is told its end once.
 */
export function createSynthesizer(sdk: AzureSdk, config: SpeechConfig): Synthesizer {
  return new SdkSynthesizer(sdk, config);
}

class SdkSynthesizer implements Synthesizer {
  onEnd: (() => void) | undefined;
  readonly #sdk: AzureSdk;
  readonly #synthesizer: SpeechSynthesizer;
  readonly #connection: Connection;
  #connecting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #listener: TurnListener | undefined;
  #isOpen = false;
  #turns = 0;
  #hasFailed = false;

  constructor(sdk: AzureSdk, config: SpeechConfig) {
    this.#sdk = sdk;
    this.#synthesizer = new sdk.SpeechSynthesizer(config, null);
    this.#connection = sdk.Connection.fromSynthesizer(this.#synthesizer);
    // After the SDK's own listener, which has told of every close but one with code 1000.
    this.#connection.disconnected = () => {
      this.#isOpen = false;
      if (this.#listener !== undefined) return this.#fail(CLEAN_CLOSE);
      this.onEnd?.();
    };
  }

  get isReusable(): boolean {
    return this.#isOpen && this.#turns < MOST_TURNS && !this.#hasFailed && this.#listener === undefined && this.#closing === undefined;
  }

  connect(): Promise<void> {
    this.#connecting ??= new Promise<void>((resolve, reject) => this.#connection.openConnection(resolve, reject)).then(() => void (this.#isOpen = true));
    return this.#connecting;
  }

  speak(speech: Speakable, marks: ReadonlySet<MarkKind>, listener: TurnListener): void {
    this.#listener = listener;
    this.#turns += 1;
    setMarks(this.#sdk, this.#synthesizer, marks, () => this.#listener);
    const stream = callbackStream(this.#sdk, listener, () => this.#listener === listener);
    const finish = (result: SpeechSynthesisResult): void => this.#finish(result);
    const fail = (details: string): void => this.#fail(details);
    if ("ssml" in speech) this.#synthesizer.speakSsmlAsync(speech.ssml, finish, fail, stream);
    else this.#synthesizer.speakAsync(speech.request, finish, fail, stream);
  }

  close(): Promise<void> {
    this.#listener = undefined;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #finish(result: SpeechSynthesisResult): void {
    if (result.reason === this.#sdk.ResultReason.Canceled) return this.#fail(result.errorDetails);
    const ended = this.#listener;
    this.#listener = undefined;
    ended?.finished();
  }

  #fail(details: unknown): void {
    this.#hasFailed = true;
    const ended = this.#listener;
    this.#listener = undefined;
    ended?.failed(String(details));
  }

  async #close(): Promise<void> {
    // A connection that is being made cannot be broken off: it is closed as soon as it is there.
    if (this.#connecting !== undefined && !this.#isOpen && this.#turns === 0) await this.#connecting.catch(() => {});
    // The SDK closes only a connection over which it has sent something; where there is none, sending would make one.
    if (this.#isOpen && this.#turns === 0) this.#connection.sendMessageAsync("synthesis.control", '{"action":"stop"}', nothing, nothing);
    this.#isOpen = false;
    await new Promise<void>((resolve) => this.#synthesizer.close(resolve, () => resolve()));
  }
}

const nothing = (): void => {};

/** The SDK asks the service for what has a handler; words and sentences are also asked for by name. */
function setMarks(sdk: AzureSdk, synthesizer: SpeechSynthesizer, marks: ReadonlySet<MarkKind>, listener: () => TurnListener | undefined): void {
  // Visemes and bookmarks tell no place in the text: the last word's is taken.
  const words = marks.has("word") || marks.has("viseme");
  const { properties } = synthesizer;
  properties.setProperty(sdk.PropertyId.SpeechServiceResponse_RequestWordBoundary, String(words));
  properties.setProperty(sdk.PropertyId.SpeechServiceResponse_RequestSentenceBoundary, String(marks.has("sentence")));
  properties.setProperty(sdk.PropertyId.SpeechServiceResponse_RequestPunctuationBoundary, "false");
  const handlers: Partial<Pick<SpeechSynthesizer, "wordBoundary" | "visemeReceived" | "bookmarkReached" | "synthesisStarted">> = {
    synthesisStarted: (_, { result }) => listener()?.started(result.resultId),
    wordBoundary: (_, boundary) => listener()?.boundary(boundary),
    visemeReceived: (_, { audioOffset, visemeId }) => listener()?.viseme(audioOffset, visemeId),
    bookmarkReached: (_, { audioOffset, text }) => listener()?.bookmark(audioOffset, text),
  };
  const wanted = { visemeReceived: marks.has("viseme"), bookmarkReached: marks.has("bookmark") };
  Object.assign(synthesizer, handlers, wanted.visemeReceived ? {} : { visemeReceived: undefined }, wanted.bookmarkReached ? {} : { bookmarkReached: undefined });
}

function callbackStream(sdk: AzureSdk, turn: TurnListener, isCurrent: () => boolean): InstanceType<AzureSdk["PushAudioOutputStreamCallback"]> {
  // The SDK takes only an instance of its own class.
  class TurnStream extends sdk.PushAudioOutputStreamCallback {
    write(buffer: ArrayBuffer): void {
      if (isCurrent() && buffer.byteLength > 0) turn.audio(new Uint8Array(buffer));
    }
    close(): void {}
  }
  return new TurnStream();
}
