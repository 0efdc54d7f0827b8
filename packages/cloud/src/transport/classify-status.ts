import type { ErrorCode } from "@parlando/engine";
import type { ErrorRule, ProviderErrors } from "./provider-errors.ts";

type StatusRule = ErrorRule & { readonly retryable?: boolean };

const statuses: Readonly<Record<number, StatusRule>> = {
  400: { code: "INVALID_INPUT", says: "the service does not accept the request" },
  401: { code: "AUTHENTICATION", says: "the service does not accept the credentials" },
  402: { code: "QUOTA_EXCEEDED", says: "the account's allowance is used up" },
  403: { code: "PERMISSION", says: "the credentials may not do this" },
  404: { code: "INVALID_CONFIG", says: "the service knows nothing at this address: check the address, the model and the voice" },
  405: { code: "INVALID_CONFIG", says: "the service takes no such request at this address: check the address" },
  406: { code: "UNSUPPORTED", says: "the service has no answer in the format asked for" },
  407: { code: "INVALID_CONFIG", says: "a proxy asks for credentials" },
  408: { code: "TIMEOUT", says: "the service waited too long for the request" },
  409: { code: "SERVICE", says: "the service is busy with a request that conflicts" },
  410: { code: "INVALID_CONFIG", says: "the service has given this address up: check the address" },
  413: { code: "TEXT_TOO_LONG", says: "the text is longer than the service takes" },
  414: { code: "TEXT_TOO_LONG", says: "the text is longer than the service takes" },
  415: { code: "UNSUPPORTED", says: "the service does not take this kind of request" },
  422: { code: "INVALID_INPUT", says: "the service does not accept the request" },
  425: { code: "SERVICE", says: "the service asks to try again" },
  429: { code: "RATE_LIMITED", says: "too many requests in too short a time" },
  431: { code: "INVALID_INPUT", says: "the request's headers are too large" },
  451: { code: "PERMISSION", says: "the service may not do this for legal reasons" },
  501: { code: "UNSUPPORTED", says: "the service cannot do this" },
  505: { code: "SERVICE", says: "the service does not take HTTP/1.1", retryable: false },
};

/** Codes that many providers share, the ones that copy another's interface above all. */
const common: Readonly<Record<string, ErrorRule>> = {
  insufficient_quota: { code: "QUOTA_EXCEEDED" },
  quota_exceeded: { code: "QUOTA_EXCEEDED" },
  billing_hard_limit_reached: { code: "QUOTA_EXCEEDED" },
  rate_limit_exceeded: { code: "RATE_LIMITED" },
  too_many_concurrent_requests: { code: "CONCURRENCY_LIMIT" },
  concurrency_limit_exceeded: { code: "CONCURRENCY_LIMIT" },
  invalid_api_key: { code: "AUTHENTICATION" },
  voice_not_found: { code: "VOICE_NOT_FOUND" },
};

/**
 * What a status means, before a body is looked at. 5xx is `SERVICE` and worth another try; of 4xx only 408, 409, 425 and 429 are.
 *
 * @param status The status of an answer, or of a refused upgrade.
 */
export function classifyStatus(status: number, errors: ProviderErrors = {}): ErrorRule {
  const own = errors.statuses?.[status];
  if (own !== undefined) return own;
  if (status === 404 && errors.notFound !== undefined) return { code: errors.notFound, says: "the service does not know what was asked for" };
  const known = statuses[status];
  if (known !== undefined) return known;
  if (status >= 500) return { code: "SERVICE", says: "the service failed on its side" };
  if (status >= 400) return { code: "INVALID_INPUT", says: "the service does not accept the request" };
  return { code: "PROTOCOL", says: "an answer of another kind was expected" };
}

/** What one of the provider's codes means, where it means something. */
export function classifyCode(code: string, errors: ProviderErrors = {}): ErrorRule | undefined {
  const find = (table: Readonly<Record<string, ErrorRule>> | undefined): ErrorRule | undefined => (table !== undefined && Object.hasOwn(table, code) ? table[code] : undefined);
  return find(errors.codes) ?? find(common);
}

/** Codes after which the answer's own time to wait is believed. */
export const waitable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["RATE_LIMITED", "CONCURRENCY_LIMIT", "SERVICE", "QUOTA_EXCEEDED", "TIMEOUT"]);
