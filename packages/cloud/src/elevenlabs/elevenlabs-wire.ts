import type { AudioFormat, Voice } from "@parlando/engine";
import type { CheckedRequestOptions } from "./elevenlabs-options.ts";

/** Everything that one request says, beside its text. */
export interface SpeechSettings extends CheckedRequestOptions {
  readonly baseURL: string;
  readonly voice: string;
  readonly model: string;
  /** By the provider's name. */
  readonly outputFormat: string;
  readonly format: AudioFormat;
  readonly languageCode: string | undefined;
}

/** Seconds that a socket waits for text: the most that may be asked for. */
const INACTIVITY_SECONDS = 180;
/** The service's own begins at 120, so that a first sentence of usual length waits for its end; 50 is the least that it takes. */
const defaultSchedule: readonly number[] = [50, 120, 160, 250];

/** The address of a streamed request. */
export function speechUrl(settings: SpeechSettings, timestamps: boolean): string {
  return address(settings, timestamps ? "stream/with-timestamps" : "stream", {
    output_format: settings.outputFormat,
    enable_logging: settings.enableLogging,
    optimize_streaming_latency: settings.optimizeStreamingLatency,
  });
}

/** The body of a streamed request. */
export function speechBody(settings: SpeechSettings, text: string, previousText: string | undefined): string {
  return JSON.stringify({
    model_id: settings.model,
    language_code: settings.languageCode,
    voice_settings: voiceSettings(settings),
    pronunciation_dictionary_locators: dictionaries(settings),
    seed: settings.seed,
    previous_text: previousText,
    apply_text_normalization: settings.applyTextNormalization,
    ...settings.fields,
    text,
  });
}

/** The address of a socket. Everything that all its texts share is in it, so that equal addresses may share connections. */
export function socketUrl(settings: SpeechSettings, endpoint: "stream-input" | "multi-stream-input", marks: boolean): string {
  return address({ ...settings, baseURL: settings.baseURL.replace(/^http/, "ws") }, endpoint, {
    model_id: settings.model,
    output_format: settings.outputFormat,
    language_code: settings.languageCode,
    enable_logging: settings.enableLogging,
    apply_text_normalization: settings.applyTextNormalization,
    seed: settings.seed,
    inactivity_timeout: INACTIVITY_SECONDS,
    sync_alignment: marks,
  });
}

function address({ baseURL, voice, query }: SpeechSettings, endpoint: string, parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const url = new URL(`${baseURL.replace(/\/+$/, "")}/v1/text-to-speech/${encodeURIComponent(voice)}/${endpoint}`);
  for (const [name, value] of Object.entries({ ...parameters, ...query })) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

/** The first message of a segment. The key goes along where headers cannot; by both names, since the provider's own descriptions differ. */
export function openingMessage(settings: SpeechSettings, { contextId, apiKey }: { contextId?: string | undefined; apiKey?: string | undefined }): string {
  return JSON.stringify({
    voice_settings: voiceSettings(settings),
    generation_config: { chunk_length_schedule: settings.chunkLengthSchedule ?? defaultSchedule },
    pronunciation_dictionary_locators: dictionaries(settings),
    ...settings.fields,
    text: " ",
    context_id: contextId,
    "xi-api-key": apiKey,
    xi_api_key: apiKey,
  });
}

/** Text of a segment. */
export function textMessage(text: string, contextId?: string): string {
  return JSON.stringify({ text, context_id: contextId });
}

function voiceSettings({ voiceSettings: given }: SpeechSettings): unknown {
  if (given === undefined) return undefined;
  const { stability, similarityBoost, style, useSpeakerBoost, speed } = given;
  return { stability, similarity_boost: similarityBoost, style, use_speaker_boost: useSpeakerBoost, speed };
}

function dictionaries({ pronunciationDictionaries }: SpeechSettings): unknown {
  return pronunciationDictionaries?.map(({ id, versionId }) => ({ pronunciation_dictionary_id: id, version_id: versionId }));
}

/** Characters with times in milliseconds, from whatever they count from. */
export interface Alignment {
  readonly characters: readonly string[];
  readonly startsMs: readonly number[];
  readonly endsMs: readonly number[];
}

/** One message of a socket, or one line of an answer with timestamps. */
export interface SpeechMessage {
  readonly contextId: string | undefined;
  /** Undefined where it brings none. */
  readonly audio: Uint8Array | undefined;
  /** Nothing more comes of this text. */
  readonly isFinal: boolean;
  /** Of the text as it was sent. */
  readonly alignment: Alignment | undefined;
  /** Of the text as it is spoken, with numbers spelled out. */
  readonly normalizedAlignment: Alignment | undefined;
  /** The message itself, where it tells of an error. */
  readonly error: unknown;
}

type Message = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Message => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a message in any of the spellings that were seen; undefined for what is no object. */
export function readMessage(value: unknown): SpeechMessage | undefined {
  if (!isRecord(value)) return undefined;
  const audio = value["audio"] ?? value["audio_base64"];
  const contextId = value["contextId"] ?? value["context_id"];
  const isError = value["error"] !== undefined && value["error"] !== null;
  return {
    contextId: typeof contextId === "string" ? contextId : undefined,
    audio: typeof audio === "string" && audio !== "" ? decodeBase64(audio) : undefined,
    isFinal: value["isFinal"] === true || value["is_final"] === true,
    alignment: readAlignment(value["alignment"]),
    normalizedAlignment: readAlignment(value["normalizedAlignment"] ?? value["normalized_alignment"]),
    error: isError || value["detail"] !== undefined ? value : undefined,
  };
}

function readAlignment(value: unknown): Alignment | undefined {
  if (!isRecord(value)) return undefined;
  const seconds = numbers(value["character_start_times_seconds"]);
  const startsMs = seconds?.map((second) => second * 1000) ?? numbers(value["charStartTimesMs"] ?? value["charsStartTimesMs"]);
  const characters = value["characters"] ?? value["chars"];
  if (startsMs === undefined || !Array.isArray(characters)) return undefined;
  const durations = numbers(value["charDurationsMs"] ?? value["charsDurationsMs"]);
  const ends = numbers(value["character_end_times_seconds"]);
  const endsMs = startsMs.map((startMs, index) => (ends === undefined ? startMs + (durations?.[index] ?? 0) : (ends[index] ?? 0) * 1000));
  const texts = (characters as readonly unknown[]).slice(0, startsMs.length).map((character) => (typeof character === "string" ? character : ""));
  return texts.length === 0 ? undefined : { characters: texts, startsMs, endsMs };
}

function numbers(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "number" && Number.isFinite(item)) ? (value as readonly number[]) : undefined;
}

function decodeBase64(text: string): Uint8Array {
  if (typeof Buffer === "function") return Buffer.from(text, "base64");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** One page of voices. */
export interface VoicePage {
  readonly voices: readonly Voice[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** The address at which a key's owner is told. */
export function userUrl(baseURL: string): string {
  return `${baseURL.replace(/\/+$/, "")}/v1/user`;
}

/** The address of a page of voices; 100 are the most that one has. */
export function voicesUrl(baseURL: string, next: string | undefined): string {
  const url = new URL(`${baseURL.replace(/\/+$/, "")}/v2/voices?page_size=100`);
  if (next !== undefined) url.searchParams.set("next_page_token", next);
  return url.href;
}

/** Reads a page of voices; undefined where it is none. */
export function readVoices(value: unknown): VoicePage | undefined {
  if (!isRecord(value) || !Array.isArray(value["voices"])) return undefined;
  const next = value["has_more"] === true && typeof value["next_page_token"] === "string" ? value["next_page_token"] : undefined;
  return { voices: (value["voices"] as readonly unknown[]).flatMap((voice) => readVoice(voice) ?? []), next };
}

function readVoice(value: unknown): Voice | undefined {
  if (!isRecord(value) || typeof value["voice_id"] !== "string" || value["voice_id"] === "") return undefined;
  const labels = isRecord(value["labels"]) ? value["labels"] : {};
  const verified = Array.isArray(value["verified_languages"]) ? (value["verified_languages"] as readonly unknown[]).filter(isRecord) : [];
  const fineTuning = isRecord(value["fine_tuning"]) ? value["fine_tuning"] : {};
  const told = [...verified.map(({ locale, language }) => locale ?? language), labels["language"], fineTuning["language"]];
  const languages = [...new Set(told.flatMap((language) => canonicalLanguage(language) ?? []))];
  const gender = labels["gender"];
  const style = labels["descriptive"] ?? labels["description"];
  return {
    id: value["voice_id"],
    name: typeof value["name"] === "string" && value["name"] !== "" ? value["name"] : value["voice_id"],
    engine: "elevenlabs",
    // "und": the service does not say; the voice speaks every language of the model.
    languages: languages.length === 0 ? ["und"] : languages,
    gender: gender === "female" || gender === "male" || gender === "neutral" ? gender : gender === "non-binary" ? "neutral" : "unknown",
    ...(typeof style === "string" && style !== "" ? { styles: [style] } : {}),
    native: value,
  };
}

function canonicalLanguage(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch {
    return undefined;
  }
}
