import { TTSError, type ErrorCode } from "@parlando/engine";
import { classifyCode, classifyStatus, waitable } from "./classify-status.ts";
import { cleanCode, cleanMessage } from "./clean-message.ts";
import type { HttpBody, HttpResponse, ResponseHeaders } from "./http-types.ts";
import type { ErrorContext, ErrorRule } from "./provider-errors.ts";
import { readRetryAfter } from "./retry-after.ts";

/** Bytes of an error's body that are looked at. */
const BODY_BYTES = 8 * 1024;
/** How long the body of an error is waited for, in milliseconds: its status says the most. */
const BODY_MS = 2_000;

/**
 * The typed error for an answer with an error status. Reads at most 8 KiB of the body, for at most two seconds, and ends the request.
 * The message has the status, the provider's code and our words; the provider's own words only where the table allows it, cleaned.
 *
 * @example
 * ```ts
 * const response = await http.open(request);
 * if (response.status !== 200) throw await errorFromResponse(response, { engine: "acme", doing, errors: acmeErrors, sent: [text, apiKey] });
 * ```
 */
export async function errorFromResponse(response: HttpResponse, context: ErrorContext): Promise<TTSError> {
  const { text } = await readStart(response.body, BODY_BYTES);
  return errorFromAnswer({ status: response.status, headers: response.headers, text }, context);
}

/** An answer whose body has been read as far as it is looked at. */
export interface ErrorAnswer {
  /** Undefined where there is none: an error in the body of a 200, or a message of a socket. */
  status?: number | undefined;
  headers?: ResponseHeaders | undefined;
  /** The body: JSON or anything else. */
  text?: string | undefined;
  /** The body where it is read already. */
  json?: unknown;
}

/**
 * The typed error for what a provider says of an error, wherever it said it: a status, a body, a message of a socket.
 *
 * @param fallback What it is when neither status nor code is known. Default `PROTOCOL`.
 */
export function errorFromAnswer(answer: ErrorAnswer, context: ErrorContext, fallback: ErrorRule = { code: "PROTOCOL" }): TTSError {
  const { engine, doing, errors = {}, sent = [] } = context;
  const { status, headers = {} } = answer;
  const body = answer.json ?? parseJson(answer.text);
  const codes = (errors.codesIn ?? usualCodes)(body);
  const found = codes.map((code) => ({ code, rule: classifyCode(code, errors) })).find(({ rule }) => rule !== undefined);
  const usual = status === undefined || status < 300 ? fallback : classifyStatus(status, errors);
  const rule = found?.rule ?? usual;
  const shownCode = cleanCode(found?.code ?? codes[0] ?? "", sent);
  const theirs = errors.showMessage === true ? cleanMessage(usualMessage(body), sent) : "";
  const parts = [
    [status === undefined || status < 300 ? undefined : String(status), shownCode].filter((part) => part !== undefined).join(", "),
    rule.says ?? says(rule.code, usual),
    theirs === "" ? undefined : `It says: ${theirs}`,
  ];
  const message = parts.filter((part) => part !== undefined && part !== "").join(": ");
  return new TTSError(rule.code, sentence(`${doing}: ${message === "" ? "the service answered with an error" : message}`), {
    engine,
    retryable: shouldRetry(headers) ?? rule.retryable ?? usualRetry(rule, usual),
    retryAfterMs: waitable.has(rule.code) ? readRetryAfter(headers) : undefined,
    requestId: readRequestId(headers),
  });
}

function usualRetry(rule: ErrorRule, usual: ErrorRule): boolean | undefined {
  return rule.code === usual.code ? usual.retryable : undefined;
}

function says(code: ErrorCode, usual: ErrorRule): string | undefined {
  return code === usual.code ? usual.says : ourWords[code];
}

const ourWords: Partial<Record<ErrorCode, string>> = {
  AUTHENTICATION: "the service does not accept the credentials",
  PERMISSION: "the credentials may not do this",
  QUOTA_EXCEEDED: "the account's allowance is used up",
  RATE_LIMITED: "too many requests in too short a time",
  CONCURRENCY_LIMIT: "too many requests at once for this account",
  VOICE_NOT_FOUND: "the service has no such voice",
  TEXT_TOO_LONG: "the text is longer than the service takes",
  INVALID_INPUT: "the service does not accept the request",
  SERVICE: "the service failed on its side",
};

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function shouldRetry(headers: ResponseHeaders): boolean | undefined {
  const told = headers["x-should-retry"];
  return told === "true" ? true : told === "false" ? false : undefined;
}

const idHeaders = ["x-request-id", "request-id", "x-amzn-requestid", "x-requestid", "apim-request-id", "x-ms-request-id", "x-trace-id", "cf-ray"];

/** The provider's own id of a request, by which its support finds it; undefined where it has none that can be shown. */
export function readRequestId(headers: ResponseHeaders): string | undefined {
  const found = idHeaders.map((name) => headers[name]).find((value) => value !== undefined && value !== "");
  return found !== undefined && /^[\w.:/+=-]{1,128}$/.test(found) ? found : undefined;
}

/**
 * The beginning of a body as text, for an error. Ends the request, unless the body has ended.
 *
 * @param limitBytes What comes behind is not read.
 */
export async function readStart(body: HttpBody, limitBytes: number, before: readonly Uint8Array[] = []): Promise<{ text: string }> {
  const parts: Uint8Array[] = [...before];
  let length = before.reduce((sum, part) => sum + part.length, 0);
  const timer = setTimeout(() => body.cancel(), BODY_MS);
  try {
    for await (const bytes of body) {
      parts.push(bytes);
      length += bytes.length;
      if (length >= limitBytes) break;
    }
  } catch {
    // The status has been seen; a body that cannot be read adds nothing.
  } finally {
    clearTimeout(timer);
  }
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  return { text: text.slice(0, limitBytes) };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (values: readonly unknown[]): string[] => values.filter((value): value is string => typeof value === "string" && value !== "").map((value) => value.slice(0, 1000));

/** The records that describe the error, from the inside out: `{ error: {...} }`, `{ detail: [{...}] }`, or the body itself. */
function errorRecords(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!isRecord(body)) return Array.isArray(body) ? body.slice(0, 3).filter(isRecord) : [];
  const inner = [body["error"], body["detail"], body["errors"], body["Error"]].flatMap((value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 3) : [value]));
  return [...inner.filter(isRecord), body];
}

/** The codes of an error's body in the places where most providers put them. */
export function usualCodes(body: unknown): readonly string[] {
  const codes = errorRecords(body).flatMap((record) => [record["code"], record["status"], record["type"], record["__type"], record["Code"], record["error"]]);
  return texts(codes);
}

function usualMessage(body: unknown): string {
  const messages = errorRecords(body).flatMap((record) => [record["message"], record["msg"], record["Message"], record["detail"], record["error"]]);
  return texts(messages)[0] ?? "";
}
