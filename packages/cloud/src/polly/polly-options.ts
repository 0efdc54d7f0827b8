import { array, check, finite, integer, maxLength, maxValue, minLength, minValue, number, optional, picklist, pipe, record, strictObject, string, transform, unknown, type GenericSchema } from "valibot";
import { checkOptions } from "../transport/check-options.ts";

/** The four ways in which Polly makes speech. A voice has some of them, at different prices. */
export type PollyEngineName = "standard" | "neural" | "long-form" | "generative";

/** A format as Polly names it: `pcm` is 16-bit mono without a header, `ogg_opus` is Opus in Ogg. */
export type PollyFormatName = "pcm" | "mulaw" | "alaw" | "mp3" | "ogg_opus";

/** A key of AWS. Default: AWS's own chain (environment, shared files, single sign-on, roles of containers and machines). */
export interface PollyCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary keys. */
  sessionToken?: string | undefined;
}

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface PollyRequestOptions {
  /**
   * Which of a voice's engines speaks. Default: the first that the voice has of neural, generative, standard and long-form; for that the list
   * of voices is asked for once, before the first request or by `warmUp()`. Named here, no list is needed.
   */
  engine?: PollyEngineName | undefined;
  /** Names of lexicons of the account, at most five. */
  lexicons?: readonly string[] | undefined;
}

/** Options of `createPollyEngine`. */
export interface PollyOptions extends PollyRequestOptions {
  /** Default: AWS's own chain (`AWS_REGION`, the profile). */
  region?: string | undefined;
  /** A key, or a function that gives one. Default: AWS's own chain. */
  credentials?: PollyCredentials | (() => Promise<PollyCredentials>) | undefined;
  /** A profile of the shared files `~/.aws/config` and `~/.aws/credentials`. Default: `AWS_PROFILE`. */
  profile?: string | undefined;
  /** Another address than the region's own, as of a private endpoint. Default: `AWS_ENDPOINT_URL_POLLY`, `AWS_ENDPOINT_URL`. */
  endpoint?: string | undefined;
  /** The voice where a request names none. Default: one that speaks the request's language, or `Joanna`. */
  voice?: string | undefined;
  /** What may be asked for, by preference. Default: all, PCM first. */
  formats?: readonly PollyFormatName[] | undefined;
  /** Requests at once that the account may make, for what spreads the work. Default: 26 for generative voices, else not limited. */
  concurrency?: number | undefined;
  /** Milliseconds to the first byte of audio, with the connection and AWS's look for credentials. Default 20,000. */
  firstByteMs?: number | undefined;
  /** Milliseconds between two pieces of audio, while the reader waits. Default 30,000. */
  idleMs?: number | undefined;
  /** A session that is not written to sends a sign of life so often, in milliseconds; Polly ends a stream after 5,000. Default 2,000. */
  keepAliveMs?: number | undefined;
  /**
   * More of the configuration of AWS's `PollyClient`, as it names it: a `requestHandler` for a proxy, for example. Its `maxAttempts` and `logger`
   * are the engine's.
   */
  clientConfig?: Readonly<Record<string, unknown>> | undefined;
}

const text = pipe(string(), minLength(1));
const milliseconds = pipe(number(), finite(), minValue(1));
const requestEntries = {
  engine: optional(picklist(["standard", "neural", "long-form", "generative"])),
  lexicons: optional(pipe(array(text), maxLength(5))),
};
const requestSchema = strictObject(requestEntries);
const engineSchema = strictObject({
  ...requestEntries,
  region: optional(pipe(string(), check((value) => /^[a-z0-9-]{1,63}$/.test(value), "the name of a region, as us-east-1"))),
  credentials: optional(pipe(unknown(), check(isCredentials, "an object with accessKeyId and secretAccessKey, or a function that gives one"), transform(copyCredentials))),
  profile: optional(text),
  endpoint: optional(pipe(string(), check(isHttpUrl, "an address that begins with https:// or http://"))),
  voice: optional(text),
  formats: optional(pipe(array(picklist(["pcm", "mulaw", "alaw", "mp3", "ogg_opus"])), minLength(1))),
  concurrency: optional(pipe(number(), integer(), minValue(1))),
  firstByteMs: optional(milliseconds),
  idleMs: optional(milliseconds),
  keepAliveMs: optional(pipe(number(), finite(), minValue(1), maxValue(4_500))),
  clientConfig: optional(record(string(), unknown())),
});

function isCredentials(value: unknown): value is NonNullable<PollyOptions["credentials"]> {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  const { accessKeyId, secretAccessKey, sessionToken } = value as Readonly<Record<string, unknown>>;
  const isText = (field: unknown): boolean => typeof field === "string" && field !== "";
  return isText(accessKeyId) && isText(secretAccessKey) && (sessionToken === undefined || isText(sessionToken));
}

/** AWS's client writes into the object that it is given. */
function copyCredentials(value: unknown): unknown {
  return typeof value === "object" ? { ...value } : value;
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkEngineOptions(value: unknown): PollyOptions {
  return checkOptions({ engine: "polly", what: "the options of the polly engine", schema: engineSchema as GenericSchema<unknown, PollyOptions>, value });
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkRequestOptions(value: unknown): PollyRequestOptions {
  return checkOptions({ engine: "polly", what: "engineOptions for polly", schema: requestSchema, value });
}
