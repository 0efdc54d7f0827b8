import { TTSError, type Capabilities, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createSecret, type Secret } from "../transport/secret.ts";
import type { HttpClient } from "../transport/http-types.ts";
import type { SocketPool } from "../transport/socket-pool.ts";
import { nearestFormat, type OutputFormat } from "./elevenlabs-formats.ts";
import { DEFAULT_MODEL, modelOf } from "./elevenlabs-models.ts";
import { checkRequestOptions, findApiKey, type CheckedOptions, type ElevenLabsTransport } from "./elevenlabs-options.ts";
import type { SpeechSettings } from "./elevenlabs-wire.ts";

const DEFAULT_ADDRESS = "https://api.elevenlabs.io";
/** One of the provider's own voices, which every account has. */
const DEFAULT_VOICE = "JBFqnCBsd6RMkjVDRZzb";

/** What all requests of one engine share. */
export interface ElevenLabsAccount {
  readonly options: CheckedOptions;
  readonly baseURL: string;
  readonly transport: ElevenLabsTransport;
  readonly formats: readonly OutputFormat[];
  readonly capabilities: Capabilities;
  readonly http: HttpClient;
  readonly pool: SocketPool;
  /** Aborted when the engine is closed. */
  readonly closing: AbortController;
  /** Undefined: there is none. */
  readonly apiKey: Secret | undefined;
}

/** The key of the options or the environment. */
export function accountKey(options: CheckedOptions): Secret | undefined {
  const found = findApiKey(options);
  return found === undefined ? undefined : createSecret(found);
}

/** Where the service is. */
export function accountAddress({ baseURL = DEFAULT_ADDRESS }: CheckedOptions): string {
  return baseURL;
}

/**
 * The key, which a request cannot do without.
 *
 * @throws TTSError `AUTHENTICATION` where there is none.
 */
export function requireKey({ apiKey }: ElevenLabsAccount, doing: string): Secret {
  if (apiKey !== undefined) return apiKey;
  throw new TTSError("AUTHENTICATION", `${doing}: there is no API key. Give the option \`apiKey\`, or set the environment variable ELEVENLABS_API_KEY.`, { engine: "elevenlabs" });
}

/**
 * Everything a request says beside its text.
 *
 * @throws TTSError `INVALID_CONFIG` for wrong `engineOptions`, `UNSUPPORTED` for SSML.
 */
export function speechSettings({ options, formats, baseURL }: ElevenLabsAccount, request: Omit<SynthesisRequest, "text">, doing: string): SpeechSettings {
  if (request.ssml) throw new TTSError("UNSUPPORTED", `${doing}: SSML was given, but this engine declares no element of it. Give plain text.`, { engine: "elevenlabs" });
  const checked = checkRequestOptions(request.engineOptions, options);
  const model = checked.model ?? DEFAULT_MODEL;
  const { name, format } = nearestFormat(formats, request.format);
  const language = modelOf(model).languageCode ? request.language?.split("-")[0]?.toLowerCase() : undefined;
  return { ...checked, baseURL, model, format, outputFormat: name, voice: request.voice ?? options.voice ?? DEFAULT_VOICE, languageCode: checked.languageCode ?? language };
}

/** Warnings for what was asked and cannot be changed. The provider's `speed` goes from 0.7 to 1.2 only, so it is an option of its own. */
export function* prosodyWarnings({ rate = 1, pitch = 0, volume = 1 }: Omit<SynthesisRequest, "text">): Generator<EngineEvent & { type: "warning" }, void> {
  const changed = { rate: rate !== 1, pitch: pitch !== 0, volume: volume !== 1 };
  for (const name of ["rate", "pitch", "volume"] as const) {
    if (!changed[name]) continue;
    const remedy = name === "rate" ? " The option `voiceSettings.speed` does, from 0.7 to 1.2." : "";
    yield { type: "warning", code: "UNSUPPORTED_OPTION", message: `The engine "elevenlabs" does not change the ${name} by itself.${remedy}` };
  }
}
