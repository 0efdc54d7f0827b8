import { boolean, check, finite, function_, integer, maxValue, minLength, minValue, number, optional, picklist, pipe, regex, strictObject, string, union, type GenericSchema } from "valibot";
import { checkOptions } from "../transport/check-options.ts";

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface AzureRequestOptions {
  /** A speaking style of the voice, as `cheerful`: its list is in `Voice.styles`. What a voice has not is passed over by the service. */
  style?: string | undefined;
  /** How strong the style is: 0.01 to 2. Default 1. SSML turns only. */
  styleDegree?: number | undefined;
  /** Whom the voice plays, as `OlderAdultFemale`; few voices can. SSML turns only. */
  role?: string | undefined;
  /** How it is to be heard: in a car, or over the telephone. SSML turns only. */
  effect?: "eq_car" | "eq_telecomhp8k" | undefined;
  /** Address of a lexicon with pronunciations. */
  lexicon?: string | undefined;
  /** How freely a high-definition voice speaks: 0 to 1. Sessions (`textStreaming`) only. */
  temperature?: number | undefined;
}

/** Options of `createAzureEngine`. */
export interface AzureOptions extends AzureRequestOptions {
  /**
   * The key of the Speech resource. Default: the variable `AZURE_SPEECH_KEY`, then `SPEECH_KEY` (in Node), but not where `endpoint` names a
   * host that is not Microsoft's: a key goes only where it was meant to go.
   */
  key?: string | undefined;
  /** In place of a key: a token, or what gives one. It is asked before every new connection, so it may be short-lived. For Entra: `aad#RESOURCE-ID#TOKEN`. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** As `westeurope`; `china...` and `usgov...` lead to the sovereign clouds. Default: the variable `AZURE_SPEECH_REGION`, then `SPEECH_REGION`. */
  region?: string | undefined;
  /** In place of a region: the address of the resource, a private endpoint, or a container. Only its host counts. Default: `AZURE_SPEECH_ENDPOINT`. */
  endpoint?: string | undefined;
  /** The deployment of a custom voice. */
  deploymentId?: string | undefined;
  /** The voice where a request names none. Default `en-US-AvaMultilingualNeural`. */
  voice?: string | undefined;
  /**
   * Takes text as it comes, over version 2 of the service's socket. Default false: the service tells no end of a flush within a turn, so each flush
   * is a turn of its own, and what real voices do with text in pieces is not verified. No SSML, no bookmarks; voices of OpenAI cannot.
   */
  textStreaming?: boolean | undefined;
  /** Requests at once that the account takes, for what spreads the work; the engine itself holds nobody back. Default: not limited. */
  concurrency?: number | undefined;
  /** Idle connections that are kept for each format. Default 2. */
  maxIdle?: number | undefined;
  /** How long an idle connection is kept, in milliseconds. In Node it keeps the process alive for so long, unless the engine is closed. Default 30,000. */
  keepMs?: number | undefined;
  /** Milliseconds to connect: name, TCP, TLS and upgrade. Default 10,000. */
  connectMs?: number | undefined;
  /** Milliseconds from the request to its first audio. Default 10,000. */
  firstAudioMs?: number | undefined;
  /** Milliseconds between two messages of a turn, also to its end. Default 3,000: what the vendor's native SDK allows. */
  stallMs?: number | undefined;
  /** Longest time to receive audio, by its length; audio that stays slower for `stallMs` is given up. Default 2: what the vendor's native SDK allows. */
  maxRealTimeFactor?: number | undefined;
  /** Imports the vendor's SDK in another way, for bundlers and tests. Default: `import("microsoft-cognitiveservices-speech-sdk")`. */
  loadSdk?: (() => Promise<unknown>) | undefined;
}

const text = pipe(string(), minLength(1));
const milliseconds = pipe(number(), finite(), minValue(1));
const count = pipe(number(), integer(), minValue(1));

const requestEntries = {
  style: optional(text),
  styleDegree: optional(pipe(number(), minValue(0.01), maxValue(2))),
  role: optional(text),
  effect: optional(picklist(["eq_car", "eq_telecomhp8k"])),
  lexicon: optional(text),
  temperature: optional(pipe(number(), minValue(0), maxValue(1))),
};
const requestSchema = strictObject(requestEntries);
const engineSchema = strictObject({
  ...requestEntries,
  key: optional(text),
  token: optional(union([text, function_()], "a token, or a function that gives one")),
  region: optional(pipe(string(), regex(/^[A-Za-z][A-Za-z0-9-]*$/, "a region's name, as westeurope"))),
  endpoint: optional(pipe(string(), check(isAddress, "an address that begins with https://, wss://, http:// or ws://"))),
  deploymentId: optional(text),
  voice: optional(text),
  textStreaming: optional(boolean()),
  concurrency: optional(count),
  maxIdle: optional(pipe(number(), integer(), minValue(0))),
  keepMs: optional(milliseconds),
  connectMs: optional(milliseconds),
  firstAudioMs: optional(milliseconds),
  stallMs: optional(milliseconds),
  maxRealTimeFactor: optional(pipe(number(), minValue(0.01))),
  loadSdk: optional(function_()),
});

function isAddress(value: string): boolean {
  return URL.canParse(value) && /^(?:https?|wss?):$/.test(new URL(value).protocol);
}

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkEngineOptions(value: unknown): AzureOptions {
  return checkOptions({ engine: "azure", what: "the options of the azure engine", schema: engineSchema as GenericSchema<unknown, AzureOptions>, value });
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkRequestOptions(value: unknown): AzureRequestOptions {
  return checkOptions({ engine: "azure", what: "engineOptions for azure", schema: requestSchema, value });
}
