import type { WebSocket } from "ws";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";

/** A line of the route table that is a WebSocket. Keys, tickets, Origin, Host and the number of sockets are looked at before the upgrade, and refused by an HTTP status. */
export interface SocketRoute {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  /** Subprotocols that are spoken; the client has to offer one of them. Empty: none is needed. */
  readonly protocols: readonly string[];
  /**
   * Talks until the socket is closed; resolves then, and never rejects. `scope.signal` is aborted when the socket has closed or the server closes. The socket was
   * opened with `perMessageDeflate: false`, `maxPayload` of the protocol, and has a listener for `error`.
   */
  serve(socket: WebSocket, scope: RequestScope, services: ServerServices): Promise<void>;
}
