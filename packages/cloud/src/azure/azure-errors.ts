import { TTSError } from "@parlando/engine";
import { closeError } from "../transport/close-error.ts";
import { connectionError } from "../transport/connection-error.ts";
import { errorFromAnswer } from "../transport/error-from-response.ts";
import type { ErrorContext, ErrorRule, ProviderErrors } from "../transport/provider-errors.ts";

/** What the reasons of close 1007 mean: words seen in issues of the vendor's SDKs (#471, #1075). */
const refusals: readonly (readonly [RegExp, ErrorRule])[] = [
  [/unsupported voice|voice .*(?:not found|does not exist)/i, { code: "VOICE_NOT_FOUND", says: "the service has no such voice; choose one that voices() lists" }],
  [/throttled|too many requests/i, { code: "RATE_LIMITED", says: "too many requests in too short a time" }],
  [/message size|exceed.*\d+ bytes/i, { code: "TEXT_TOO_LONG", says: "the message is larger than the 65,536 bytes that the service takes" }],
  [/output format/i, { code: "UNSUPPORTED", says: "the service does not have the audio format" }],
  [/text streaming/i, { code: "UNSUPPORTED", says: "the service takes no text in pieces here" }],
  [/quota/i, { code: "QUOTA_EXCEEDED", says: "the account's allowance is used up" }],
];

/** What Azure's errors mean. The reasons of closes come from issues of the vendor's SDKs, not from a run against the service. */
export const azureErrors: ProviderErrors = {
  closeCodes: {
    1007: (reason) => refusals.find(([pattern]) => pattern.test(reason))?.[1] ?? { code: "INVALID_INPUT", says: "the service does not accept the request: SSML, or an option, is wrong" },
    1013: { code: "SERVICE", says: "the service has no capacity left; try again later" },
    4429: (reason) => (/quota/i.test(reason) ? { code: "QUOTA_EXCEEDED", says: "the account's allowance is used up" } : { code: "CONCURRENCY_LIMIT", says: "too many requests at once for this account" }),
  },
};

/**
 * The typed error for what the vendor's SDK says of a failure. It knows one code for all failures to connect, so the words are read: the
 * status of a refused upgrade, the close code at the end, or Node's code of a socket's error. Nothing of the words is shown.
 *
 * @param address Where to, already without secrets.
 * @param requestId The SDK's id of the turn, where it has begun.
 */
export function errorFromDetails(context: ErrorContext, address: string, details: string, requestId?: string): TTSError {
  const error = readDetails(context, address, details);
  if (requestId === undefined) return error;
  const { code, message, retryable, retryAfterMs, engine } = error;
  return new TTSError(code, message, { engine, requestId, retryable, retryAfterMs });
}

function readDetails(context: ErrorContext, address: string, details: string): TTSError {
  const status = /Unexpected server response: (\d{3})/.exec(details)?.[1];
  if (status !== undefined) {
    return errorFromAnswer({ status: Number(status) }, { ...context, doing: `${context.doing} at ${address}` }, { code: "PROTOCOL", says: "the service answered with something that is no WebSocket" });
  }
  const closed = /^([\s\S]*?) ?websocket error code: (\d{3,4})\s*$/.exec(details);
  if (closed !== null) return closeError(context, address, Number(closed[2]), closed[1] ?? "");
  const code = /\b(E[A-Z]{4,}(?:_[A-Z]+)*|[A-Z_]*CERT[A-Z_]*|[A-Z_]*SELF_SIGNED[A-Z_]*)\b/.exec(details)?.[1];
  return connectionError(context, { code }, address);
}
