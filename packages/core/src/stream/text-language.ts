import { capabilitiesOf } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import type { StreamOptions } from "./stream-options.ts";

/** A voice named after its language, as most providers do: `de`, `en-us`, `zh-CN-XiaoxiaoNeural`. */
const VOICE_OF_LANGUAGE = /^([a-z]{2}(?:-[a-z]{2,4})?)(?:-|$)/i;

/**
 * The language of the text, which chooses the rules of cutting: the stream's option, else what config says of the first engine, else
 * that of its voice where it speaks one language only or bears a language's name. Undefined when nothing tells.
 */
export function textLanguage(options: StreamOptions, route: EngineRoute | undefined): string | undefined {
  const told = options.language ?? route?.language;
  if (told !== undefined) return told;
  const voice = options.voice ?? route?.voice;
  if (voice === undefined || route === undefined) return undefined;
  const languages = capabilitiesOf(route.engine, voice).languages ?? [];
  return languages.length === 1 ? languages[0] : VOICE_OF_LANGUAGE.exec(voice)?.[1];
}
