import { check, custom, integer, maxLength, maxValue, minLength, minValue, number, optional, pipe, record, safeParse, strictObject, string, union, unknown, type BaseIssue, type GenericSchema, type InferOutput } from "valibot";
import { remoteError } from "./remote-errors.ts";
import type { RemoteOptions, RemoteRequestOptions } from "./remote-options.ts";

const name = pipe(string(), minLength(1), maxLength(256));
const milliseconds = pipe(number(), minValue(1), maxValue(2_147_483_647));
const isFunction = (value: unknown): boolean => typeof value === "function";

const engineSchema = strictObject({
  url: optional(pipe(string(), check(isWebAddress, "an address that begins with http:// or https://, without user, password, query and fragment"))),
  apiKey: optional(pipe(string(), minLength(1))),
  ticket: optional(union([pipe(string(), minLength(1)), custom<() => Promise<string>>(isFunction)], "a ticket of the server, or a function that gets one")),
  model: optional(name),
  windowMs: optional(pipe(number(), minValue(100), maxValue(30_000))),
  concurrency: optional(pipe(number(), integer(), minValue(1))),
  connectMs: optional(milliseconds),
  keepMs: optional(milliseconds),
  WebSocket: optional(custom<typeof WebSocket>(isFunction, "a class")),
  fetch: optional(custom<typeof fetch>(isFunction, "a function")),
});

const requestSchema = strictObject({
  model: optional(name),
  options: optional(record(string(), unknown())),
});

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed; never a value, which may be a secret.
 */
export function checkEngineOptions(value: unknown): RemoteOptions {
  return checked(engineSchema, value, `the options of the remote engine`);
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed.
 */
export function checkRequestOptions(value: unknown): RemoteRequestOptions {
  return value === undefined ? {} : checked(requestSchema, value, "engineOptions for remote");
}

function checked<const Schema extends GenericSchema & { readonly entries: object }>(schema: Schema, value: unknown, what: string): InferOutput<Schema> {
  const result = safeParse(schema, value ?? {}, { abortEarly: true });
  if (result.success) return result.output;
  throw remoteError("INVALID_CONFIG", `Reading ${what}: ${describe(result.issues[0], Object.keys(schema.entries))}`);
}

function describe(issue: BaseIssue<unknown>, known: readonly string[]): string {
  const field = issue.path?.map(({ key }) => showName(key)).join(".") ?? "";
  if (issue.expected === "never") return `there is no option \`${field}\`. Known options: ${known.join(", ")}.`;
  const found = issue.received === "undefined" ? "missing" : describeKind(issue.input);
  return `${field === "" ? "it" : `\`${field}\``} is ${found}, expected ${issue.expected ?? issue.message}.`;
}

/** Names come from the config, so they are no secrets; but what is long or odd may be a value in the wrong place. */
function showName(key: unknown): string {
  return typeof key === "string" && /^[\w-]{1,40}$/.test(key) ? key : "(an odd name)";
}

function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  const kind = typeof value;
  return `${kind === "object" ? "an" : "a"} ${kind}${kind === "number" || kind === "string" ? " that is not allowed there" : ""}`;
}

/** Whether a text is an address that may be shown. */
export function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}
