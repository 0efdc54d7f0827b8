import type { TTSError } from "@parlando/engine";
import type { SocketMessage, SocketRequest } from "./socket-types.ts";

/** A request with all its settings. */
export interface DriverRequest extends SocketRequest {
  /** For errors, already without secrets. */
  readonly address: string;
  readonly connectMs: number;
  readonly maxMessageBytes: number;
  readonly queueBytes: number;
  readonly sendBytes: number;
  readonly closeMs: number;
}

/** What a connection tells while it opens and lives. Nothing comes after `ended`. */
export interface DriverEvents {
  opened(headers: Readonly<Record<string, string | undefined>>): void;
  message(message: SocketMessage, bytes: number): void;
  /** The other side is alive: a pong or a ping. */
  heard(): void;
  /** The connection has ended: with an error, or with a close code (1006: without one) and its reason. */
  ended(how: TTSError | { readonly code: number; readonly reason: string }): void;
}

/** One WebSocket of a platform, as little of it as is needed. */
export interface SocketDriver {
  /** Sends; `onSent` when it has left, or cannot any more. */
  send(message: SocketMessage, onSent?: () => void): void;
  /** Bytes that wait to be sent. */
  bufferedBytes(): number;
  /** Reads no more from the wire. */
  stop(): void;
  goOn(): void;
  /** Whether `stop` does anything. */
  readonly canStop: boolean;
  /** Asks whether the other side is alive; nothing in browsers. */
  ping(): void;
  /** Begins to close, with a close frame. */
  close(): void;
  /** Breaks off, in any state. May be called twice. */
  terminate(): void;
  /** Whether the connection keeps the process alive. */
  keepAlive(isKept: boolean): void;
}
