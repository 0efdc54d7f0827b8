import { TTSError } from "@parlando/engine";
import { calledOff } from "./call-context.ts";
import { closeError } from "./close-error.ts";
import { lateError } from "./http-settings.ts";
import { createInactivityWatch, type InactivityWatch } from "./inactivity.ts";
import { PullQueue } from "./pull-queue.ts";
import type { DriverEvents, DriverRequest, SocketDriver } from "./socket-driver.ts";
import type { SocketConnection, SocketMessage } from "./socket-types.ts";
import { unrefTimer } from "./unref-timer.ts";

/** Counted for each message beside its bytes, so that many small ones are bounded too. */
const MESSAGE_COST = 64;
/** Where reading cannot be stopped: held beyond this, the connection is given up. Over ten minutes of 24 kHz audio. */
const UNSTOPPABLE_BYTES = 32 * 1024 * 1024;

/** One WebSocket, on any platform's driver. Its listeners are attached once and go when it ends. */
export class OpenConnection implements SocketConnection {
  readonly #request: DriverRequest;
  readonly #queue: PullQueue<SocketMessage>;
  readonly #watch: InactivityWatch = createInactivityWatch();
  readonly #gone: Promise<void>;
  #setGone: () => void = () => {};
  #driver: SocketDriver | undefined;
  #headers: Readonly<Record<string, string | undefined>> = {};
  #signal: AbortSignal | undefined;
  #opening: { resolve: () => void; reject: (error: TTSError) => void } | undefined;
  #endedBy: TTSError | undefined;
  #limitMs: number | undefined;
  #onParkedEnd: (() => void) | undefined;
  #pings: ReturnType<typeof setInterval> | undefined;
  #pingsUnheard = 0;
  #closing: Promise<void> | undefined;
  readonly #senders: Set<(error?: TTSError) => void> = new Set();

  constructor(request: DriverRequest) {
    this.#request = request;
    this.#gone = new Promise((resolve) => (this.#setGone = resolve));
    this.#queue = new PullQueue<SocketMessage>({
      engine: request.engine,
      doing: request.doing,
      atEnd: "",
      limit: request.queueBytes,
      stop: () => this.#driver?.stop(),
      goOn: () => this.#driver?.goOn(),
      onWait: () => this.#watch.expect(this.#limitMs, () => this.#breakOff(lateError(request, "nothing came", this.#limitMs ?? 0))),
      onArrival: () => this.#watch.rest(),
    });
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    return this.#headers;
  }

  get isOpen(): boolean {
    return this.#endedBy === undefined;
  }

  /** Connects, once. */
  async open(connect: (events: DriverEvents) => SocketDriver | Promise<SocketDriver>): Promise<void> {
    const { connectMs, signal } = this.#request;
    this.follow(signal);
    this.#watch.expect(connectMs, () => this.#breakOff(lateError(this.#request, "no connection was made", connectMs)));
    const opened = new Promise<void>((resolve, reject) => (this.#opening = { resolve, reject }));
    // It may be called off while `ws` is imported, when nobody waits for it yet.
    opened.catch(() => undefined);
    try {
      this.#driver = await connect(this.#events());
      if (this.#endedBy !== undefined) this.#driver.terminate();
      await opened;
    } catch (error) {
      if (TTSError.isInstance(error)) this.#end(error);
      throw error;
    }
  }

  #events(): DriverEvents {
    const { pingMs } = this.#request;
    return {
      opened: (headers) => {
        this.#headers = headers;
        this.#watch.rest();
        if (pingMs !== undefined && this.isOpen) this.#startPings(pingMs);
        this.#opening?.resolve();
      },
      message: (message, bytes) => this.#take(message, bytes),
      heard: () => (this.#pingsUnheard = 0),
      ended: (how) => {
        if (this.isOpen) this.#end(TTSError.isInstance(how) ? how : closeError(this.#request, this.#request.address, how.code, how.reason));
        this.#setGone();
      },
    };
  }

  #startPings(pingMs: number): void {
    this.#pings = setInterval(() => {
      // What is not read cannot be heard.
      if (this.#queue.isStopped) return void (this.#pingsUnheard = 0);
      this.#pingsUnheard += 1;
      if (this.#pingsUnheard <= 2) return this.#driver?.ping();
      this.#breakOff(this.#error("CONNECTION", `the other side has not answered for ${(2 * pingMs) / 1000} s.`));
    }, pingMs);
    unrefTimer(this.#pings);
  }

  #take(message: SocketMessage, bytes: number): void {
    this.#pingsUnheard = 0;
    if (this.#onParkedEnd !== undefined) return this.#breakOff(this.#error("PROTOCOL", "a message came on a connection that nobody used."));
    this.#queue.push(message, bytes + MESSAGE_COST);
    if (this.#queue.heldSize > UNSTOPPABLE_BYTES) this.#breakOff(this.#error("CONNECTION", "more came than may be held, and this platform cannot stop reading. Ask for shorter pieces."));
  }

  #error(code: "CONNECTION" | "PROTOCOL" | "ABORTED", what: string): TTSError {
    const { engine, doing, address } = this.#request;
    return new TTSError(code, `${doing} at ${address}: ${what}`, { engine });
  }

  /** Ends from here, at once: nothing that is held is handed out. */
  #breakOff(error: TTSError): void {
    this.#queue.fail(error);
    this.#end(error);
    this.#driver?.terminate();
  }

  /** What is held is still handed out. Only the first end counts. */
  #end(error: TTSError): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = error;
    this.#watch.close();
    clearInterval(this.#pings);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#queue.end(error);
    this.#opening?.reject(error);
    for (const settle of this.#senders) settle(error);
    this.#senders.clear();
    const onParkedEnd = this.#onParkedEnd;
    this.#onParkedEnd = undefined;
    onParkedEnd?.();
  }

  readonly #abort = (): void => {
    if (this.#signal !== undefined) this.#breakOff(calledOff(this.#request, this.#signal));
  };

  follow(signal: AbortSignal | undefined): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#signal = signal;
    if (signal?.aborted === true) return this.#abort();
    if (this.isOpen) signal?.addEventListener("abort", this.#abort, { once: true });
  }

  async send(message: SocketMessage): Promise<void> {
    if (this.#signal?.aborted === true) this.#abort();
    const driver = this.#driver;
    if (this.#endedBy !== undefined || driver === undefined) throw this.#endedBy ?? this.#error("CONNECTION", "it is not open yet.");
    if (driver.bufferedBytes() + message.length < this.#request.sendBytes) return driver.send(message);
    return new Promise((resolve, reject) => {
      const settle = (error?: TTSError): void => {
        this.#senders.delete(settle);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#senders.add(settle);
      driver.send(message, () => settle(this.#endedBy));
    });
  }

  receive(limitMs?: number): Promise<SocketMessage> {
    // After its end the signal is not listened to any more, but what is held must not be handed out either.
    if (this.#signal?.aborted === true) this.#queue.fail(calledOff(this.#request, this.#signal));
    this.#limitMs = limitMs;
    return this.#queue.next();
  }

  park(onEnd: () => void): void {
    this.follow(undefined);
    if (!this.isOpen) return onEnd();
    this.#onParkedEnd = onEnd;
    if (this.#queue.heldSize > 0) return this.#breakOff(this.#error("PROTOCOL", "messages of the last turn were left over."));
    this.#driver?.keepAlive(false);
  }

  unpark(): boolean {
    this.#onParkedEnd = undefined;
    if (this.isOpen) this.#driver?.keepAlive(true);
    return this.isOpen;
  }

  close(): Promise<void> {
    this.#closing ??= this.#sayGoodbye();
    return this.#closing;
  }

  async #sayGoodbye(): Promise<void> {
    const wasOpen = this.isOpen;
    const error = this.#error("ABORTED", "it was closed from here.");
    this.#queue.fail(error);
    this.#end(error);
    const driver = this.#driver;
    if (driver === undefined) return;
    if (!wasOpen) return driver.terminate();
    // The answer to the close frame lies behind what was not read.
    driver.goOn();
    driver.keepAlive(true);
    driver.close();
    const timer = setTimeout(() => {
      driver.terminate();
      this.#setGone();
    }, this.#request.closeMs);
    await this.#gone;
    clearTimeout(timer);
  }

  terminate(): void {
    this.#breakOff(this.#error("ABORTED", "it was broken off from here."));
  }
}
