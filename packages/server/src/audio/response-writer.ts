import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { BodyWriter, BodyWriterOptions } from "./body-writer.ts";
import { createDrainWait, createFirstAnswer, listenerGone, type DrainWait, type FirstAnswer } from "./drain-wait.ts";

/**
 * Writes straight to Node's `ServerResponse`: with thousands of streams, what a web stream costs for every chunk is more than all else. Head and first bytes leave
 * together. Backpressure is what `write` returns; Node says `drain` when the socket's buffer (about 16 kB) was taken by the system.
 */
export function createResponseWriter(outgoing: ServerResponse, signal: AbortSignal, options: BodyWriterOptions): BodyWriter {
  return new ResponseWriter(outgoing, signal, options);
}

class ResponseWriter implements BodyWriter {
  readonly #outgoing: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #options: BodyWriterOptions;
  readonly #answer: FirstAnswer = createFirstAnswer();
  readonly #wait: DrainWait;
  readonly #onDrain = (): void => this.#wait.go();
  readonly #onTurn = (): void => this.#wait.restart();
  readonly #onGone = (): void => {
    this.#hasLeft = true;
    this.#wait.stop(() => listenerGone(this.#signal));
    this.#letGo();
  };
  #hasBegun = false;
  #isOver = false;
  /** Known by what is told: asked for every chunk of every stream, where a signal costs more to ask than a field. */
  #hasLeft = false;

  constructor(outgoing: ServerResponse, signal: AbortSignal, options: BodyWriterOptions) {
    this.#outgoing = outgoing;
    this.#signal = signal;
    this.#options = options;
    this.#wait = createDrainWait(options.stallMs, () => outgoing.socket === null);
    // An answer to a request that was sent ahead has no connection before the earlier ones are complete; until then nobody can take it.
    if (outgoing.socket === null) outgoing.once("socket", this.#onTurn);
    outgoing.on("drain", this.#onDrain);
    outgoing.on("close", this.#onGone);
    signal.addEventListener("abort", this.#onGone, { once: true });
    if (signal.aborted || outgoing.destroyed) this.#onGone();
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
    if (this.#isOver || this.#isGone) throw listenerGone(this.#signal);
    if (this.#hasBegun) return this.#outgoing.write(bytes) ? undefined : this.#wait.begin();
    this.#begin();
    const hasRoom = this.#outgoing.write(bytes);
    this.#answer.resolve(RESPONSE_ALREADY_SENT);
    return hasRoom ? undefined : this.#wait.begin();
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const taken = this.#wait.begin();
    if (!this.#isGone) {
      if (!this.#hasBegun) this.#begin();
      this.#outgoing.end(this.#onDrain);
    }
    this.#answer.resolve(RESPONSE_ALREADY_SENT);
    try {
      await taken;
    } catch (error) {
      // Its last bytes were never taken: an end that is not clean.
      breakOff(this.#outgoing);
      throw error;
    } finally {
      this.#letGo();
    }
  }

  fail(error: unknown, lastWords?: Uint8Array): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#wait.stop(() => error);
    this.#letGo();
    if (!this.#hasBegun) this.#answer.reject(error);
    else if (lastWords === undefined) breakOff(this.#outgoing);
    else breakAfter(this.#outgoing, lastWords, this.#options.stallMs);
  }

  get #isGone(): boolean {
    return this.#hasLeft || this.#outgoing.destroyed;
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#outgoing.writeHead(this.#options.status, this.#options.headers());
  }

  #letGo(): void {
    this.#outgoing.off("drain", this.#onDrain);
    this.#outgoing.off("socket", this.#onTurn);
    this.#outgoing.off("close", this.#onGone);
    this.#signal.removeEventListener("abort", this.#onGone);
  }
}

/**
 * Ends the connection so that nobody takes it for the end of the body. In HTTP/1.1 the last chunk is missing; in 1.0, which proxies still speak to what is behind them, a
 * closed connection is the end, so it is reset.
 */
function breakOff(outgoing: ServerResponse): void {
  if (outgoing.chunkedEncoding) outgoing.destroy();
  else outgoing.socket?.resetAndDestroy();
}

/** Sends what is to be said of the failure, and breaks the connection when the listener has it, or does not take it. */
function breakAfter(outgoing: ServerResponse, lastWords: Uint8Array, stallMs: number): void {
  const timer = setTimeout(() => breakOff(outgoing), stallMs);
  outgoing.once("close", () => clearTimeout(timer));
  outgoing.write(lastWords, () => breakOff(outgoing));
}
