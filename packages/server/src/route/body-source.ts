import type { IncomingMessage } from "node:http";
import { TTSError } from "@parlando/engine";
import type { Context } from "hono";
import type { ServerEnvironment } from "./route.ts";

/** The body of a request, part by part. */
export interface BodySource {
  /** The next part; undefined at the end. Rejects with the reason of the signal when it is aborted, and when the connection breaks. */
  next(): Promise<Uint8Array | undefined>;
  /** Nobody reads on. With `isLeft` the rest is for somebody else. */
  close(isLeft: boolean): void;
}

/** The body of a request; undefined where it has none. */
export function bodySourceOf({ env, req }: Pick<Context<ServerEnvironment>, "env" | "req">, signal: AbortSignal): BodySource | undefined {
  // Where the app is called without a server there are no bindings at all.
  const incoming = (env as ServerEnvironment["Bindings"] | undefined)?.incoming;
  if (incoming !== undefined && isUnread(incoming) && isMadeFrom(req.raw, incoming)) return new IncomingBody(incoming, signal);
  const body = req.raw.body as ReadableStream<Uint8Array> | null;
  return body === null ? undefined : new WebBody(body, signal);
}

/** Whether nobody has read any of it: a body that was read before, by an app around this one, is left to who has it. */
function isUnread(incoming: NonNullable<ServerEnvironment["Bindings"]["incoming"]>): incoming is IncomingMessage {
  return incoming.httpVersionMajor === 1 && !incoming.readableDidRead && !("rawBody" in incoming);
}

/**
 * Whether a request is the adapter's own for this connection, which keeps what it was made from under a symbol of its own: an app around this one may hand on another
 * request, whose body is another as well.
 */
function isMadeFrom(request: Request, incoming: IncomingMessage): boolean {
  return Object.getOwnPropertySymbols(request).some((symbol) => Reflect.get(request, symbol) === incoming);
}

/** Node's own stream. Around it the adapter would make a `Request`, two web streams and two abort controllers for every request. */
class IncomingBody implements BodySource {
  readonly #incoming: IncomingMessage;
  readonly #signal: AbortSignal;
  #wake: (() => void) | undefined;
  readonly #onEvent = (): void => this.#wake?.();

  constructor(incoming: IncomingMessage, signal: AbortSignal) {
    this.#incoming = incoming;
    this.#signal = signal;
    for (const event of ["readable", "end", "error", "close"] as const) incoming.on(event, this.#onEvent);
    signal.addEventListener("abort", this.#onEvent, { once: true });
  }

  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      this.#signal.throwIfAborted();
      const part = this.#incoming.read() as Uint8Array | null;
      if (part !== null) return part;
      if (this.#incoming.readableEnded) return undefined;
      if (this.#incoming.errored !== null) throw this.#incoming.errored;
      if (this.#incoming.destroyed) throw new TTSError("ABORTED", "The client closed the connection before the end of its request.");
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    for (const event of ["readable", "end", "error", "close"] as const) this.#incoming.off(event, this.#onEvent);
    this.#signal.removeEventListener("abort", this.#onEvent);
  }
}

class WebBody implements BodySource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.#reader.cancel(this.#signal.reason).catch(() => undefined);

  constructor(body: ReadableStream<Uint8Array>, signal: AbortSignal) {
    this.#reader = body.getReader();
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  async next(): Promise<Uint8Array | undefined> {
    this.#signal.throwIfAborted();
    const { done, value } = await this.#reader.read();
    this.#signal.throwIfAborted();
    return done ? undefined : value;
  }

  close(isLeft: boolean): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    if (isLeft) this.#reader.releaseLock();
    else this.#reader.cancel().catch(() => undefined);
  }
}
