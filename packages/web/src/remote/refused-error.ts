import { errorCodes, type ErrorCode, type TTSError } from "@parlando/engine";
import { remoteError, shown } from "./remote-errors.ts";

/** An answer with a status that is no success. */
export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null | undefined;
  readonly body: string;
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: "INVALID_INPUT",
  401: "AUTHENTICATION",
  403: "PERMISSION",
  404: "INVALID_CONFIG",
  408: "TIMEOUT",
  413: "TEXT_TOO_LONG",
  429: "RATE_LIMITED",
  503: "SERVICE",
  504: "TIMEOUT",
};

/** Codes of the server's own that say more than their status. */
const byCode: Readonly<Record<string, ErrorCode>> = {
  model_not_found: "INVALID_CONFIG",
  too_many_concurrent_requests: "CONCURRENCY_LIMIT",
};

/** The error for a request that the server refused, before anything was spoken. */
export function refusedError(doing: string, { status, retryAfter, body }: Refusal): TTSError {
  const told = readProblem(body);
  const code = codeOf(status, told?.code);
  const seconds = Number(retryAfter ?? undefined);
  const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
  const hint = told === undefined && (status === 404 || (status >= 300 && status < 400)) ? " No Parlando server answers at this address; check the option `url`." : "";
  return remoteError(code, `${doing}: the server refused it (${status})${told === undefined ? "." : `: ${told.message}`}${hint}`, { retryAfterMs });
}

function codeOf(status: number, told: string | undefined): ErrorCode {
  const own = told?.toUpperCase() ?? "";
  if (told !== undefined && Object.hasOwn(byCode, told)) return byCode[told] ?? "SERVICE";
  // What went wrong behind the server keeps its name; who may use the server is told by the status alone.
  if (Object.hasOwn(errorCodes, own) && status >= 500) return own as ErrorCode;
  return byStatus[status] ?? (status >= 500 ? "SERVICE" : status >= 400 ? "INVALID_INPUT" : "INVALID_CONFIG");
}

/** What a body says, as far as it is one of ours. */
function readProblem(body: string): { readonly code: string; readonly message: string } | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== "string" || typeof error.message !== "string") return undefined;
    return { code: error.code, message: shown(error.message) };
  } catch {
    return undefined;
  }
}
