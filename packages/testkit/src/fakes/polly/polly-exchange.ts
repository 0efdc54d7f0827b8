import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { check } from "../../fail.ts";
import { createBreakage, type PollyBreakage } from "./polly-breakage.ts";

/** One request to the fake and its answer, over HTTP/2 or HTTP/1.1. */
export interface PollyExchange extends PollyBreakage {
  readonly protocol: "HTTP/2" | "HTTP/1.1";
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What the client sends, as it comes. Ends without an error when the client goes away. */
  input(): AsyncIterable<Uint8Array>;
  /** Everything that the client sends, as text. Refuses more than 1 MB. */
  body(): Promise<string>;
  /** Aborted when the client reset the request or left before the end of the answer. */
  readonly calledOff: AbortSignal;
  /** Aborted when nothing can be sent any more, for whatever reason. */
  readonly gone: AbortSignal;
  /** Sends status and headers at once. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when the socket has taken the bytes, or when nothing can be sent any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the answer; resolves when the socket has taken it, or when nothing can be sent any more. */
  end(): Promise<void>;
}

/** A request as either server of Node gives it. */
export interface RawExchange {
  request: IncomingMessage | Http2ServerRequest;
  response: ServerResponse | Http2ServerResponse;
  socket: Socket;
  /** Whether the fake itself is being closed. */
  isClosing(): boolean;
}

const mostBodyBytes = 1_048_576;

/** Gives requests of both protocols one face. */
export function createPollyExchange({ request, response, socket, isClosing }: RawExchange): PollyExchange {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const calledOff = new AbortController();
  const gone = new AbortController();
  // Both classes are writable streams; their `write` and `end` differ only in types.
  const output: Writable = response;
  const http2Stream = "stream" in response ? response.stream : undefined;
  let over = false;

  const leave = (): void => {
    if (!over && !isClosing()) calledOff.abort();
    gone.abort();
  };
  output.once("close", leave);
  // Resets by the client show as "close"; without listeners their errors would end the process.
  output.on("error", () => {});
  request.on("error", () => {});

  return {
    protocol: http2Stream === undefined ? "HTTP/1.1" : "HTTP/2",
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    input: () => readInput(request, gone.signal),
    body: () => readText(readInput(request, gone.signal)),
    calledOff: calledOff.signal,
    gone: gone.signal,
    begin(status, headers) {
      if (gone.signal.aborted) return;
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if ("stream" in response) response.writeHead(status);
      else response.flushHeaders();
    },
    write: (bytes) => unlessGone(gone.signal, (taken) => output.write(bytes, taken)),
    end: () =>
      unlessGone(gone.signal, (taken) =>
        output.end(() => {
          over = true;
          taken();
        }),
      ),
    ...createBreakage({ stream: http2Stream, socket, gone: gone.signal, breaks: () => (over = true) }),
  };
}

function unlessGone(gone: AbortSignal, start: (taken: () => void) => void): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      gone.removeEventListener("abort", finish);
      resolve();
    };
    gone.addEventListener("abort", finish, { once: true });
    start(finish);
  });
}

async function* readInput(request: AsyncIterable<Uint8Array>, gone: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const bytes of request) yield bytes;
  } catch (error) {
    // A client that leaves in the middle is what tests do on purpose; the exchange's signals tell of it.
    if (!gone.aborted && !isPrematureClose(error)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ERR_STREAM_PREMATURE_CLOSE" || error.code === "ECONNRESET");
}

async function readText(input: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    length += piece.length;
    check(length <= mostBodyBytes, `The fake of Polly was sent a request of more than ${mostBodyBytes} bytes; Polly takes 6,000 characters. Send less text.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length).toString("utf8");
}
