import { TTSError, type Voice } from "@parlando/engine";
import { errorFromResponse } from "../transport/error-from-response.ts";
import type { HttpClient, HttpResponse } from "../transport/http-types.ts";
import { edgeErrors } from "./edge-errors.ts";
import type { EdgeSettings } from "./edge-settings.ts";

const doing = "Asking Edge's voice service for its voices";
const context = { engine: "edge", doing, errors: edgeErrors };
/** The list has about 300 KB. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Fetches all voices, in one page: the service has only one. Asks a second time where the first was refused because of this machine's clock.
 *
 * @throws TTSError what the answer says; `PROTOCOL` for something else than a list of voices.
 */
export async function loadVoices(http: HttpClient, settings: EdgeSettings, signal: AbortSignal): Promise<readonly Voice[]> {
  const response = await ask(http, settings, signal);
  if (response.status !== 200) throw await errorFromResponse(response, context);
  const list = parse(await readBody(response));
  if (!Array.isArray(list)) throw notAList();
  const voices = (list as readonly unknown[]).map(readVoice).filter((voice) => voice !== undefined);
  if (voices.length === 0 && list.length > 0) throw notAList();
  return voices;
}

async function ask(http: HttpClient, settings: EdgeSettings, signal: AbortSignal): Promise<HttpResponse> {
  const once = (): Promise<HttpResponse> => http.open({ doing, url: settings.voicesAddress(settings.clock.token()), headers: settings.voicesHeaders(), signal });
  const response = await once();
  if (response.status !== 403 || !settings.clock.setBy(response.headers["date"])) return response;
  response.body.cancel();
  return once();
}

async function readBody({ body }: HttpResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > MOST_BYTES) throw new TTSError("PROTOCOL", `${doing}: the list has more than ${MOST_BYTES} bytes.`, { engine: "edge" });
    pieces.push(piece);
  }
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw notAList();
  }
}

function notAList(): TTSError {
  return new TTSError("PROTOCOL", `${doing}: the answer is not a list of voices. Check what stands between here and the service; if nothing does, the service has changed.`, { engine: "edge", retryable: true });
}

/** Undefined for an entry without what a voice needs. */
function readVoice(entry: unknown): Voice | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { ShortName: id, Locale: locale, FriendlyName: name, Gender: gender } = entry as Readonly<Record<string, unknown>>;
  if (typeof id !== "string" || id === "" || typeof locale !== "string" || !isLanguage(locale)) return undefined;
  return {
    id,
    name: typeof name === "string" && name !== "" ? name : id,
    engine: "edge",
    languages: [locale],
    gender: gender === "Female" ? "female" : gender === "Male" ? "male" : "unknown",
    sampleRates: [24_000],
    native: entry,
  };
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Whether a voice of the list is the one of this id, or of the long name that the service has for it. */
export function isVoice(voice: Voice, asked: string): boolean {
  return voice.id === asked || (voice.native as { Name?: unknown } | undefined)?.Name === asked;
}

/** The language in the name of a voice: `en-US` of `en-US-AvaNeural`, and of the long names too; `en-US` where it has none. */
export function languageOfVoice(voice: string): string {
  return /(?:^|\()([a-z]{2,3}-[A-Z]{2}(?:-[a-z]+)?)[-,]/.exec(voice)?.[1] ?? "en-US";
}

/** The first voice of the list that speaks exactly the language, else one that speaks it as another country does. */
export function voiceFor(voices: readonly Voice[], language: string): Voice | undefined {
  const wanted = language.toLowerCase();
  const speaks = (voice: Voice, matches: (tag: string) => boolean): boolean => voice.languages.some((tag) => matches(tag.toLowerCase()));
  const primary = wanted.split("-", 1)[0] ?? wanted;
  return voices.find((voice) => speaks(voice, (tag) => tag === wanted)) ?? voices.find((voice) => speaks(voice, (tag) => tag.split("-", 1)[0] === primary));
}
