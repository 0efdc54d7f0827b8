import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { FakeExchange } from "./fake-exchange.ts";
import { createFakeHttpServer, type FakeHttpServer } from "./fake-http-server.ts";

/** An answer to a handshake that is not a WebSocket. */
export interface SocketRefusal {
  status: number;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | undefined;
}

/** What a client asks for when it opens a WebSocket. */
export interface SocketHandshake {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

/** A WebSocket as the server holds it. What is sent after its end is lost without an error. */
export interface FakeSocket {
  /** Counts the WebSockets of the server from 0. */
  readonly index: number;
  readonly handshake: SocketHandshake;
  /** Aborted when the WebSocket is over, from whichever side. */
  readonly gone: AbortSignal;
  send(message: string): void;
  /** The same, but ends when the machine has taken the message, so that a slow reader holds the sender back. */
  sendText(message: string): Promise<void>;
  /** Sends bytes; ends when the machine has taken them, so that a slow reader holds the sender back. */
  sendBytes(message: Uint8Array): Promise<void>;
  /** Begins a binary message and leaves it after so many bytes. */
  sendPart(message: Uint8Array, bytes: number): Promise<void>;
  close(code: number, reason: string): void;
  /** Ends the connection without a word of the WebSocket protocol (FIN): 1006 at the client. */
  drop(): Promise<void>;
  /** Breaks the connection (RST), when what was sent has had time to arrive. */
  reset(): Promise<void>;
}

/** What the fake does with a client's messages. */
export interface SocketHandler {
  /** In order. What it throws closes the WebSocket with 1011 and comes out of the server's `close()`. */
  message(data: string | Uint8Array): void;
  /** Once, whichever side ended it. */
  closed(): void;
}

/** What a server of WebSockets and of plain requests does. */
export interface FakeSocketServerOptions {
  /** Default 0: any free port. */
  port?: number | undefined;
  /** Answers what is no WebSocket. */
  handle(exchange: FakeExchange): Promise<void> | void;
  /** Decides on a handshake; undefined: the WebSocket opens. */
  refuse(handshake: SocketHandshake): SocketRefusal | undefined;
  accept(socket: FakeSocket): SocketHandler;
}

/** A loopback server of HTTP/1.1 and WebSockets on one port. */
export interface FakeSocketServer extends FakeHttpServer {
  /** Has `close()` throw this: for what went wrong where nobody waits. */
  report(error: unknown): void;
}

/** A reset that overtakes data looks like a clean end to Node, and may cost the client what it had not read. */
const settleMs = 15;

/** Opens the server on the loopback address. */
export async function createFakeSocketServer(options: FakeSocketServerOptions): Promise<FakeSocketServer> {
  const http = await createFakeHttpServer({ port: options.port, handle: options.handle });
  const sockets = new WebSocketServer({ noServer: true });
  const failures: unknown[] = [];
  let opened = 0;
  const report = (error: unknown): void => void failures.push(error);

  http.server.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on("error", () => {});
    try {
      const handshake = readHandshake(request);
      const refusal = options.refuse(handshake);
      if (refusal) return refuseHandshake(connection, refusal);
      sockets.handleUpgrade(request, connection, head, (client) => serveSocket({ client, connection, handshake, index: opened++, accept: options.accept, report }));
    } catch (error) {
      report(error);
      connection.destroy();
    }
  });

  return {
    url: http.url,
    port: http.port,
    server: http.server,
    get openConnections() {
      return http.openConnections;
    },
    get connections() {
      return http.connections;
    },
    report,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await http.close();
      if (failures.length > 0) throw failures[0];
    },
  };
}

function readHandshake(request: IncomingMessage): SocketHandshake {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  return { path: url.pathname, query: url.searchParams, headers: request.headers };
}

function refuseHandshake(connection: Duplex, { status, headers = {}, body = "" }: SocketRefusal): void {
  const all: Record<string, string> = { Date: new Date().toUTCString(), Connection: "close", "Content-Length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\n${lines.join("")}\r\n${body}`);
}

interface OpenSocket {
  client: WebSocket;
  connection: Duplex;
  handshake: SocketHandshake;
  index: number;
  accept: FakeSocketServerOptions["accept"];
  report(error: unknown): void;
}

function serveSocket({ client, connection, handshake, index, accept, report }: OpenSocket): void {
  const gone = new AbortController();
  const handler = accept(createSocket({ client, connection, handshake, index, gone: gone.signal }));
  client.on("error", () => {});
  client.on("message", (data, isBinary) => {
    try {
      handler.message(isBinary ? bytesOf(data) : bytesOf(data).toString("utf8"));
    } catch (error) {
      report(error);
      client.close(1011, "The fake could not go on");
    }
  });
  client.once("close", () => {
    gone.abort();
    handler.closed();
  });
  // A client that closes in the protocol's way is gone when it says so, not when the handshake of the end is over.
  connection.once("close", () => gone.abort());
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function createSocket({ client, connection, handshake, index, gone }: Omit<OpenSocket, "accept" | "report"> & { gone: AbortSignal }): FakeSocket {
  return {
    index,
    handshake,
    gone,
    send(message) {
      client.send(message, () => {});
    },
    sendText: (message) => new Promise((resolve) => client.send(message, () => resolve())),
    sendBytes: (message) => new Promise((resolve) => client.send(message, () => resolve())),
    sendPart: (message, bytes) => new Promise((resolve) => {
      if (gone.aborted) return resolve();
      connection.write(Buffer.concat([frameHeader(message.length), message.subarray(0, bytes)]), () => resolve());
    }),
    close: (code, reason) => client.close(code, reason),
    async drop() {
      await pause(settleMs);
      connection.end();
      await pause(settleMs);
      client.terminate();
    },
    async reset() {
      await pause(settleMs);
      if (connection instanceof Socket) connection.resetAndDestroy();
      else client.terminate();
    },
  };
}

/** Of one whole binary message from a server (RFC 6455, 5.2): such messages are not masked. */
function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x82, length]);
  if (length < 65_536) return Buffer.from([0x82, 126, length >> 8, length & 255]);
  const header = Buffer.alloc(10);
  header.set([0x82, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
