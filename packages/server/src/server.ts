import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Hono } from "hono";
import type { ServerEnvironment } from "./route/route.ts";

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** With `http://`, without a slash at its end. */
  readonly url: string;
}

/** Speech over the wire. Made by `createServer`; closing it ends what it speaks. */
export interface TTSServer extends AsyncDisposable {
  /** All routes but WebSockets: for an app of one's own (`app.route("/speech", server.app)`). In one, headers and time-outs of connections are that app's. */
  readonly app: Hono<ServerEnvironment>;
  /** WebSockets in a server of one's own: `http.on("upgrade", server.upgrade)`. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /**
   * Listens. `host` is `127.0.0.1` by default, `port` 0: any that is free.
   *
   * @throws TTSError `INVALID_CONFIG` for other hosts without keys where `insecure` is not set, and for an address that cannot be had.
   */
  listen(where?: { readonly port?: number | undefined; readonly host?: string | undefined }): Promise<ServerAddress>;
  /**
   * Takes no new work: not ready at once, connections are told, those that speak go on. Resolves when all have ended; what has not by `graceMs`
   * (default 60,000) is ended with an error that its client can see. Called again, the shorter grace counts.
   *
   * @throws TTSError `INVALID_INPUT` for a grace that is no number from 0 on; nothing is begun then.
   */
  drain(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /** Ends everything at once. May be called twice. */
  close(): Promise<void>;
}
