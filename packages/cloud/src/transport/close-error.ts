import { TTSError } from "@parlando/engine";
import { cleanMessage } from "./clean-message.ts";
import type { ErrorContext, ErrorRule } from "./provider-errors.ts";

/** The meanings of close codes by RFC 6455, section 7.4.1, and the registry that it founded. */
const meanings: Readonly<Record<number, ErrorRule>> = {
  1000: { code: "TRUNCATED", says: "the service ended the connection before the end of its answer" },
  1001: { code: "TRUNCATED", says: "the service went away before the end of its answer" },
  1002: { code: "PROTOCOL", says: "the service found an error in what was sent" },
  1003: { code: "PROTOCOL", says: "the service does not take this kind of message" },
  1005: { code: "TRUNCATED", says: "the service ended the connection before the end of its answer" },
  1006: { code: "CONNECTION", says: "the connection broke" },
  1007: { code: "INVALID_INPUT", says: "the service does not accept what was sent" },
  1008: { code: "PERMISSION", says: "the service ended the connection because of its rules" },
  1009: { code: "TEXT_TOO_LONG", says: "a message was longer than the service takes" },
  1011: { code: "SERVICE", says: "the service failed on its side" },
  1012: { code: "SERVICE", says: "the service restarts" },
  1013: { code: "SERVICE", says: "the service is overloaded and asks to try again later" },
  1014: { code: "SERVICE", says: "a gateway got no answer from the service" },
  1015: { code: "CONNECTION", says: "no safe connection could be made" },
  3000: { code: "AUTHENTICATION", says: "the service does not accept the credentials" },
  3003: { code: "PERMISSION", says: "the credentials may not do this" },
  3008: { code: "TIMEOUT", says: "the service waited too long" },
};

/**
 * The typed error for a connection that was closed before the protocol's end.
 *
 * @param address Where to, already without secrets.
 */
export function closeError(context: ErrorContext, address: string, code: number, reason: string): TTSError {
  const { engine, doing, errors, sent = [] } = context;
  const own = errors?.closeCodes?.[code];
  const rule = (typeof own === "function" ? own(reason) : own) ?? meanings[code] ?? { code: "PROTOCOL" };
  const says = rule.says ?? "the service closed the connection";
  const theirs = errors?.showMessage === true && reason !== "" ? ` It says: ${cleanMessage(reason, sent)}` : "";
  return new TTSError(rule.code, `${doing} at ${address}: ${says} (close code ${code}).${theirs}`, { engine, retryable: rule.retryable });
}
