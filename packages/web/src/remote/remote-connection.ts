import { TTSError } from "@parlando/engine";
import { parseServerMessage, readAudioFrame, type AudioFrame, type ClientMessage, type ServerMessage, type SessionReady } from "@parlando/protocol";
import { unrefTimer } from "./platform.ts";
import { asRemoteError, closeError, engineClosed, errorFromWire, remoteError, type SocketEnd } from "./remote-errors.ts";
import type { SocketDriver, SocketEvents } from "./socket-driver.ts";

/** What a server says of one utterance. */
export type UtteranceMessage = Extract<ServerMessage, { readonly utterance: number }>;

/** Who follows one utterance. Nothing is told after it was left. */
export interface UtteranceListener {
  message(message: UtteranceMessage): void;
  frame(frame: AudioFrame): void;
  /** The connection has ended. */
  ended(error: TTSError): void;
}

/** One utterance on a connection. */
export interface UtteranceLine {
  readonly utterance: number;
  send(message: ClientMessage): void;
  /** Bytes of the whole connection that wait to be sent. */
  bufferedBytes(): number;
  /** All of it was taken: nothing more is listened to. The server is told of the frames, unless it knows. */
  finish(frames: number | undefined): void;
  /** It is not wanted any more: the server is told, and what still comes of it is dropped. May be called twice. */
  leave(): void;
}

/** What a connection needs. */
export interface ConnectionParts {
  /** For errors: what is being done, and where. */
  readonly doing: string;
  readonly connect: (events: SocketEvents) => SocketDriver;
  readonly connectMs: number;
  /** How long it stays open while nobody uses it. */
  readonly keepMs: number;
  /** It has ended, or takes no more utterances. Called once. */
  readonly onGone: (connection: RemoteConnection) => void;
}

/** The server's side of a close has so long to answer. */
const closeMs = 1_000;
/** A server that has said nothing for so long, though it was asked something, may not be there any more. */
const silentMs = 2_000;

/** What an utterance ends with, on the wire. */
const lastMessages: ReadonlySet<ServerMessage["type"]> = new Set(["speech.done", "speech.failed", "speech.interrupted"]);

/** One WebSocket, on which several utterances are spoken at once. It reads at all times: credits bound what comes. */
export class RemoteConnection {
  readonly #parts: ConnectionParts;
  /** Those under way on the server; undefined: nobody listens any more, and the server has not answered yet. */
  readonly #utterances = new Map<number, UtteranceListener | undefined>();
  readonly #ready: Promise<SessionReady>;
  readonly #gone: Promise<void>;
  readonly #opening: ReturnType<typeof setTimeout>;
  #setReady: (ready: SessionReady) => void = () => {};
  #failReady: (error: TTSError) => void = () => {};
  #setGone: () => void = () => {};
  #driver: SocketDriver | undefined;
  #session: SessionReady | undefined;
  #lastId = 0;
  #listeners = 0;
  #heardAtMs = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #isRetired = false;
  #endedBy: TTSError | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#ready = new Promise((resolve, reject) => {
      this.#setReady = resolve;
      this.#failReady = reject;
    });
    this.#ready.catch(() => undefined);
    this.#gone = new Promise((resolve) => (this.#setGone = resolve));
    this.#opening = setTimeout(() => this.#breakOff(remoteError("TIMEOUT", `${parts.doing}: no connection was made within ${parts.connectMs / 1_000} s. Try again, or raise the option \`connectMs\`.`)), parts.connectMs);
    try {
      this.#driver = parts.connect(this.#events());
    } catch (error) {
      this.#end(asRemoteError(parts.doing, error));
      this.#setGone();
    }
  }

  /** What the server said when the connection was made. Rejects where it was not. */
  get ready(): Promise<SessionReady> {
    return this.#ready;
  }

  /** What the server said; undefined before it did. */
  get session(): SessionReady | undefined {
    return this.#session;
  }

  /** Resolves when the socket is closed. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** Whether one more utterance may begin on it. */
  get hasRoom(): boolean {
    return this.#session !== undefined && !this.#isRetired && this.#utterances.size < Math.max(1, this.#session.maxUtterances);
  }

  /** Begins an utterance; there has to be room. `first` makes its first message. */
  begin(listener: UtteranceListener, first: (utterance: number) => ClientMessage): UtteranceLine {
    const utterance = this.#lastId + 1;
    const message = first(utterance);
    this.#lastId = utterance;
    this.#utterances.set(utterance, listener);
    this.#listeners += 1;
    this.#rest(false);
    this.#send(message);
    const begunAtMs = performance.now();
    return {
      utterance,
      send: (told) => this.#send(told),
      bufferedBytes: () => this.#driver?.bufferedBytes() ?? 0,
      finish: (frames) => {
        if (this.#utterances.get(utterance) === undefined) return;
        if (frames !== undefined) this.#send({ type: "speech.played", utterance, frame: frames });
        this.#forget(utterance);
      },
      leave: () => {
        if (this.#utterances.get(utterance) === undefined) return;
        this.#send({ type: "speech.interrupt", utterance });
        const now = performance.now();
        if (this.#heardAtMs < begunAtMs && now - begunAtMs > silentMs) this.#retire();
        this.#forget(utterance);
      },
    };
  }

  /** Ends it and everything on it. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#sayGoodbye(engineClosed(this.#parts.doing));
    return this.#closing;
  }

  #send(message: ClientMessage): void {
    this.#driver?.send(JSON.stringify(message));
  }

  #events(): SocketEvents {
    const heard = (): void => void (this.#heardAtMs = performance.now());
    return {
      opened: heard,
      heard,
      text: (text) => {
        heard();
        this.#guard(() => this.#take(parseServerMessage(text)));
      },
      binary: (bytes) => {
        heard();
        this.#guard(() => this.#takeFrame(readAudioFrame(bytes)));
      },
      ended: (how) => {
        this.#end(isEnd(how) ? this.#errorOfEnd(how) : how);
        this.#setGone();
      },
    };
  }

  /** What cannot be read ends the connection: nobody knows what else was lost. */
  #guard(take: () => void): void {
    if (this.#endedBy !== undefined) return;
    try {
      take();
    } catch (error) {
      const beneath = asRemoteError(this.#parts.doing, error);
      this.#breakOff(remoteError(beneath.code, `${this.#parts.doing}: ${beneath.message}`, { cause: beneath.cause }));
    }
  }

  #errorOfEnd(end: SocketEnd): TTSError {
    if (this.#session !== undefined) return closeError(this.#parts.doing, end);
    return remoteError("CONNECTION", `${this.#parts.doing}: the connection was closed before the server had greeted (close code ${end.code}).`);
  }

  #take(message: ServerMessage | undefined): void {
    if (message === undefined) return;
    const { doing } = this.#parts;
    if (message.type === "error") return this.#breakOff(errorFromWire(doing, message.error));
    if (message.type === "session.ready") return this.#greeted(message);
    if (this.#session === undefined) throw remoteError("PROTOCOL", `the server began with ${message.type}; expected session.ready. Client and server may be of different versions.`);
    if (message.type === "server.draining") return this.#retire();
    const { utterance } = message;
    const listener = this.#utterances.get(utterance);
    if (listener === undefined) this.#checkKnown(utterance);
    else listener.message(message);
    if (lastMessages.has(message.type)) this.#over(utterance);
  }

  #takeFrame(frame: AudioFrame | undefined): void {
    if (frame === undefined) return;
    const listener = this.#utterances.get(frame.utterance);
    if (listener === undefined) this.#checkKnown(frame.utterance);
    else listener.frame(frame);
  }

  /** What was left may still come for a while; what never began may not. */
  #checkKnown(utterance: number): void {
    if (utterance > this.#lastId || this.#session === undefined) throw remoteError("PROTOCOL", "the server told of an utterance that was not begun.");
  }

  #greeted(session: SessionReady): void {
    if (this.#session !== undefined) throw remoteError("PROTOCOL", "the server greeted twice.");
    this.#session = session;
    clearTimeout(this.#opening);
    this.#rest(true);
    this.#setReady(session);
  }

  /** Nobody listens any more. */
  #forget(utterance: number): void {
    if (this.#utterances.get(utterance) === undefined) return;
    this.#utterances.set(utterance, undefined);
    this.#listeners -= 1;
    if (this.#listeners > 0) return;
    if (this.#isRetired) void this.close();
    else this.#rest(true);
  }

  /** The server is done with it. */
  #over(utterance: number): void {
    this.#forget(utterance);
    this.#utterances.delete(utterance);
  }

  /** Nobody uses it: it does not keep the process alive, and is closed after a time. */
  #rest(isIdle: boolean): void {
    clearTimeout(this.#idle);
    if (this.#endedBy !== undefined || this.#closing !== undefined) return;
    this.#driver?.keepAlive(!isIdle);
    if (!isIdle) return;
    this.#idle = setTimeout(() => this.#retire(), this.#parts.keepMs);
    unrefTimer(this.#idle);
  }

  /** Takes no more utterances, and ends with the last of those that it has. */
  #retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    clearTimeout(this.#idle);
    this.#parts.onGone(this);
    if (this.#listeners === 0) void this.close();
  }

  async #sayGoodbye(error: TTSError): Promise<void> {
    const wasOpen = this.#endedBy === undefined;
    this.#end(error);
    const driver = this.#driver;
    if (driver === undefined) return;
    if (!wasOpen) return driver.terminate();
    driver.keepAlive(true);
    driver.close();
    const timer = setTimeout(() => {
      driver.terminate();
      this.#setGone();
    }, closeMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #breakOff(error: TTSError): void {
    this.#end(error);
    this.#driver?.terminate();
  }

  /** Only the first end counts. */
  #end(error: TTSError): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = error;
    clearTimeout(this.#opening);
    clearTimeout(this.#idle);
    const listeners = [...this.#utterances.values()];
    this.#utterances.clear();
    this.#failReady(error);
    if (!this.#isRetired) {
      this.#isRetired = true;
      this.#parts.onGone(this);
    }
    for (const listener of listeners) listener?.ended(error);
  }
}

function isEnd(how: TTSError | SocketEnd): how is SocketEnd {
  return !TTSError.isInstance(how);
}
