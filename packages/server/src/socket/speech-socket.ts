import { closeCodes, parseClientMessage, protocolName, type ClientMessage, type CloseCode, type ServerMessage, type SpeechStart, type WireError } from "@parlando/protocol";
import { TTSError } from "@parlando/engine";
import type { RawData, WebSocket } from "ws";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";
import { closeSocket } from "./close-socket.ts";
import { goingDownCode, graceOf } from "./going-down.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { SocketRoute } from "./socket-route.ts";
import { textOf } from "./text-of.ts";
import { Utterance } from "./utterance.ts";
import { watchSocket } from "./watch-socket.ts";
import { shutdownError, wireErrorOf } from "./wire-error.ts";

/** When an utterance that found no room may be tried again, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

/** Closes that an operator wants to know of. */
const faults: ReadonlySet<CloseCode> = new Set([closeCodes.badMessage, closeCodes.unsupportedData, closeCodes.slowConsumer, closeCodes.internal]);

/** The protocol of Parlando: several utterances on one connection, text in pieces, audio in binary frames, credits that follow what was played. See `docs/guide/serving-protocol.md`. */
export const speechSocketRoute: SocketRoute = {
  name: "speech-socket",
  path: "/v1/audio/speech/stream",
  summary: "Speaks text that comes in pieces, over a WebSocket: audio in binary frames, marks, flush and interrupt, held back by what the listener has played.",
  protocols: [protocolName],
  serve: (socket, scope, services) => new SpeechSocket(socket, scope, services).closed,
};

/** One connection: reads what the client says, and keeps its utterances. */
class SpeechSocket {
  /** Resolves when the socket has closed and nothing is spoken for it any more. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #scope: RequestScope;
  readonly #services: ServerServices;
  readonly #outbox: Outbox;
  readonly #utterances = new Map<number, Utterance>();
  #greatest = 0;
  #activeAtMs: number;
  #isClosing = false;
  readonly #onDrain = (): void => this.#drain();
  readonly #onAbort = (): void => this.#end();

  constructor(socket: WebSocket, scope: RequestScope, services: ServerServices) {
    this.#socket = socket;
    this.#scope = scope;
    this.#services = services;
    this.#outbox = createOutbox(socket, services.clock);
    this.#activeAtMs = services.clock.now();
    const closed = new AbortController();
    this.closed = new Promise<void>((resolve) => {
      socket.once("close", () => {
        closed.abort();
        this.#forget();
        resolve();
      });
    });
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    // What is too long or no UTF-8 is refused by `ws` itself, which then closes the socket.
    socket.on("error", () => undefined);
    services.draining.addEventListener("abort", this.#onDrain, { once: true });
    scope.signal.addEventListener("abort", this.#onAbort, { once: true });
    const { stallMs, socketIdleMs } = services.limits;
    void watchSocket({ socket, clock: services.clock, shortestMs: Math.min(stallMs, socketIdleMs), signal: closed.signal, onTick: () => this.#tick() });
    this.#greet();
  }

  #greet(): void {
    const { models, windowMs, limits, options, draining } = this.#services;
    this.#send({ type: "session.ready", models: models.models.map(({ name }) => name), windowMs, stallMs: limits.stallMs, maxUtterances: limits.utterancesPerSocket, ssml: options.ssml === true });
    if (draining.aborted) this.#drain();
    if (this.#scope.signal.aborted) this.#end();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isClosing) return;
    this.#activeAtMs = this.#services.clock.now();
    if (isBinary) return this.#refuse(new TTSError("PROTOCOL", "Reading a message of the client: found a binary message; expected JSON. Clients send no audio."), closeCodes.unsupportedData);
    let message: ClientMessage;
    try {
      message = parseClientMessage(textOf(data));
    } catch (error) {
      return this.#refuse(error, closeCodes.badMessage);
    }
    try {
      this.#handle(message);
    } catch (error) {
      this.#defect(error);
    }
  }

  #handle(message: ClientMessage): void {
    if (message.type === "speech.start") return this.#start(message);
    const utterance = this.#utterances.get(message.utterance);
    if (utterance === undefined) {
      // One that is over may be spoken of by messages that crossed its end.
      if (message.utterance > this.#greatest) this.#refuse(new TTSError("PROTOCOL", `Reading the message ${message.type}: its utterance was never begun. Send speech.start first.`), closeCodes.badMessage);
      return;
    }
    if (message.type === "input.text") utterance.text(message.text);
    else if (message.type === "input.flush") utterance.flush();
    else if (message.type === "input.done") utterance.done();
    else if (message.type === "speech.played") utterance.played(message.frame);
    else utterance.interrupt(message.playedFrame);
  }

  #start(start: SpeechStart): void {
    const { utterance: id } = start;
    if (id <= this.#greatest) return this.#refuse(new TTSError("PROTOCOL", "Reading the message speech.start: its utterance is not greater than all before on this connection. Count up."), closeCodes.badMessage);
    this.#greatest = id;
    const most = this.#services.limits.utterancesPerSocket;
    if (this.#services.draining.aborted) return this.#send({ type: "speech.failed", utterance: id, error: shutdownError });
    const underWay = [...this.#utterances.values()].filter((utterance) => !utterance.isEnding).length;
    if (underWay >= most) {
      const message = `Beginning an utterance: ${most} are under way on this connection already, as many as it takes. Wait for one to end, or open another connection.`;
      return this.#send({ type: "speech.failed", utterance: id, error: { code: "CONCURRENCY_LIMIT", message, retryable: true, retryAfterMs: RETRY_AFTER_MS } });
    }
    const utterance = new Utterance({
      start,
      scope: this.#scope,
      services: this.#services,
      outbox: this.#outbox,
      send: (message) => this.#send(message),
      onOver: () => this.#ended(id),
      onStalled: () => this.#close(closeCodes.slowConsumer, "slow consumer"),
    });
    this.#utterances.set(id, utterance);
    utterance.begin();
  }

  #ended(id: number): void {
    this.#utterances.delete(id);
    this.#activeAtMs = this.#services.clock.now();
    if (this.#services.draining.aborted && this.#utterances.size === 0) this.#goDown();
  }

  #tick(): void {
    for (const utterance of [...this.#utterances.values()]) utterance.tick();
    const { clock, limits } = this.#services;
    const mayIdle = [...this.#utterances.values()].every((utterance) => utterance.waitsForText);
    if (!mayIdle || clock.now() - this.#activeAtMs < limits.socketIdleMs) return;
    this.#endUtterances({ code: "TIMEOUT", message: `No text came for ${limits.socketIdleMs} ms (limit \`socketIdleMs\`), so the connection is closed.`, retryable: true });
    this.#close(closeCodes.idle, "idle");
  }

  #drain(): void {
    this.#send({ type: "server.draining", graceMs: graceOf(this.#services.draining) });
    if (this.#utterances.size === 0) this.#goDown();
  }

  #goDown(): void {
    this.#close(goingDownCode(this.#services.draining), "the server is going down");
  }

  /** The server ends the connection, or it has ended. */
  #end(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return this.#endUtterances(undefined);
    this.#endUtterances(shutdownError);
    this.#goDown();
  }

  #endUtterances(error: WireError | undefined): void {
    for (const utterance of [...this.#utterances.values()]) utterance.close(error);
  }

  /** The client has said what the protocol does not allow: it is told, and the connection is over. */
  #refuse(error: unknown, code: CloseCode): void {
    this.#send({ type: "error", error: wireErrorOf(error) });
    this.#close(code, "not allowed by the protocol");
  }

  #defect(error: unknown): void {
    const { id, route } = this.#scope;
    this.#services.log({ level: "error", event: "defect", requestId: id, route, message: error instanceof Error ? error.name : typeof error });
    this.#refuse(error, closeCodes.internal);
  }

  #close(code: CloseCode, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    closeSocket(this.#socket, code, reason, this.#services.clock);
    this.#endUtterances(undefined);
    const { id, route } = this.#scope;
    if (faults.has(code)) this.#services.log({ level: "warning", event: "socket", requestId: id, route, code: String(code), message: reason });
  }

  #forget(): void {
    this.#isClosing = true;
    this.#endUtterances(undefined);
    this.#services.draining.removeEventListener("abort", this.#onDrain);
    this.#scope.signal.removeEventListener("abort", this.#onAbort);
  }

  #send(message: ServerMessage): void {
    this.#outbox.text(JSON.stringify(message));
  }
}
