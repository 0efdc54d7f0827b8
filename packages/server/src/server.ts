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

/** How `upgrade` reads a request. */
export interface UpgradeOptions {
  /** The path under which `app` is mounted, such as `/speech`. WebSockets are under it then, and nowhere else. Default: none. */
  readonly prefix?: string | undefined;
}

/** Speech over the wire. Made by `createServer`; closing it ends what it speaks. */
export interface TTSServer extends AsyncDisposable {
  /** All routes but WebSockets: for an app of one's own (`app.route("/speech", server.app)`). In one, headers and time-outs of connections are that app's. */
  readonly app: Hono<ServerEnvironment>;
  /**
   * WebSockets in a server of one's own: `http.on("upgrade", server.upgrade)`. It deals with every upgrade that it is given: paths that are no WebSocket of this server
   * are answered with 404, so give it only its own where there are others. A request for an upgrade to something else goes back to the HTTP server that it came from, and
   * is answered as if it had not asked.
   *
   * @example
   * ```ts
   * app.route("/speech", server.app);
   * http.on("upgrade", (request, socket, head) => {
   *   if (request.url?.startsWith("/chat")) return chat.handleUpgrade(request, socket, head, serveChat);
   *   server.upgrade(request, socket, head, { prefix: "/speech" });
   * });
   * ```
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, options?: UpgradeOptions) => void;
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
