import { TTSError, type CredentialReport, type Voice } from "@parlando/engine";
import { errorFromResponse } from "../transport/error-from-response.ts";
import type { HttpClient, HttpResponse } from "../transport/http-types.ts";
import { contextOf, missingSettings, readAccess, type AzureSettings } from "./azure-settings.ts";

/** The list has some 600 voices in half a megabyte; what is larger by so much is not it. */
const LIST_BYTES = 32 * 1024 * 1024;

/** Fetches all voices: the service gives them in one answer. */
export async function fetchVoices(http: HttpClient, settings: AzureSettings, signal: AbortSignal): Promise<readonly Voice[]> {
  const context = contextOf(settings, "its voices");
  const response = await openList(http, settings, signal);
  const text = await readText(response);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list)) throw new TTSError("PROTOCOL", `${context.doing}: the answer is not a list of voices. Check the address.`, { engine: "azure" });
  return readVoices(list);
}

/** Asks for the list of voices, which costs nothing, and reads no more of it than its status. */
export async function checkAccess(http: HttpClient, settings: AzureSettings, signal: AbortSignal): Promise<CredentialReport> {
  const missing = missingSettings(settings);
  if (missing.length > 0) return { status: "missing", missing: missing.map((name) => `${name} (AZURE_SPEECH_${name.toUpperCase()})`), message: `Azure Speech needs a key (or a token) and a region (or an address); missing: ${missing.join(", ")}.` };
  try {
    const { body } = await openList(http, settings, signal);
    body.cancel();
    return { status: "valid", message: "Azure Speech accepts the credentials." };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!TTSError.isInstance(error)) throw error;
    const isRefused = error.code === "AUTHENTICATION" || error.code === "PERMISSION";
    return { status: isRefused ? "invalid" : "unreachable", message: error.message };
  }
}

async function openList(http: HttpClient, settings: AzureSettings, signal: AbortSignal): Promise<HttpResponse> {
  const context = contextOf(settings, "its voices");
  const { origin, key, token } = await readAccess(settings, context);
  const headers = { "ocp-apim-subscription-key": key, authorization: token === undefined ? undefined : `Bearer ${token}` };
  const response = await http.open({ doing: context.doing, url: new URL(listPath(origin), origin), headers, signal });
  if (response.status !== 200) throw await errorFromResponse(response, context);
  return response;
}

/** A resource with a domain of its own has the list under another path (documented, not verified). */
function listPath(origin: string): string {
  return /\.cognitiveservices\.azure\.(?:com|cn|us)$/.test(origin) ? "/tts/cognitiveservices/voices/list" : "/cognitiveservices/voices/list";
}

async function readText({ body }: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const bytes of body) {
    length += bytes.length;
    if (length > LIST_BYTES) throw new TTSError("PROTOCOL", "Asking Azure Speech for its voices: the answer is too large to be a list of voices. Check the address.", { engine: "azure" });
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}

/** Reads the service's own records; what has no name or no language is left out, as is a second of one name. */
export function readVoices(list: readonly unknown[]): readonly Voice[] {
  const voices = list.map(readVoice).filter((voice) => voice !== undefined);
  return [...new Map(voices.map((voice) => [voice.id, voice])).values()];
}

function readVoice(native: unknown): Voice | undefined {
  if (typeof native !== "object" || native === null) return undefined;
  const record = native as Readonly<Record<string, unknown>>;
  const id = record["ShortName"];
  const languages = [record["Locale"], ...texts(record["SecondaryLocaleList"])].filter((language) => typeof language === "string").filter(isLanguage);
  if (typeof id !== "string" || id === "" || languages.length === 0) return undefined;
  const styles = texts(record["StyleList"]);
  const rate = Number(record["SampleRateHertz"]);
  const name = record["DisplayName"];
  return {
    id,
    name: typeof name === "string" && name !== "" ? name : id,
    engine: "azure",
    languages: [...new Set(languages)],
    gender: genders[String(record["Gender"]).toLowerCase()] ?? "unknown",
    ...(styles.length === 0 ? {} : { styles }),
    ...(Number.isInteger(rate) && rate >= 4_000 ? { sampleRates: [rate] } : {}),
    native,
  };
}

const genders: Readonly<Record<string, Voice["gender"]>> = { female: "female", male: "male", neutral: "neutral" };

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && item !== "") : [];
}

function isLanguage(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}
