import { TTSError } from "@parlando/engine";
import type { CallContext } from "./call-context.ts";
import type { HttpClientOptions, HttpRequest } from "./http-types.ts";
import { redactUrl } from "./redact-url.ts";

/** A request as both transports need it. */
export interface HttpCall extends CallContext {
  readonly url: URL;
  /** For errors. */
  readonly address: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
}

const defaults = { connectMs: 10_000, firstByteMs: 30_000, idleMs: 30_000 };

/** Bytes held for a reader that has stopped, before the wire is no longer read: a third of a second of 24 kHz audio, and a piece of the wire's. */
export const HELD_BYTES: number = 16 * 1024;

/**
 * Joins a request with its client's settings.
 *
 * @throws TTSError `INVALID_CONFIG` for an address that cannot be read; it is not shown, since it may hold a key.
 */
export function readHttpCall(options: HttpClientOptions, request: HttpRequest): HttpCall {
  const { engine } = options;
  const { doing, signal, body } = request;
  const url = readUrl(request.url);
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TTSError("INVALID_CONFIG", `${doing}: the address is ${url === undefined ? "not a URL" : `a ${url.protocol} URL`}, expected one that begins with https:// or http://.`, { engine });
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return {
    engine, doing, url, headers, body, signal,
    // Only errors ask for it.
    get address() {
      return redactUrl(url);
    },
    method: request.method ?? (body === undefined ? "GET" : "POST"),
    connectMs: request.connectMs ?? options.connectMs ?? defaults.connectMs,
    firstByteMs: request.firstByteMs ?? options.firstByteMs ?? defaults.firstByteMs,
    idleMs: request.idleMs ?? options.idleMs ?? defaults.idleMs,
  };
}

function readUrl(url: string | URL): URL | undefined {
  try {
    return new URL(url);
  } catch {
    // What Node throws has the whole address in it.
    return undefined;
  }
}

/** The error of an answer that leads elsewhere. Only the host is shown: the rest may hold a token. */
export function redirectError({ engine, doing, address }: HttpCall, status: number, location: string | undefined): TTSError {
  const target = location !== undefined && URL.canParse(location, "http://unknown") ? new URL(location, "http://unknown").host : "unknown";
  const where = target === "unknown" ? "elsewhere" : `to ${target}`;
  return new TTSError("INVALID_CONFIG", `${doing} at ${address}: the answer ${status > 0 ? `(${status}) ` : ""}leads ${where}. Redirects are not followed, since the credentials would go along; set the address itself.`, { engine });
}

/** The error of a wait that was too long. */
export function lateError({ engine, doing, address }: Pick<HttpCall, "engine" | "doing" | "address">, what: string, limitMs: number): TTSError {
  return new TTSError("TIMEOUT", `${doing} at ${address}: ${what} within ${limitMs / 1000} s. Try again, or raise the time-out.`, { engine });
}

/** The error of a body that ended too early. */
export function truncatedError({ engine, doing, address }: HttpCall): TTSError {
  return new TTSError("TRUNCATED", `${doing} at ${address}: the answer ended before it was complete. What was delivered is real; try again.`, { engine });
}
