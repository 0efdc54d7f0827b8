import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse, type Http2Session } from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createPollyExchange, type PollyExchange } from "./polly-exchange.ts";

/** A loopback server that speaks HTTP/2 without TLS and HTTP/1.1 on one port. */
export interface PollyServer {
  readonly port: number;
  readonly openConnections: number;
  readonly connections: number;
  /** Ends every connection and stops listening. May be called twice. Throws what `handle` threw, if it did. */
  close(): Promise<void>;
}

/** With this every connection of HTTP/2 begins ("PRI * HTTP/2.0"), and no request of HTTP/1.1. */
const http2Preface = "PRI";

interface ServerState {
  closing: boolean;
  failures: unknown[];
  sockets: Set<Socket>;
  connections: number;
}

/** Opens a server on the loopback address. What `handle` throws breaks the connection and comes out of `close()`: a test cannot miss it. */
export async function createPollyServer(options: { port: number; handle(exchange: PollyExchange): Promise<void> }): Promise<PollyServer> {
  const state: ServerState = { closing: false, failures: [], sockets: new Set(), connections: 0 };
  const accept = createAcceptor(state, options.handle);
  const server = createServer((socket) => {
    state.connections += 1;
    state.sockets.add(socket);
    // Small pieces go out as they are written, not when the machine thinks it worth a packet.
    socket.setNoDelay(true);
    socket.once("close", () => state.sockets.delete(socket));
    socket.on("error", () => {});
    accept(socket);
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    state.closing = true;
    const ended = [...state.sockets].map((socket) => once(socket, "close"));
    const stopped = new Promise((resolve) => server.close(resolve));
    for (const socket of state.sockets) socket.destroy();
    await Promise.all([stopped, ...ended]);
    if (state.failures.length > 0) throw state.failures[0];
  }
  return {
    port,
    get openConnections() {
      return state.sockets.size;
    },
    get connections() {
      return state.connections;
    },
    close: () => (closed ??= close()),
  };
}

/** Hands a new connection to the server of its protocol. */
function createAcceptor(state: ServerState, handle: (exchange: PollyExchange) => Promise<void>): (socket: Socket) => void {
  const socketOf = new WeakMap<Http2Session, Socket>();
  const answer = async (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse, socket: Socket): Promise<void> => {
    const exchange = createPollyExchange({ request, response, socket, isClosing: () => state.closing });
    try {
      await handle(exchange);
    } catch (error) {
      state.failures.push(error);
      await exchange.cut();
    }
  };
  const http1 = createHttpServer((request, response) => void answer(request, response, request.socket));
  const http2 = createHttp2Server((request, response) => {
    const { session } = request.stream;
    const socket = session === undefined ? undefined : socketOf.get(session);
    // A session that is gone already has nobody to answer to.
    if (socket !== undefined) void answer(request, response, socket);
  });
  http2.on("sessionError", () => {});

  return (socket) => {
    const sniff = (): void => {
      const head = socket.read(http2Preface.length) as Buffer | null;
      if (head === null) return;
      socket.off("readable", sniff);
      socket.unshift(head);
      if (head.toString("latin1") !== http2Preface) return void http1.emit("connection", socket);
      const note = (session: Http2Session): void => void socketOf.set(session, socket);
      http2.once("session", note);
      http2.emit("connection", socket);
      http2.off("session", note);
    };
    socket.on("readable", sniff);
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Node holds 511 waiting connections; a thousand clients may come at once.
    server.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
