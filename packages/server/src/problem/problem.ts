import { TTSError, type ErrorCode } from "@parlando/engine";

/** What a problem may say besides its message. */
export interface ProblemOptions {
  /** Field of the request that is wrong. */
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** Why a request is refused: an answer with a status, before any audio. Its message goes to the client. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly status: number;
  /** Lower case, stable: `unsupported_format`, `too_many_concurrent_requests`. */
  readonly code: string;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.code = code;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
    this.headers = options.headers ?? {};
  }
}

/**
 * The status for an error of an engine. What is wrong between the server and the engine's provider (its keys, its quota) is not the client's fault: 502 and 503.
 * Codes that are not here are 500.
 */
const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_INPUT: 400, UNSUPPORTED: 400, VOICE_NOT_FOUND: 404, TEXT_TOO_LONG: 413, BUFFER_FULL: 413,
  AUTHENTICATION: 502, PERMISSION: 502, PROTOCOL: 502, TRUNCATED: 502, NO_AUDIO: 502, BAD_AUDIO: 502, SERVICE: 502, CONNECTION: 502,
  QUOTA_EXCEEDED: 503, RATE_LIMITED: 503, CONCURRENCY_LIMIT: 503, ENGINE_UNAVAILABLE: 503, MODEL_NOT_FOUND: 503, DEVICE_UNAVAILABLE: 503, STREAM_CLOSED: 503, ABORTED: 503,
  TIMEOUT: 504,
};

/** Any failure as a problem. Of what is no error of ours nothing is told but that it happened. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!TTSError.isInstance(error)) return new Problem(500, "internal", "The server failed on its own side. Its log has the details, under the request's id.", { cause: error });
  return new Problem(statusOf[error.code] ?? 500, error.code.toLowerCase(), error.message, { retryAfterMs: error.retryAfterMs, cause: error });
}

/** The headers that belong to a problem's answer. `Retry-After` is in whole seconds, at least one. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const retry = problem.retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(problem.retryAfterMs / 1_000))) };
  return { ...problem.headers, ...retry };
}

/** The body that OpenAI's clients expect of an error. All routes answer so, but those of the seed. */
export function problemBody(problem: Problem): { error: { message: string; type: string; param: string | null; code: string } } {
  const type = problem.status === 401 ? "authentication_error" : problem.status === 429 ? "rate_limit_error" : problem.status < 500 ? "invalid_request_error" : "server_error";
  return { error: { message: problem.message, type, param: problem.field ?? null, code: problem.code } };
}
