import type { AudioFormat } from "@parlando/engine";
import { isNode } from "../transport/platform.ts";
import { createSecret, type Secret } from "../transport/secret.ts";
import { checkEngineOptions, type OpenAIFormatName, type OpenAIOptions, type OpenAIRequestOptions } from "./openai-options.ts";

/** What an engine works with: options and environment, checked and joined. Prints no secret. */
export interface OpenAISettings {
  /** Ends without a slash. */
  readonly base: URL;
  /** Whether it is OpenAI itself, of which more is known than of a compatible server. */
  readonly isOpenAI: boolean;
  readonly apiKey: Secret | undefined;
  /** Everything that must not be shown in errors. */
  secrets(): readonly string[];
  /** The headers of every request; they hold the key. */
  headers(): Readonly<Record<string, string>>;
  readonly formats: readonly OpenAIFormat[];
  readonly defaults: OpenAIRequestOptions;
  readonly maxCharacters: number;
  readonly sseEnd: "done" | "eof";
}

/** A format and its name on the wire. */
export interface OpenAIFormat {
  readonly name: OpenAIFormatName;
  readonly format: AudioFormat;
}

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_CHARACTERS = 4_096;
const DEFAULT_RATE = 24_000;

/** Joins options with the environment (in Node), and tells what HTTP needs apart. */
export function readSettings(given: unknown): { options: OpenAIOptions; settings: OpenAISettings } {
  const options = checkEngineOptions(given);
  const variables = isNode() ? process.env : {};
  const base = baseOf(options.baseURL ?? nonEmpty(variables["OPENAI_BASE_URL"]) ?? OPENAI_URL);
  const isOpenAI = /(^|\.)api\.openai\.com$/.test(base.hostname);
  // A key from the environment was meant for the server of the environment, or for OpenAI.
  const mayUse = options.baseURL === undefined || isOpenAI;
  const fromEnvironment = (name: string): string | undefined => (mayUse ? nonEmpty(variables[name]) : undefined);
  const key = options.apiKey ?? fromEnvironment("OPENAI_API_KEY");
  const headers: Record<string, string> = {
    "content-type": "application/json",
    // Some front doors refuse who does not say what they are; a browser says it by itself.
    ...named("user-agent", isNode() ? "parlando" : undefined),
    ...named("authorization", key === undefined ? undefined : `Bearer ${key}`),
    ...named("openai-organization", options.organization ?? (isOpenAI ? fromEnvironment("OPENAI_ORG_ID") : undefined)),
    ...named("openai-project", options.project ?? (isOpenAI ? fromEnvironment("OPENAI_PROJECT_ID") : undefined)),
  };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  const secrets = [key, ...Object.values(options.headers ?? {})].filter((value) => value !== undefined);
  const { model, voice, instructions, streamFormat, body } = options;
  return {
    options,
    settings: {
      base,
      isOpenAI,
      apiKey: key === undefined ? undefined : createSecret(key),
      secrets: () => secrets,
      headers: () => headers,
      formats: formatsOf(options),
      defaults: { model, voice, instructions, streamFormat, body },
      maxCharacters: options.maxCharacters ?? DEFAULT_CHARACTERS,
      sseEnd: options.sseEnd ?? "done",
    },
  };
}

/** By latency: PCM needs no header and no decoder. The rates of MP3 and Opus are not told by OpenAI: a decoder finds them. */
function formatsOf({ formats, sampleRate = DEFAULT_RATE }: OpenAIOptions): readonly OpenAIFormat[] {
  const all: readonly OpenAIFormat[] = [
    { name: "pcm", format: { encoding: "pcm-s16le", sampleRate, channels: 1 } },
    { name: "wav", format: { encoding: "wav", sampleRate, channels: 1 } },
    { name: "mp3", format: { encoding: "mp3", sampleRate, channels: 1 } },
    { name: "opus", format: { encoding: "ogg-opus", sampleRate: 48_000, channels: 1 } },
  ];
  return formats === undefined ? all : all.filter(({ name }) => formats.includes(name));
}

/** `INVALID_CONFIG` for an address of the environment that cannot be read: checked like the option. */
function baseOf(address: string): URL {
  const { baseURL = OPENAI_URL } = checkEngineOptions({ baseURL: address });
  const base = new URL(baseURL);
  base.pathname = base.pathname.replace(/\/+$/, "");
  return base;
}

/** An address below the base; what the base has in its query stays (`?api-version=...`). */
export function addressOf({ base }: Pick<OpenAISettings, "base">, path: string): URL {
  const address = new URL(base);
  address.pathname = `${base.pathname.replace(/\/$/, "")}${path}`;
  return address;
}

function named(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
