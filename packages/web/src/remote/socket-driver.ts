import type { TTSError } from "@parlando/engine";
import type { Credential } from "./remote-account.ts";
import type { SocketEnd } from "./remote-errors.ts";

/** Which socket is wanted. */
export interface SocketRequest {
  /** What is being done and where, for errors: "Asking the server at http://host". */
  readonly doing: string;
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly credential: Credential | undefined;
}

/** What a socket tells while it opens and lives. Nothing comes after `ended`. */
export interface SocketEvents {
  opened(): void;
  text(message: string): void;
  binary(message: Uint8Array): void;
  /** The other side is alive: a ping or pong; told in Node only. */
  heard(): void;
  ended(how: TTSError | SocketEnd): void;
}

/** One WebSocket of a platform, as little of it as is needed. */
export interface SocketDriver {
  /** Sends, or keeps until it can be sent; nothing after its end. */
  send(message: string): void;
  /** Bytes that wait to be sent. */
  bufferedBytes(): number;
  /** Begins to close, with a close frame. */
  close(): void;
  /** Breaks off, in any state. May be called twice. */
  terminate(): void;
  /** Whether the connection keeps the process alive; nothing in pages. */
  keepAlive(isKept: boolean): void;
}
