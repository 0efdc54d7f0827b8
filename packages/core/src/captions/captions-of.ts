import { TTSError, type Mark } from "@parlando/engine";
import type { SpeechStream } from "../stream/speech-stream.ts";
import type { CaptionOptions } from "./caption-options.ts";
import { createCaptions } from "./create-captions.ts";

/**
 * The captions of a stream while it speaks: text that joined is the file, in pieces of whole cues. It watches, from when it is
 * called: it is no taker, and holds nothing back. Call it before the stream is fed, so that no mark is missed.
 *
 * The stream must be told to give marks of words, which it does unless its option `marks` leaves them out; with those of sentences,
 * cues have their punctuation. When the stream was interrupted, the captions are those of what was delivered. When it has failed, they
 * are given as far as they go, then the iterator rejects with the stream's error; it rejects with `INVALID_CONFIG` when there was
 * audio and no words were told.
 *
 * What is not read is held: as much as the text itself. Leaving a `for await` stops the watching.
 *
 * @example
 * ```ts
 * const stream = tts.synthesize("A long story …");
 * const captions = writeFile("story.vtt", captionsOf(stream, { format: "webvtt" }));
 * for await (const chunk of stream) play(chunk);
 * await captions;
 * ```
 * @throws TTSError INVALID_INPUT for an option that is out of range.
 */
export function captionsOf(stream: SpeechStream, options: CaptionOptions): AsyncIterableIterator<string> {
  return new WatchedCaptions(stream, options);
}

class WatchedCaptions implements AsyncIterableIterator<string> {
  readonly #ready: string[] = [];
  readonly #leave: () => void;
  #ended = false;
  #error: unknown;
  #wake: () => void = () => undefined;

  constructor(stream: SpeechStream, options: CaptionOptions) {
    const captions = createCaptions(options);
    let words = 0;
    const listen = (mark: Mark): void => {
      if (mark.kind === "word") words += 1;
      this.#give(captions.add(mark));
    };
    this.#leave = () => {
      stream.off("mark", listen);
      this.#ended = true;
      this.#wake();
    };
    stream.on("mark", listen);
    stream.waitUntilDone().then(
      ({ audioMs, characters, interrupted }) => {
        if (words === 0 && audioMs > 0 && characters > 0 && !interrupted) this.#error = withoutWords();
        this.#end(captions.flush({ endMs: audioMs, interrupted }));
      },
      (error: unknown) => {
        this.#error = error;
        this.#end(captions.flush({ interrupted: true }));
      },
    );
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    for (;;) {
      const text = this.#ready.shift();
      if (text !== undefined) return { done: false, value: text };
      if (this.#error !== undefined) throw this.#takeError();
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before();
          resolve();
        };
      });
    }
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    this.#leave();
    this.#ready.length = 0;
    this.#error = undefined;
    return { done: true, value: undefined };
  }

  #give(text: string): void {
    if (text === "" || this.#ended) return;
    this.#ready.push(text);
    this.#wakeAll();
  }

  #end(text: string): void {
    this.#give(text);
    this.#leave();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = () => undefined;
    wake();
  }

  /** Told once; then the captions are over. */
  #takeError(): unknown {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }
}

function withoutWords(): TTSError {
  return new TTSError("INVALID_CONFIG", 'Captions were made of a stream that told no words. Call captionsOf() before the stream is fed: marks that were told are not told again. Its option "marks" must hold "word", and should hold "sentence"; both are in its default.');
}
