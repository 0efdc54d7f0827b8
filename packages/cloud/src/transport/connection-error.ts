import { TTSError, type ErrorCode } from "@parlando/engine";
import type { CallContext } from "./call-context.ts";
import { isNode } from "./platform.ts";

interface Finding {
  code: ErrorCode;
  says: string;
  retryable?: boolean;
  /** Whether the error beneath may be shown: parser errors carry the bytes of the answer. */
  keepCause?: boolean;
}

const reset: Finding = { code: "CONNECTION", says: "the other side broke the connection off", keepCause: true };
const badHeader: Finding = { code: "INVALID_CONFIG", says: "a header has a character that HTTP does not allow; look for line breaks or invisible characters in the key and the other options" };

/** By the codes that Node gives to errors of names, sockets, TLS and HTTP. */
const findings: Readonly<Record<string, Finding>> = {
  ENOTFOUND: { code: "CONNECTION", says: "the name of the host is not known. Check the address and the network", keepCause: true },
  EAI_AGAIN: { code: "CONNECTION", says: "the name of the host could not be looked up. Check the network", keepCause: true },
  ECONNREFUSED: { code: "CONNECTION", says: "the connection was refused: nothing listens at this address", keepCause: true },
  ECONNRESET: reset,
  EPIPE: reset,
  ERR_SOCKET_CLOSED: reset,
  ETIMEDOUT: { code: "TIMEOUT", says: "the network gave up waiting for the other side", keepCause: true },
  EHOSTUNREACH: { code: "CONNECTION", says: "the host cannot be reached. Check the network", keepCause: true },
  ENETUNREACH: { code: "CONNECTION", says: "the network cannot be reached", keepCause: true },
  ERR_INVALID_CHAR: badHeader,
  ERR_INVALID_HTTP_TOKEN: badHeader,
  ERR_INVALID_PROTOCOL: { code: "INVALID_CONFIG", says: "the protocol of the address does not fit. Expected http: or https:, and an agent of the same kind" },
  HPE_INVALID_EOF_STATE: { code: "TRUNCATED", says: "the answer ended before it was complete" },
};

/**
 * The typed error for what Node, `ws` or `fetch` threw while a connection was made or used.
 *
 * @param address Where to, already without secrets.
 */
export function connectionError(context: CallContext, error: unknown, address: string): TTSError {
  if (TTSError.isInstance(error)) return error;
  const name = codeOf(error);
  const { code, says, retryable, keepCause } = findingOf(name);
  const shown = name === undefined || says.includes(name) ? "" : ` (${name})`;
  return new TTSError(code, `${context.doing} at ${address}: ${says}${shown}.`, { engine: context.engine, retryable, cause: keepCause === true ? error : undefined });
}

function findingOf(name: string | undefined): Finding {
  const known = name === undefined ? undefined : findings[name];
  if (known !== undefined) return known;
  if (name !== undefined && /^HPE_/.test(name)) return { code: "PROTOCOL", says: "what came back is not HTTP", retryable: true };
  if (name !== undefined && /CERT|_TLS_|_SSL_|EPROTO|SIGNATURE|^SELF_SIGNED/.test(name)) {
    return { code: "CONNECTION", retryable: false, says: "no safe connection could be made: the certificate was not accepted, or the other side does not speak TLS", keepCause: true };
  }
  if (isNode()) return { code: "CONNECTION", says: "the connection failed" };
  return { code: "CONNECTION", says: "the connection failed. A browser does not tell why: check the address, the network, and whether the server lets pages of this origin in (CORS)" };
}

/** The code of the error, of what it was caused by, or of the first of several tries. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 3) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  return codeOf(cause, depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined);
}
