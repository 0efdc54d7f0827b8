import type { Voice as NativeVoice } from "@aws-sdk/client-polly";
import { TTSError, type Voice } from "@parlando/engine";
import type { PollyCall } from "./polly-call.ts";
import type { PollyConnection } from "./polly-connection.ts";
import { pollyError } from "./polly-errors.ts";
import type { PollyEngineName } from "./polly-options.ts";
import { contextOf } from "./polly-wire.ts";

/** The engines by preference where none is set: what answers soon and costs little, before what costs more. */
const preferred: readonly PollyEngineName[] = ["neural", "generative", "standard", "long-form"];
/** More pages than this are a service that goes round in circles. */
const MOST_PAGES = 100;

/** Codes of Polly that are not BCP-47, or not the usual ones. */
const tags: Readonly<Record<string, string>> = { "en-GB-WLS": "en-GB" };

/**
 * All voices, every page of them. AWS's client has no pager for voices, so the token is passed by hand.
 *
 * @throws TTSError what the service or the connection says, `PROTOCOL` for pages without end.
 */
export async function loadVoices(connection: PollyConnection, call: PollyCall, limitMs: number): Promise<readonly Voice[]> {
  const context = contextOf("its voices");
  const lease = await call.wait(connection.lease());
  try {
    const voices: Voice[] = [];
    const seen = new Set<string | undefined>();
    let token: string | undefined;
    do {
      seen.add(token);
      call.expect(limitMs, "the answer");
      const page = await call.wait(
        lease.client.send(new lease.sdk.DescribeVoicesCommand({ IncludeAdditionalLanguageCodes: true, ...(token === undefined ? {} : { NextToken: token }) }), { abortSignal: call.signal }),
      );
      call.rest();
      if (page.Voices === undefined) throw new TTSError("PROTOCOL", `${context.doing}: the answer has no list of voices.`, { engine: "polly", retryable: true });
      voices.push(...page.Voices.flatMap(voiceOf));
      token = page.NextToken;
    } while (token !== undefined && token !== "" && !seen.has(token) && seen.size < MOST_PAGES);
    if (token !== undefined && token !== "") throw new TTSError("PROTOCOL", `${context.doing}: the pages have no end.`, { engine: "polly" });
    return voices;
  } catch (error) {
    if (call.failure?.code === "TIMEOUT") lease.retire();
    throw call.failure ?? pollyError(error, context);
  } finally {
    lease.release();
    call.end();
  }
}

function voiceOf(native: NativeVoice): readonly Voice[] {
  const { Id: id, Name: name, Gender: gender, LanguageCode: main, AdditionalLanguageCodes: more = [] } = native;
  if (id === undefined) return [];
  const languages = [main, ...more].filter((code) => code !== undefined).map((code) => tags[code] ?? code);
  return [
    {
      id,
      name: name ?? id,
      engine: "polly",
      languages: languages.length === 0 ? ["mul"] : [...new Set(languages)],
      gender: gender === "Female" ? "female" : gender === "Male" ? "male" : "unknown",
      native,
    },
  ];
}

/** The engines that a voice of the list has. */
export function enginesOf(voice: Voice): readonly string[] {
  const { SupportedEngines: engines } = (voice.native ?? {}) as NativeVoice;
  return engines ?? [];
}

/** The engine for a voice where none is set; undefined where it has none that is known here. */
export function chooseEngine(voice: Voice): PollyEngineName | undefined {
  const engines = enginesOf(voice);
  return preferred.find((engine) => engines.includes(engine));
}

/** The voice of a list for a language: one of the same region before others, one that has the engine before others. */
export function chooseVoice(voices: readonly Voice[], language: string, engine: PollyEngineName | undefined): Voice | undefined {
  const wanted = language.toLowerCase();
  const base = baseOf(wanted);
  const fits = (voice: Voice, isExact: boolean): boolean => voice.languages.some((tag) => (isExact ? tag.toLowerCase() === wanted : baseOf(tag.toLowerCase()) === base));
  const able = voices.filter((voice) => (engine === undefined ? chooseEngine(voice) !== undefined : enginesOf(voice).includes(engine)));
  const ranked = engine === undefined ? [...able.filter((voice) => enginesOf(voice).includes("neural")), ...able] : able;
  return ranked.find((voice) => fits(voice, true)) ?? ranked.find((voice) => fits(voice, false));
}

/** Languages that Polly names by the one code and the world by the other. */
const same: Readonly<Record<string, string>> = { arb: "ar", cmn: "zh", yue: "zh", nb: "no" };

function baseOf(tag: string): string {
  const base = tag.split("-", 1)[0] ?? tag;
  return same[base] ?? base;
}

/** The language to name in a request: only where a voice has several, and the wanted one is not its first. */
export function languageCodeOf(voice: Voice | undefined, language: string | undefined): string | undefined {
  if (voice === undefined || language === undefined || voice.languages.length < 2) return undefined;
  const wanted = language.toLowerCase();
  const found = voice.languages.find((tag) => tag.toLowerCase() === wanted) ?? voice.languages.find((tag) => baseOf(tag.toLowerCase()) === baseOf(wanted));
  return found === voice.languages[0] ? undefined : found;
}
