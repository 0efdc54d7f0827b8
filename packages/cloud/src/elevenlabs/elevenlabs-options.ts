import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { array, boolean, check, custom, integer, maxLength, maxValue, minLength, minValue, number, optional, picklist, pipe, record, regex, strictObject, string, union, unknown } from "valibot";
import { checkOptions } from "../transport/check-options.ts";
import { isNode } from "../transport/platform.ts";
import { isFormatName } from "./elevenlabs-formats.ts";

/** How a voice speaks; what is left out is as the voice was set up in its account. */
export interface ElevenLabsVoiceSettings {
  /** 0 to 1: lower is livelier, higher more even. */
  stability?: number | undefined;
  /** 0 to 1: how close to the original voice. */
  similarityBoost?: number | undefined;
  /** 0 to 1: how much of the voice's style is exaggerated; costs latency. */
  style?: number | undefined;
  /** More like the original speaker; costs latency. */
  useSpeakerBoost?: boolean | undefined;
  /** 0.7 to 1.2; 1 is normal. */
  speed?: number | undefined;
}

/** The plan of the account, which tells what formats it may ask for and how much may run at once. */
export type ElevenLabsTier = "free" | "starter" | "creator" | "pro" | "scale" | "business" | "enterprise";

/**
 * How text goes out. "multi": words as they come, over one `multi-stream-input` connection for all segments and turns. "socket": words as they come, over one
 * `stream-input` connection for each segment. "http": whole segments, one request each. Whole requests, and SSML, go over HTTP in all three.
 */
export type ElevenLabsTransport = "multi" | "socket" | "http";

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface ElevenLabsRequestOptions {
  /** Default `eleven_flash_v2_5`, the fastest. */
  model?: string | undefined;
  /** How the voice speaks. */
  voiceSettings?: ElevenLabsVoiceSettings | undefined;
  /** ISO 639-1, in place of the request's language; given to any model, also one that refuses it. */
  languageCode?: string | undefined;
  /** 0 to 4294967295: the service tries to give the same audio for the same seed, and promises nothing. */
  seed?: number | undefined;
  /** False: the service keeps nothing of the request (enterprise accounts only). */
  enableLogging?: boolean | undefined;
  /** Whether the service spells out numbers and dates. Its default is "auto". */
  applyTextNormalization?: "auto" | "on" | "off" | undefined;
  /** At most three dictionaries of the account, applied in this order. */
  pronunciationDictionaries?: readonly { id: string; versionId?: string | undefined }[] | undefined;
  /** 0 to 4; deprecated by the provider. Over HTTP only. */
  optimizeStreamingLatency?: number | undefined;
  /** Characters that wait before audio is made, for the first piece of a segment, the second and so on; each 50 to 500. Sockets only. Default 50, 120, 160, 250. */
  chunkLengthSchedule?: readonly number[] | undefined;
  /** Fields of the provider that have no option here: laid over the body of a request and over the first message of each segment on a socket, by their own names. */
  fields?: Readonly<Record<string, unknown>> | undefined;
  /** Parameters of the provider that have no option here: laid over the query of the address. */
  query?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Options of `createElevenLabsEngine`. */
export interface ElevenLabsOptions extends ElevenLabsRequestOptions {
  /** Default: the environment variable `ELEVENLABS_API_KEY`, in Node. */
  apiKey?: string | undefined;
  /** Default `https://api.elevenlabs.io`; `https://api.us.elevenlabs.io`, `https://api.eu.residency.elevenlabs.io` and others keep to a region. Sockets go to the same host. */
  baseURL?: string | undefined;
  /** The id of the voice where a request names none. Default "JBFqnCBsd6RMkjVDRZzb" (George, one of the provider's own). */
  voice?: string | undefined;
  /** Default "multi", or "http" with a model that takes no sockets. */
  transport?: ElevenLabsTransport | undefined;
  /** Always asks for this one, by the provider's name: `mp3_44100_128`, `opus_48000_64`. Default: raw PCM, 24 kHz first, by what a request wants. */
  outputFormat?: string | undefined;
  /** The plan of the account. Default: only what every plan has is asked for. */
  tier?: ElevenLabsTier | undefined;
  /** Requests that may run at once for the account. Default: unknown, so not limited from here. */
  concurrency?: number | undefined;
  /** False: no marks, so that HTTP audio comes as raw bytes, a quarter less than with timestamps. Default true. */
  marks?: boolean | undefined;
  /** What times of an alignment count from, where the times themselves do not show it: the message's own audio, or the beginning. Default "chunk" on sockets, "absolute" over HTTP. */
  alignmentTime?: "chunk" | "absolute" | undefined;
  /** Milliseconds without text after which a socket is told that more will come. Default 10,000. */
  keepAliveMs?: number | undefined;
  /** Milliseconds to connect. Default 10,000. */
  connectMs?: number | undefined;
  /** Milliseconds to the first of an answer. Default 30,000. */
  firstByteMs?: number | undefined;
  /** Milliseconds between two parts of an answer while one is waited for. Default 20,000. */
  idleMs?: number | undefined;
  /** Node only: connects in place of the engine's own agent, through a proxy for example. */
  agent?: HttpAgent | HttpsAgent | undefined;
  /** Used instead of Node's HTTP. */
  fetch?: typeof fetch | undefined;
  /** Used instead of `ws`; then the key goes into the first message. */
  WebSocket?: typeof WebSocket | undefined;
}

const text = pipe(string(), minLength(1));
const unit = pipe(number(), minValue(0), maxValue(1));
const milliseconds = pipe(number(), minValue(1));
const isFunction = (value: unknown): boolean => typeof value === "function";

const requestEntries = {
  model: optional(text),
  voiceSettings: optional(strictObject({
    stability: optional(unit),
    similarityBoost: optional(unit),
    style: optional(unit),
    useSpeakerBoost: optional(boolean()),
    speed: optional(pipe(number(), minValue(0.7), maxValue(1.2))),
  })),
  languageCode: optional(pipe(string(), regex(/^[a-z]{2,3}$/, "an ISO 639 code such as \"en\""))),
  seed: optional(pipe(number(), integer(), minValue(0), maxValue(4_294_967_295))),
  enableLogging: optional(boolean()),
  applyTextNormalization: optional(picklist(["auto", "on", "off"])),
  pronunciationDictionaries: optional(pipe(array(strictObject({ id: text, versionId: optional(text) })), maxLength(3))),
  optimizeStreamingLatency: optional(pipe(number(), integer(), minValue(0), maxValue(4))),
  chunkLengthSchedule: optional(pipe(array(pipe(number(), minValue(50), maxValue(500))), minLength(1))),
  fields: optional(pipe(record(string(), unknown()), check((fields) => !Object.hasOwn(fields, "text"), "an object without `text`"))),
  query: optional(record(string(), union([string(), number(), boolean()]))),
};

const requestSchema = strictObject(requestEntries);

const engineSchema = strictObject({
  ...requestEntries,
  apiKey: optional(text),
  baseURL: optional(pipe(string(), check(isWebAddress, "an address that begins with https:// or http://"))),
  voice: optional(text),
  transport: optional(picklist(["multi", "socket", "http"])),
  outputFormat: optional(pipe(string(), check(isFormatName, "the provider's name of a format, such as \"pcm_24000\" or \"mp3_44100_128\""))),
  tier: optional(picklist(["free", "starter", "creator", "pro", "scale", "business", "enterprise"])),
  concurrency: optional(pipe(number(), integer(), minValue(1))),
  marks: optional(boolean()),
  alignmentTime: optional(picklist(["chunk", "absolute"])),
  keepAliveMs: optional(milliseconds),
  connectMs: optional(milliseconds),
  firstByteMs: optional(milliseconds),
  idleMs: optional(milliseconds),
  agent: optional(custom<HttpAgent | HttpsAgent>((value) => typeof value === "object" && value !== null, "an agent of node:http or node:https")),
  fetch: optional(custom<typeof fetch>(isFunction, "a function")),
  WebSocket: optional(custom<typeof WebSocket>(isFunction, "a class")),
});

/** Options of the engine once checked. */
export type CheckedOptions = ElevenLabsOptions;
/** Options of one request once checked, over those of the engine. */
export type CheckedRequestOptions = ElevenLabsRequestOptions;

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed.
 */
export function checkEngineOptions(value: unknown): CheckedOptions {
  return checkOptions({ engine: "elevenlabs", what: "the options of the elevenlabs engine", schema: engineSchema, value });
}

/**
 * Checks the `engineOptions` of a request and lays them over those of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed.
 */
export function checkRequestOptions(value: unknown, defaults: CheckedOptions): CheckedRequestOptions {
  if (value === undefined) return defaults;
  const checked = checkOptions({ engine: "elevenlabs", what: "engineOptions for elevenlabs", schema: requestSchema, value });
  const own = Object.fromEntries(Object.entries(checked).filter(([, given]) => given !== undefined));
  return { ...defaults, ...own };
}

/** The key that was given, or the environment's; which is not sent to an address that is not the provider's. */
export function findApiKey({ apiKey, baseURL }: Pick<ElevenLabsOptions, "apiKey" | "baseURL">): string | undefined {
  if (apiKey !== undefined) return apiKey;
  const found = isNode() && (baseURL === undefined || /(^|\.)elevenlabs\.io$/.test(new URL(baseURL).hostname)) ? process.env["ELEVENLABS_API_KEY"] : undefined;
  return found === undefined || found === "" ? undefined : found;
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
