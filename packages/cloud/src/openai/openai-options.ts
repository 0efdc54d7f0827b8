import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { array, check, finite, function_, instance, integer, maxValue, minLength, minValue, number, optional, picklist, pipe, record, strictObject, string, union, unknown, type GenericSchema } from "valibot";
import { checkOptions } from "../transport/check-options.ts";

/** A voice by its name, or one of the customer's own by its id. */
export type OpenAIVoiceReference = string | { id: string };

/** A format as the interface names it: `pcm` is 16-bit mono without a header, `opus` is Opus in Ogg. */
export type OpenAIFormatName = "pcm" | "wav" | "mp3" | "opus";

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface OpenAIRequestOptions {
  /** Any name that the server knows. Default `gpt-4o-mini-tts`. */
  model?: string | undefined;
  /** The voice where a request names none; in `engineOptions` it goes before the request's own. Default `alloy`. */
  voice?: OpenAIVoiceReference | undefined;
  /** How it is to be said: "calm, a little amused". Left out, with a warning, for OpenAI's `tts-1` and `tts-1-hd`, which do not take it. */
  instructions?: string | undefined;
  /** "audio" (the default): bare bytes. "sse": events, which tell their end and what was used; OpenAI's `tts-1` and `tts-1-hd` have none. */
  streamFormat?: "audio" | "sse" | undefined;
  /** More fields for the body of the request, for servers that know others. Those that the engine sets by itself cannot be set here. */
  body?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of `createOpenAIEngine`. */
export interface OpenAIOptions extends OpenAIRequestOptions {
  /**
   * Default: the variable `OPENAI_API_KEY` (in Node), but not where `baseURL` is given and is not OpenAI's: a key goes only where it was meant
   * to go. Servers other than OpenAI's may need none.
   */
  apiKey?: string | undefined;
  /** Where `/audio/speech` is appended, as `http://localhost:8880/v1`. Default: the variable `OPENAI_BASE_URL` (in Node), else OpenAI's. */
  baseURL?: string | undefined;
  /** The organization that pays. Default: the variable `OPENAI_ORG_ID`, at OpenAI. */
  organization?: string | undefined;
  /** The project that pays. Default: the variable `OPENAI_PROJECT_ID`, at OpenAI. */
  project?: string | undefined;
  /** More headers for every request. Their values are treated as secrets. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The formats that the server has. Default: all four. Many compatible servers have less. */
  formats?: readonly OpenAIFormatName[] | undefined;
  /** Of `pcm`, and of `wav` and `mp3` as far as their headers do not tell, in Hz. Default 24,000. */
  sampleRate?: number | undefined;
  /** The longest text of one request, in UTF-16 units. Default 4,096, the limit of OpenAI. */
  maxCharacters?: number | undefined;
  /** Requests at once that the server takes, for what spreads the work; the engine itself holds nobody back. Default: not limited. */
  concurrency?: number | undefined;
  /**
   * What ends a stream of events. "done" (the default): the event `speech.audio.done`, and a body that ends without it is `TRUNCATED`. "eof":
   * the end of the body too, for servers that never send the event; then an end that comes early cannot always be told from the end.
   */
  sseEnd?: "done" | "eof" | undefined;
  /** Milliseconds to connect. Default 10,000. */
  connectMs?: number | undefined;
  /** Milliseconds to the answer's first byte, and again to the first byte of audio. Default 30,000. */
  firstByteMs?: number | undefined;
  /** Milliseconds between two pieces of audio, while the reader waits. Default 30,000. */
  idleMs?: number | undefined;
  /** Used in place of Node's HTTP, for other runtimes and tests. */
  fetch?: typeof fetch | undefined;
  /** Node only: connects in place of the engine's own agents, through a proxy for example. */
  agent?: HttpAgent | HttpsAgent | undefined;
}

const ownFields = ["input", "model", "voice", "instructions", "response_format", "stream_format", "speed"] as const;
const text = pipe(string(), minLength(1));
const milliseconds = pipe(number(), finite(), minValue(1));
const count = pipe(number(), integer(), minValue(1));

const requestEntries = {
  model: optional(text),
  voice: optional(union([text, strictObject({ id: text })], "a voice's name, or { id } of a voice of your own")),
  instructions: optional(text),
  streamFormat: optional(picklist(["audio", "sse"])),
  body: optional(pipe(record(string(), unknown()), check((fields) => ownFields.every((name) => !Object.hasOwn(fields, name)), `an object without ${ownFields.join(", ")}, which the engine sets by its own options`))),
};
const requestSchema = strictObject(requestEntries);
const engineSchema = strictObject({
  ...requestEntries,
  apiKey: optional(text),
  baseURL: optional(pipe(string(), check(isHttpUrl, "an address that begins with https:// or http://, here or in the variable OPENAI_BASE_URL"))),
  organization: optional(text),
  project: optional(text),
  headers: optional(record(string(), string())),
  formats: optional(pipe(array(picklist(["pcm", "wav", "mp3", "opus"])), minLength(1))),
  sampleRate: optional(pipe(number(), integer(), minValue(4_000), maxValue(384_000))),
  maxCharacters: optional(count),
  concurrency: optional(count),
  sseEnd: optional(picklist(["done", "eof"])),
  connectMs: optional(milliseconds),
  firstByteMs: optional(milliseconds),
  idleMs: optional(milliseconds),
  fetch: optional(function_()),
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
export function checkEngineOptions(value: unknown): OpenAIOptions {
  return checkOptions({ engine: "openai", what: "the options of the openai engine", schema: engineSchema as GenericSchema<unknown, OpenAIOptions>, value });
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkRequestOptions(value: unknown): OpenAIRequestOptions {
  return checkOptions({ engine: "openai", what: "engineOptions for openai", schema: requestSchema, value });
}
