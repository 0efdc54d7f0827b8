import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { TTSError } from "@parlando/engine";

/** A server of the test, on a free port, with the sockets that are open. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly sockets: Set<Socket>;
  /** Connections that there have been. */
  readonly accepted: () => number;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server. */
export function serveHttp(handler: Handler, settings: { keepAliveTimeout?: number } = {}): Promise<TestServer> {
  const server = createServer((request, response) => {
    response.on("error", () => {});
    handler(request, response);
  });
  if (settings.keepAliveTimeout !== undefined) server.keepAliveTimeout = settings.keepAliveTimeout;
  return listen(server);
}

/** A server that writes what it likes, once a whole head of a request has come. */
export function serveRaw(onHead: (socket: Socket, head: string) => void): Promise<TestServer> {
  return listen(
    createTcpServer((socket) => {
      let text = "";
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = text.slice(0, end);
        text = "";
        onHead(socket, head);
      });
    }),
  );
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    sockets,
    accepted: () => accepted,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads everything; what came and how it ended. */
export async function readAll<Item>(source: AsyncIterable<Item>): Promise<{ items: Item[]; error: TTSError | undefined }> {
  const items: Item[] = [];
  try {
    for await (const item of source) items.push(item);
    return { items, error: undefined };
  } catch (error) {
    return { items, error: typed(error) };
  }
}

/** What a promise was rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<TTSError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return typed(error);
  }
  throw new Error(`It did not fail, but gave ${String(value)}`);
}

function typed(error: unknown): TTSError {
  if (TTSError.isInstance(error)) return error;
  throw error;
}

/** Waits until something is so; real time, since sockets close when they like. */
export async function until(isSo: () => boolean, limitMs = 5000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`It was not so within ${limitMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const join = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
