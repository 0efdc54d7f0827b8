import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { check } from "../../fail.ts";

/** One request to a fake, and its answer. */
export interface FakeExchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Everything that the client sends. May be called twice. Refuses more than 1 MB. */
  body(): Promise<Uint8Array>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When the head of the request was read, by `performance.now()`. */
  readonly startedAtMs: number;
  /** Aborted when the client went away before the end of the answer. */
  readonly calledOff: AbortSignal;
  /** When that was, by `performance.now()`. */
  readonly calledOffAtMs: number | undefined;
  /** Aborted when nothing can be sent any more: all is sent, the client went away, or the fake broke the connection. */
  readonly gone: AbortSignal;
  /** Breaks the connection (RST). What the client has not read by then may be lost to it. */
  reset(): void;
  /** Ends the connection in order (FIN), whatever was promised. */
  endConnection(): void;
}

const maxBodyBytes = 1_048_576;

/** Puts a request and its answer together, and watches for the end of both. `serverCloses` tells that the server itself ends everything. */
export function createFakeExchange(request: IncomingMessage, response: ServerResponse, serverCloses: () => boolean): FakeExchange {
  const startedAtMs = performance.now();
  // A request that was destroyed has no socket any more.
  const { socket } = request;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const calledOff = new AbortController();
  const gone = new AbortController();
  let calledOffAtMs: number | undefined;
  let broken = false;
  let body: Promise<Uint8Array> | undefined;

  response.once("close", () => {
    if (!response.writableFinished && !broken && !serverCloses()) {
      calledOffAtMs = performance.now();
      calledOff.abort();
    }
    gone.abort();
  });
  // A reset by the client shows as "close"; without a listener the error would end the process.
  response.on("error", () => {});
  request.on("error", () => {});
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: () => (body ??= readBody(request)),
    request,
    response,
    startedAtMs,
    calledOff: calledOff.signal,
    get calledOffAtMs() {
      return calledOffAtMs;
    },
    gone: gone.signal,
    reset() {
      broken = true;
      socket.resetAndDestroy();
    },
    endConnection() {
      broken = true;
      socket.end();
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    check(length <= maxBodyBytes, `A fake provider was sent a request of more than ${maxBodyBytes} bytes; no provider takes that much. Send less text.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** Answers with a status, headers and a text. */
export function answerText({ response }: FakeExchange, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.end(body);
}
