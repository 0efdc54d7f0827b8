import type { Voice } from "@parlando/engine";
import { errorFromResponse } from "../transport/error-from-response.ts";
import type { HttpClient } from "../transport/http-types.ts";
import { contextOf } from "./openai-wire.ts";
import { addressOf, type OpenAISettings } from "./openai-settings.ts";
import { readJsonBody } from "./read-json-body.ts";

type Gender = Voice["gender"];

/** OpenAI tells no genders: these are what is heard. */
const genders: readonly (readonly [name: string, gender: Gender])[] = [
  ["alloy", "neutral"], ["ash", "male"], ["ballad", "male"], ["coral", "female"], ["echo", "male"], ["fable", "neutral"], ["onyx", "male"], ["nova", "female"],
  ["sage", "female"], ["shimmer", "female"], ["verse", "male"], ["marin", "female"], ["cedar", "male"],
];

/** Languages that OpenAI's guide names for its voices, which it says are best in English; not tried out. */
const languages: readonly string[] = (
  "en af ar hy az be bs bg ca zh hr cs da nl et fi fr gl de el he hi hu is id it ja kn kk ko lv lt mk ms mr mi ne no fa pl pt ro ru sr sk sl es sw sv tl ta th tr uk ur vi cy"
).split(" ");

/** The voices of OpenAI. There is no list to ask for. */
export const openAIVoices: readonly Voice[] = genders.map(([name, gender]) => ({ id: name, name: capitalised(name), engine: "openai", languages, gender }));

/** Statuses of a server that has no such list. */
const noList: ReadonlySet<number> = new Set([400, 404, 405, 422, 501]);

/**
 * The voices: at OpenAI those that are known, elsewhere what `GET /audio/voices` lists. A server without that list is taken to know
 * OpenAI's names, as most do.
 *
 * @throws TTSError what the connection or the status says; a server without the list is no error.
 */
export async function loadVoices(http: HttpClient, settings: OpenAISettings, signal: AbortSignal): Promise<readonly Voice[]> {
  if (settings.isOpenAI) return openAIVoices;
  const context = contextOf(settings, "its voices");
  const response = await http.open({ doing: context.doing, url: addressOf(settings, "/audio/voices"), headers: settings.headers(), signal });
  if (noList.has(response.status)) {
    await readJsonBody(response.body, context);
    return openAIVoices;
  }
  if (response.status >= 300) throw await errorFromResponse(response, context);
  const voices = readVoices(await readJsonBody(response.body, context));
  return voices.length === 0 ? openAIVoices : voices;
}

/** Reads a list of names or of records, bare or in `voices`, `data` or `items`; what has no name is passed over. */
export function readVoices(content: unknown): readonly Voice[] {
  const list = [content, field(content, "voices"), field(content, "data"), field(content, "items")].find((value) => Array.isArray(value));
  const found = new Map<string, Voice>();
  for (const entry of (list ?? []) as readonly unknown[]) {
    const id = typeof entry === "string" ? entry : texts(entry, ["id", "voice_id", "name"])[0];
    if (id !== undefined && id !== "" && !found.has(id)) found.set(id, voiceOf(id, entry));
  }
  return [...found.values()];
}

function voiceOf(id: string, entry: unknown): Voice {
  const known = openAIVoices.find((voice) => voice.id === id);
  const told = (texts(entry, ["language", "lang", "locale", "language_code"])[0] ?? "").replaceAll("_", "-");
  const gender = texts(entry, ["gender"])[0]?.toLowerCase();
  return {
    id,
    name: texts(entry, ["name", "display_name"])[0] ?? known?.name ?? id,
    engine: "openai",
    languages: isLanguage(told) ? [told] : (known?.languages ?? ["mul"]),
    gender: gender === "female" || gender === "male" || gender === "neutral" ? gender : (known?.gender ?? "unknown"),
    native: typeof entry === "string" ? undefined : entry,
  };
}

function isLanguage(tag: string): boolean {
  try {
    return tag !== "" && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function texts(value: unknown, names: readonly string[]): readonly string[] {
  return names.map((name) => field(value, name)).filter((found): found is string => typeof found === "string" && found !== "");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function capitalised(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
