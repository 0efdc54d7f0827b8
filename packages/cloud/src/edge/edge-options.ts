import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { check, finite, instance, minLength, minValue, number, optional, picklist, pipe, regex, strictObject, string, type GenericSchema } from "valibot";
import { checkOptions } from "../transport/check-options.ts";

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface EdgeRequestOptions {
  /** Kilobits a second of the MP3. Default 48, which is what the browser asks for. */
  bitrate?: 48 | 96 | undefined;
}

/** Options of `createEdgeEngine`. The service wants no credentials: there is nothing that must be set. */
export interface EdgeOptions extends EdgeRequestOptions {
  /** The voice where a request names none. Default: `en-US-EmmaMultilingualNeural`, or where a request has another language the first voice of the list for it. */
  voice?: string | undefined;
  /** Where the service is. An address without a path gets the service's own path. Default `https://speech.platform.bing.com`. */
  baseURL?: string | undefined;
  /** The version of Edge to give oneself out as. The service refuses old ones after some months. Default `143.0.3650.75`. */
  version?: string | undefined;
  /** The header of that name, where the one made of `version` is not taken any more. It must name Edge. */
  userAgent?: string | undefined;
  /** The token that every copy of Edge sends. It is no secret; it has been changed before. */
  trustedClientToken?: string | undefined;
  /** Milliseconds to connect. Default 10,000. */
  connectMs?: number | undefined;
  /** Milliseconds from a request to its first audio. Default 10,000. */
  firstByteMs?: number | undefined;
  /** Milliseconds between two messages after that, while the reader waits: the service is known to leave connections open without ever ending its answer. Default 10,000. */
  idleMs?: number | undefined;
  /** Connects in place of the engine's own agents, through a proxy for example. */
  agent?: HttpAgent | HttpsAgent | undefined;
}

const text = pipe(string(), minLength(1));
// A header may not hold more than that, and must not be a way to write another one.
const headerText = pipe(string(), regex(/^[\x20-\x7e]{1,400}$/, "a text of printable ASCII"));
const milliseconds = pipe(number(), finite(), minValue(1));

const requestEntries = { bitrate: optional(picklist([48, 96])) };
const requestSchema = strictObject(requestEntries);
const engineSchema = strictObject({
  ...requestEntries,
  voice: optional(text),
  baseURL: optional(pipe(string(), check(isHttpUrl, "an address that begins with https:// or http://"))),
  version: optional(pipe(string(), regex(/^\d{1,6}(?:\.\d{1,6}){3}$/, "a version of four numbers, as 143.0.3650.75"))),
  userAgent: optional(headerText),
  trustedClientToken: optional(pipe(string(), regex(/^[\w-]{1,100}$/, "a token of letters and digits"))),
  connectMs: optional(milliseconds),
  firstByteMs: optional(milliseconds),
  idleMs: optional(milliseconds),
  agent: optional(instance(Object, "an agent of node:http or node:https")),
});

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkEngineOptions(value: unknown): EdgeOptions {
  return checkOptions({ engine: "edge", what: "the options of the edge engine", schema: engineSchema as GenericSchema<unknown, EdgeOptions>, value });
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkRequestOptions(value: unknown): EdgeRequestOptions {
  return checkOptions({ engine: "edge", what: "engineOptions for edge", schema: requestSchema, value });
}
