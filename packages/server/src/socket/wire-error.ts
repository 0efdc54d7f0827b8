import { TTSError, type ErrorCode } from "@parlando/engine";
import type { WireError } from "@parlando/protocol";
import { Problem } from "../problem/problem.ts";
import { rootOf } from "../speech/outcome-of.ts";

/** A message is not longer than this: what a provider has answered may be a whole page. */
const LONGEST_MESSAGE = 2_000;

/** Codes for refusals of the server itself, which have none of an engine behind them. */
const codeOfProblem: Readonly<Record<string, ErrorCode>> = {
  too_many_concurrent_requests: "CONCURRENCY_LIMIT",
  system_busy: "CONCURRENCY_LIMIT",
  draining: "SERVICE",
  ssml_not_allowed: "UNSUPPORTED",
  invalid_voice: "VOICE_NOT_FOUND",
};

/** What is told of utterances that end with the server. */
export const shutdownError: WireError = { code: "SERVICE", message: "The server is going down, and this utterance with it. Connect again, and say the rest of it anew.", retryable: true };

/** A failure as a client is told of it. Of what is no error of ours nothing is told but that it happened. */
export function wireErrorOf(failure: unknown): WireError {
  const error = rootOf(failure);
  if (error instanceof Problem) return TTSError.isInstance(error.cause) ? wireErrorOf(error.cause) : fromProblem(error);
  if (!TTSError.isInstance(error)) return { code: "INTERNAL", message: "The server failed on its own side. Its log has the details, under the id of the utterance.", retryable: false };
  const { code, message, retryable, retryAfterMs, engine, requestId } = error;
  return {
    code,
    message: message.slice(0, LONGEST_MESSAGE),
    retryable,
    ...(retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && { retryAfterMs }),
    ...(engine !== undefined && { engine }),
    ...(requestId !== undefined && { requestId }),
  };
}

function fromProblem({ status, code, message, retryAfterMs }: Problem): WireError {
  const known = codeOfProblem[code] ?? (status === 429 ? "RATE_LIMITED" : status === 403 ? "PERMISSION" : status === 401 ? "AUTHENTICATION" : status < 500 ? "INVALID_INPUT" : "SERVICE");
  const retryable = status === 429 || status === 503;
  return { code: known, message: message.slice(0, LONGEST_MESSAGE), retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
