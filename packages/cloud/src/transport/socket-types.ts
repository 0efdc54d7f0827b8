import type { Agent } from "node:http";
import type { ErrorContext } from "./provider-errors.ts";

/** A whole message: text, or bytes. */
export type SocketMessage = string | Uint8Array;

/** How a WebSocket is opened. */
export interface SocketRequest extends ErrorContext {
  /** `ws:` or `wss:`. In errors it is shown without its user, its password and the values of its query. */
  url: string | URL;
  /** Node only: a browser sends none of its own (the opening fails with `UNSUPPORTED` when there are any). What is undefined is left out. */
  headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** Subprotocols, the one liked best first. */
  protocols?: readonly string[] | undefined;
  /** Aborted: the connection is broken off at once, while it opens and as long as it lives. See `follow` for another signal. */
  signal: AbortSignal;
  /** Milliseconds for name, TCP, TLS and upgrade together. Default 10,000. */
  connectMs?: number | undefined;
  /** The largest message taken, in bytes. Default 4 MiB. A larger one ends the connection with `PROTOCOL`. */
  maxMessageBytes?: number | undefined;
  /** Bytes of messages that wait for the reader before the socket is no longer read. Default 256 KiB. Browsers cannot stop: there it is the least bound of memory. */
  queueBytes?: number | undefined;
  /** Bytes that wait to be sent before `send` waits. Default 256 KiB. */
  sendBytes?: number | undefined;
  /** Node only: milliseconds between pings; a connection that has sent nothing since the last but one is broken off. Default: none. */
  pingMs?: number | undefined;
  /** How long `close` waits for the other side, in milliseconds. Default 1,000. */
  closeMs?: number | undefined;
  /** Whether messages may be compressed (permessage-deflate). Default false: audio does not get smaller by it. */
  compress?: boolean | undefined;
  /** Node only: connects in its place, through a proxy for example. Stays its owner's. */
  agent?: Agent | undefined;
  /** Used instead of `ws`, for other runtimes and tests. A browser always uses its own. */
  WebSocket?: typeof WebSocket | undefined;
  /** Node only: called with status and headers (names in lower case) when the upgrade is refused, before the opening fails. Must not throw. */
  onRefusal?: ((status: number, headers: Readonly<Record<string, string | undefined>>) => void) | undefined;
}

/** What can be done with an open WebSocket, whether it is pooled or not. */
export interface SocketTraffic {
  /**
   * Sends a message. Resolves when less than `sendBytes` wait to be sent.
   *
   * @throws TTSError why the connection has ended, as for `receive`.
   */
  send(message: SocketMessage): Promise<void>;
  /**
   * The next message, in the order sent. One call at a time. While nobody receives, at most `queueBytes` are held and the rest stays on
   * the wire. An engine stops receiving when it has seen the protocol's end; a connection that closes before is an error.
   *
   * @param limitMs Fails with `TIMEOUT` (and breaks the connection off) when nothing comes for so long. Default: waits.
   * @throws TTSError when all messages are read and the connection has ended: `TRUNCATED` after a clean close (1000, 1001, 1005),
   * `CONNECTION` when it broke, what `errors.closeCodes` says of the close code, `PROTOCOL` for what a WebSocket may not send, `ABORTED`.
   */
  receive(limitMs?: number): Promise<SocketMessage>;
  /** False from the moment that the connection is known to have ended, though messages may still wait to be read. */
  readonly isOpen: boolean;
}

/** One open WebSocket. */
export interface SocketConnection extends SocketTraffic {
  /** The headers of the answer to the upgrade, in lower case; none in browsers. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** From now on another signal, or none, breaks the connection off. */
  follow(signal: AbortSignal | undefined): void;
  /** Idle: does not keep the process alive, and is broken off by any message that comes. `onEnd` is called once when it ends while idle. */
  park(onEnd: () => void): void;
  /** Back in use. False: it has ended meanwhile. */
  unpark(): boolean;
  /** Ends the connection with a close frame; broken off when the other side has not answered within `closeMs`. What was not received is dropped. May be called twice. */
  close(): Promise<void>;
  /** Breaks the connection off at once. May be called twice. */
  terminate(): void;
}
