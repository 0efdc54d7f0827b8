import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";

/** How an engine's HTTP client is made. */
export interface HttpClientOptions {
  /** The id of the engine, for errors. */
  engine: string;
  /** Used instead of Node's HTTP, for other runtimes and tests. A browser always uses its own `fetch`. */
  fetch?: typeof fetch | undefined;
  /**
   * Node only: connects in place of the client's own agents, through a proxy for example. It stays its owner's: it is not closed with the
   * client. Without it the environment's proxy variables (`HTTPS_PROXY` and its like) are not read.
   */
  agent?: HttpAgent | HttpsAgent | undefined;
  /** Milliseconds for name, TCP and TLS together. Default 10,000. `fetch` cannot tell this from the wait that follows: it gets the sum of both. */
  connectMs?: number | undefined;
  /** Milliseconds from the request's end to the answer's first byte, and again to the first byte of its body. Default 30,000. */
  firstByteMs?: number | undefined;
  /** Milliseconds between two pieces of the body, counted only while the reader waits for one. Default 30,000. */
  idleMs?: number | undefined;
}

/** One HTTP request. */
export interface HttpRequest {
  /** What is being done, for errors: "Asking Acme for audio". Holds no text to be spoken and no secret. */
  doing: string;
  /** `http:` or `https:`. In errors it is shown without its user, its password and the values of its query. */
  url: string | URL;
  /** Default: `POST` with a body, else `GET`. */
  method?: "GET" | "POST" | "PUT" | "DELETE" | undefined;
  /** What is undefined is left out. */
  headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** Sent whole, with its length. */
  body?: string | Uint8Array | undefined;
  /** Aborted: the request is destroyed at once, in any of its phases, also while its body is read. */
  signal: AbortSignal;
  /** For this request, in place of the client's. */
  connectMs?: number | undefined;
  /** For this request, in place of the client's. */
  firstByteMs?: number | undefined;
  /** For this request, in place of the client's. */
  idleMs?: number | undefined;
}

/** Headers of an answer by their names in lower case; several of one name are joined with a comma. */
export type ResponseHeaders = Readonly<Record<string, string | undefined>>;

/** The answer to a request; its body is still on the wire. */
export interface HttpResponse {
  /** 200 to 299, or 400 and above. A redirect is an error of the request, since the credentials would go with it. */
  status: number;
  headers: ResponseHeaders;
  body: HttpBody;
}

/**
 * The bytes of a body, as they come. Read once, by one reader. What is not read stays on the wire: some ten kilobytes are taken ahead,
 * and the other side is held up by TCP. A reader who is behind gets what has come meanwhile as one piece.
 *
 * A body that ends before it is complete throws: `TRUNCATED` when the other side ended it, `CONNECTION` when the connection broke,
 * `TIMEOUT` when nothing came. What came before is delivered first. Where the answer tells neither length nor chunks, its end is the
 * end of the connection, and a clean early end cannot be seen.
 */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined>;
  /** The rest is not wanted: destroys the request, unless it has ended. The same as leaving the loop early. May be called twice. */
  cancel(): void;
}

/** Sends requests of one engine over connections of its own. */
export interface HttpClient {
  /**
   * Sends a request and waits for the head of its answer.
   *
   * @throws TTSError `CONNECTION`, `TIMEOUT`, `ABORTED`, `PROTOCOL`, or `INVALID_CONFIG` for an address or header that cannot be and for
   * an answer that leads elsewhere. An answer with an error status is not thrown: see `errorFromResponse`.
   */
  open(request: HttpRequest): Promise<HttpResponse>;
  /** Ends every request and connection; those under way fail with `ABORTED`. May be called twice. */
  close(): Promise<void>;
}
