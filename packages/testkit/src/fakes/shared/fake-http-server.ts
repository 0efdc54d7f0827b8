import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createFakeExchange, type FakeExchange } from "./fake-exchange.ts";

export { answerText, type FakeExchange } from "./fake-exchange.ts";
export { sendBody, type BodyFraming } from "./send-body.ts";

/** What the server does with requests. */
export interface FakeHttpServerOptions {
  /** Default 0: any free port. */
  port?: number | undefined;
  /** Answers one request. What it throws breaks the connection and comes out of `close()`: a test cannot miss it. */
  handle(exchange: FakeExchange): Promise<void> | void;
}

/** A loopback server of HTTP/1.1. */
export interface FakeHttpServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** For what else wants the port, as WebSocket handshakes. */
  readonly server: Server;
  readonly openConnections: number;
  readonly connections: number;
  /** Ends every connection and stops listening. May be called twice. Throws what `handle` threw, if it did. */
  close(): Promise<void>;
}

interface ServerState {
  closing: boolean;
  failures: unknown[];
  sockets: Set<Socket>;
  connections: number;
}

/** Opens a server on the loopback address. */
export async function createFakeHttpServer(options: FakeHttpServerOptions): Promise<FakeHttpServer> {
  const state: ServerState = { closing: false, failures: [], sockets: new Set(), connections: 0 };
  const server = createServer((request, response) => void answer(options, request, response, state));
  server.on("connection", (socket) => keepSocket(state, socket));
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    state.closing = true;
    const ended = [new Promise((resolve) => server.close(resolve)), ...[...state.sockets].map(endSocket)];
    await Promise.all(ended);
    if (state.failures.length > 0) throw state.failures[0];
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    get openConnections() {
      return state.sockets.size;
    },
    get connections() {
      return state.connections;
    },
    close: () => (closed ??= close()),
  };
}

function keepSocket(state: ServerState, socket: Socket): void {
  state.connections += 1;
  state.sockets.add(socket);
  // Small pieces go out as they are written, not when the machine thinks it worth a packet.
  socket.setNoDelay(true);
  socket.once("close", () => state.sockets.delete(socket));
}

/** Comes back when all who listen to the socket know. */
function endSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(options: FakeHttpServerOptions, request: IncomingMessage, response: ServerResponse, state: ServerState): Promise<void> {
  const exchange = createFakeExchange(request, response, () => state.closing);
  try {
    await options.handle(exchange);
  } catch (error) {
    if (!isGoneClient(error)) state.failures.push(error);
    exchange.reset();
  }
}

/** A client that goes away while its request is read is none of the fake's mistakes. */
function isGoneClient(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}
