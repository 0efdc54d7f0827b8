import type { StartSpeechSynthesisStreamActionStream } from "@aws-sdk/client-polly";

/** Room is left below 3,000 characters. */
const EVENT_UNITS = 2_900;

/**
 * What goes into one two-way stream, in order, as it is taken. While nothing is added, it gives an empty text every `keepAliveMs`: Polly ends a
 * stream that gets no event for five seconds, and takes empty text as a sign of life.
 */
export class PollyInput {
  readonly #keepAliveMs: number;
  readonly #waiting: { readonly text: string; readonly isSsml: boolean }[] = [];
  #waitingUnits = 0;
  #isClosed = false;
  #isStopped = false;
  #wake: () => void = () => {};
  #released: (() => void)[] = [];

  constructor(keepAliveMs: number) {
    this.#keepAliveMs = keepAliveMs;
  }

  /** Adds text. Given out as one event, or several where it is longer than Polly takes in one. */
  add(text: string, isSsml: boolean): void {
    for (const piece of isSsml ? [text] : cut(text)) {
      this.#waiting.push({ text: piece, isSsml });
      this.#waitingUnits += piece.length;
    }
    this.#wake();
  }

  /** No more text comes: what waits is spoken, and the stream ends when that is done. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Ends it without another word. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
    this.#waitingUnits = 0;
    this.#wake();
    this.#release();
  }

  /** Resolves when at most so many units wait to be taken, or when it is stopped. */
  async whenBelow(units: number): Promise<void> {
    while (this.#waitingUnits > units && !this.#isStopped) await new Promise<void>((resolve) => this.#released.push(resolve));
  }

  /** For AWS's client. Read once. */
  async *events(): AsyncGenerator<StartSpeechSynthesisStreamActionStream, void, undefined> {
    while (!this.#isStopped) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#waitingUnits -= next.text.length;
        this.#release();
        yield { TextEvent: { Text: next.text, TextType: next.isSsml ? "ssml" : "text" } };
      } else if (this.#isClosed) {
        yield { CloseStreamEvent: {} };
        return;
      } else if (await this.#isStill()) {
        yield { TextEvent: { Text: "", TextType: "text" } };
      }
    }
  }

  /** Waits for a change; true when there was none in time. */
  #isStill(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#keepAliveMs, true);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }

  #release(): void {
    const released = this.#released;
    this.#released = [];
    for (const resolve of released) resolve();
  }
}

/** Never between the halves of a pair. */
function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + EVENT_UNITS);
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to -= 1;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
