import { type TTSError, type Mark } from "@parlando/engine";
import { wireLimits, type AudioFrame, type WireFormat } from "@parlando/protocol";
import { errorFromWire, remoteError } from "./remote-errors.ts";
import type { UtteranceLine, UtteranceListener, UtteranceMessage } from "./remote-connection.ts";

/** What came of an utterance, in order. Offsets and times count from its own start. */
export type PartItem =
  | { readonly type: "format"; readonly format: WireFormat }
  | { readonly type: "audio"; readonly bytes: Uint8Array; readonly frames: number }
  | { readonly type: "mark"; readonly mark: Mark }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "flushed"; readonly through: number };

/** What a part needs of its turn. */
export interface PartOptions {
  readonly doing: string;
  readonly windowMs: number;
  /** Offset of its text in the turn. */
  readonly textBase: number;
  /** Something came, or it ended. */
  readonly changed: () => void;
}

/** Items that may wait to be read. The window bounds the audio, and the audio the marks; a server that sends more is broken. */
const mostItems = 100_000;
/** A turn that has ended has so many bytes in a sample of one channel. */
const sampleBytes: Readonly<Record<WireFormat["encoding"], number>> = { "pcm-s16le": 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };

/** One utterance of a turn: most turns have one. What comes of it waits here until it is read; the credit says how much that is. */
export class RemotePart implements UtteranceListener {
  readonly #options: PartOptions;
  readonly #items: PartItem[] = [];
  #line: UtteranceLine | undefined;
  #format: WireFormat | undefined;
  #frameBytes = 1;
  #windowFrames = 0;
  #heldFrames = 0;
  #receivedFrames = 0;
  #takenFrames = 0;
  #toldFrames = 0;
  #hasSent = false;
  #requestId: string | undefined;
  #error: TTSError | undefined;
  /** The server wants no more text at the moment. */
  isFull = false;
  /** Text that was sent, in units. */
  written = 0;
  /** How much of it was flushed. */
  flushedAt = 0;
  /** The server was told that no more text comes. */
  isDone = false;

  constructor(options: PartOptions) {
    this.#options = options;
  }

  /** It has begun. */
  follow(line: UtteranceLine): void {
    this.#line = line;
  }

  get line(): UtteranceLine | undefined {
    return this.#line;
  }

  get textBase(): number {
    return this.#options.textBase;
  }

  /** The server's id of it, once that is known. */
  get requestId(): string | undefined {
    return this.#requestId;
  }

  /** How long all of its audio is, in milliseconds. */
  get audioMs(): number {
    return this.#format === undefined ? 0 : (1_000 * this.#receivedFrames) / this.#format.sampleRate;
  }

  /** What it ended with, where that is no good end. What came before is read first. */
  get error(): TTSError | undefined {
    return this.#error;
  }

  /** All of it was sent and read. */
  get isOver(): boolean {
    return this.#hasSent && this.#items.length === 0;
  }

  /** What comes next, which stays. */
  get first(): PartItem | undefined {
    return this.#items[0];
  }

  /** Takes what comes next. */
  shift(): void {
    const item = this.#items.shift();
    if (item?.type === "audio") this.#heldFrames -= item.frames;
  }

  /** Audio was taken for good. The server is told in quarters of the window. */
  taken(frames: number): void {
    this.#takenFrames += frames;
    if (this.#line === undefined || this.#takenFrames - this.#toldFrames < this.#windowFrames / 4) return;
    this.#toldFrames = this.#takenFrames;
    this.#line.send({ type: "speech.played", utterance: this.#line.utterance, frame: this.#takenFrames });
  }

  /** All of it was taken. */
  finish(): void {
    this.#line?.finish(this.#toldFrames < this.#receivedFrames ? this.#receivedFrames : undefined);
  }

  /** It is not wanted any more. */
  leave(): void {
    this.#items.length = 0;
    this.#line?.leave();
  }

  message(message: UtteranceMessage): void {
    switch (message.type) {
      case "speech.accepted":
        this.#requestId = message.requestId;
        return;
      case "speech.started":
        this.#started(message.format);
        break;
      case "speech.marks":
        for (const mark of message.marks) this.#push({ type: "mark", mark });
        break;
      case "speech.warning":
        this.#push({ type: "warning", code: message.code, message: message.message });
        break;
      case "speech.flushed":
        this.#push({ type: "flushed", through: message.through });
        break;
      case "input.pressure":
        this.isFull = message.full;
        break;
      case "speech.sent":
        this.#sent(message.frames);
        break;
      case "speech.failed":
        this.#fail(errorFromWire(this.#options.doing, message.error));
        break;
      case "speech.interrupted":
      case "speech.done":
        // After `speech.sent` it tells that all is well.
        if (!this.#hasSent) this.#fail(this.#truncated("the server ended the speech before it was complete"));
        break;
      default:
        message satisfies never;
    }
    this.#options.changed();
  }

  frame({ startFrame, payload }: AudioFrame): void {
    const frames = payload.length / this.#frameBytes;
    if (this.#format === undefined) return this.#broken("audio came before its format");
    if (this.#hasSent) return this.#broken("audio came behind the end of the speech");
    if (!Number.isInteger(frames)) return this.#broken("a message holds a part of a sample");
    if (startFrame !== this.#receivedFrames) return this.#broken(`audio from frame ${startFrame} on came where ${this.#receivedFrames} was expected`);
    this.#receivedFrames += frames;
    this.#heldFrames += frames;
    const most = this.#windowFrames + (2 * wireLimits.frameBytes) / this.#frameBytes;
    if (this.#heldFrames > most) return this.#broken("more audio came than was asked for");
    if (frames > 0) this.#push({ type: "audio", bytes: payload, frames });
    this.#options.changed();
  }

  ended(error: TTSError): void {
    if (this.#hasSent) return;
    this.#fail(error);
    this.#options.changed();
  }

  #started(format: WireFormat): void {
    if (this.#format !== undefined) return this.#broken("a format came twice");
    this.#format = format;
    this.#frameBytes = sampleBytes[format.encoding] * format.channels;
    this.#windowFrames = (this.#options.windowMs * format.sampleRate) / 1_000;
    this.#push({ type: "format", format });
  }

  #sent(frames: number): void {
    if (!this.isDone) return this.#fail(this.#truncated("the server ended the speech before it had all of the text"));
    if (frames !== this.#receivedFrames) return this.#fail(this.#truncated(`the server sent ${frames} frames, and ${this.#receivedFrames} came`));
    this.#hasSent = true;
  }

  #push(item: PartItem): void {
    if (this.#error !== undefined) return;
    this.#items.push(item);
    if (this.#items.length > mostItems) this.#broken("more came than can be kept");
  }

  #truncated(what: string): TTSError {
    return remoteError("TRUNCATED", `${this.#options.doing}: ${what}. What was delivered is real; try again.`, { requestId: this.#requestId });
  }

  #broken(what: string): void {
    this.#fail(remoteError("PROTOCOL", `${this.#options.doing}: ${what}. Client and server may be of different versions.`, { requestId: this.#requestId }));
    this.#line?.leave();
    this.#options.changed();
  }

  /** Only the first failure counts. */
  #fail(error: TTSError): void {
    this.#error ??= error;
  }
}
