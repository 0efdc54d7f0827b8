import type { BodyWriter, BodyWriterOptions } from "./body-writer.ts";
import { createDrainWait, createFirstAnswer, listenerGone, type DrainWait, type FirstAnswer } from "./drain-wait.ts";

/** Bytes that may wait in the web stream: as much as in a socket of Node. */
const HIGH_WATER_BYTES = 16_384;

/** Writes to a web stream, for where there is no `ServerResponse`: other runtimes, an app inside an app, tests without a server. */
export function createStreamWriter(signal: AbortSignal, options: BodyWriterOptions): BodyWriter {
  return new StreamWriter(signal, options);
}

class StreamWriter implements BodyWriter {
  readonly #signal: AbortSignal;
  readonly #options: BodyWriterOptions;
  readonly #answer: FirstAnswer = createFirstAnswer();
  readonly #wait: DrainWait;
  readonly #body: ReadableStream<Uint8Array>;
  readonly #onAbort = (): void => {
    if (this.#hasBegun && !this.#isOver) this.#controller?.error(this.#signal.reason);
    this.#leave();
  };
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasBegun = false;
  #isOver = false;
  /** Told when the last words were read. */
  #lastError: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal, options: BodyWriterOptions) {
    this.#signal = signal;
    this.#options = options;
    this.#wait = createDrainWait(options.stallMs);
    this.#body = new ReadableStream<Uint8Array>(
      { start: (controller) => void (this.#controller = controller), pull: (controller) => this.#pulled(controller), cancel: () => this.#cancelled() },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_BYTES }),
    );
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isBehind(): boolean {
    return this.#wait.isWaiting;
  }

  get response(): Promise<Response> {
    return this.#answer.promise;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isOver || this.#controller === undefined) throw listenerGone(this.#signal);
    this.#begin();
    this.#controller.enqueue(bytes);
    return (this.#controller.desiredSize ?? 0) > 0 ? undefined : this.#wait.begin();
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#begin();
    this.#controller?.close();
    this.#leave();
  }

  fail(error: unknown, lastWords?: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#hasBegun) this.#answer.reject(error);
    else if (lastWords === undefined) this.#controller?.error(error);
    else {
      this.#lastError = { error };
      this.#controller?.enqueue(lastWords);
    }
    this.#leave();
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#answer.resolve(new Response(this.#body, { status: this.#options.status, headers: this.#options.headers() }));
  }

  #pulled(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#wait.go();
    // An error drops what waits in a stream, so it comes when the last words were read.
    if (this.#lastError !== undefined && (controller.desiredSize ?? 0) >= HIGH_WATER_BYTES) controller.error(this.#lastError.error);
  }

  #cancelled(): void {
    this.#leave();
    this.#options.onGone?.();
  }

  #leave(): void {
    this.#isOver = true;
    this.#wait.stop(() => listenerGone(this.#signal));
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
