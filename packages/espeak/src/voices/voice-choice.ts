import { fileName, type EspeakVoice } from "./voice-list.ts";

/** What a request says about its voice. */
export interface VoiceWish {
  voice: string | undefined;
  /** BCP-47. */
  language: string | undefined;
  variant: string | undefined;
}

/** A voice found, or why there is none. */
export type VoiceChoice =
  | { found: true; voice: EspeakVoice; identifier: string; language: string }
  | { found: false; message: string };

/** All there is to choose from. */
export interface VoiceShelf {
  voices: readonly EspeakVoice[];
  /** Voice variants, such as `f3`. */
  variants: readonly string[];
}

/** The voice where neither voice nor language is asked for. */
const defaultVoice = "en-us";
/** Languages that the library does not have under their tag, and those whose likely region is another than the library's first. */
const preferred: Readonly<Record<string, string>> = { "en": "en-us", "zh": "cmn", "pt": "pt-br", "no": "nb", "nn": "nb", "zh-HK": "yue", "zh-MO": "yue", "sr-ME": "sr", "tlh": "piqd" };

/**
 * Finds the voice for a request: by its name, else by its language, else `en-us`.
 *
 * @param shelf - The voices.
 * @param wish - What the request says; `voice` may end in `+variant`.
 */
export function chooseVoice(shelf: VoiceShelf, wish: VoiceWish): VoiceChoice {
  const [name, named] = splitVariant(wish.voice);
  const variant = wish.variant ?? named;
  const voice = name === undefined ? byLanguage(shelf.voices, wish.language) : byName(shelf.voices, name);
  if (voice === undefined) return { found: false, message: name === undefined ? unknownLanguage(shelf, wish.language ?? "") : unknownVoice(shelf, name) };
  const language = voice.languages[0] ?? "und";
  if (variant === undefined) return { found: true, voice, identifier: voice.identifier, language };
  const known = shelf.variants.find((candidate) => candidate.toLowerCase() === variant.toLowerCase());
  if (known === undefined) {
    return { found: false, message: `Choosing the voice variant "${clip(variant)}": there is none of that name. Near it: ${near(variant, shelf.variants)}. Ask for one of these, or leave it out.` };
  }
  return { found: true, voice, identifier: `${voice.identifier}+${known}`, language };
}

function splitVariant(voice: string | undefined): [name: string | undefined, variant: string | undefined] {
  if (voice === undefined || voice === "") return [undefined, undefined];
  const plus = voice.indexOf("+");
  return plus < 0 ? [voice, undefined] : [voice.slice(0, plus), voice.slice(plus + 1)];
}

function byName(voices: readonly EspeakVoice[], name: string): EspeakVoice | undefined {
  const wanted = name.toLowerCase();
  return voices.find((voice) => voice.id === wanted)
    ?? voices.find((voice) => voice.identifier.toLowerCase() === wanted || voice.name.toLowerCase() === wanted)
    ?? voices.find((voice) => fileName(voice.identifier) === wanted)
    ?? voices.find((voice) => voice.languages.some((language) => language.toLowerCase() === wanted));
}

/** Takes subtags off the end until a voice speaks what is left. */
function byLanguage(voices: readonly EspeakVoice[], language: string | undefined): EspeakVoice | undefined {
  if (language === undefined || language === "") return voices.find((voice) => voice.id === defaultVoice);
  const canonical = canonicalTag(language);
  if (canonical === undefined) return undefined;
  const subtags = canonical.split("-");
  for (let length = subtags.length; length > 0; length -= 1) {
    const tag = subtags.slice(0, length).join("-");
    const wanted = preferred[tag];
    const found = wanted === undefined ? nearest(voices, tag) : voices.find((voice) => voice.id === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

function canonicalTag(language: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(language.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

function nearest(voices: readonly EspeakVoice[], tag: string): EspeakVoice | undefined {
  const speakers = voices.filter((voice) => voice.distances[tag] !== undefined);
  return speakers.sort((one, other) => (one.distances[tag] ?? 0) - (other.distances[tag] ?? 0))[0];
}

function unknownVoice(shelf: VoiceShelf, name: string): string {
  return `Choosing the voice "${clip(name)}": espeak has none of that name. Near it: ${near(name, shelf.voices.map((voice) => voice.id))}. Ask for one of these, or for one that voices() lists.`;
}

function unknownLanguage(shelf: VoiceShelf, language: string): string {
  const tags = shelf.voices.flatMap((voice) => voice.languages.slice(0, 1));
  return `Choosing a voice for the language "${clip(language)}": espeak has none. Near it: ${near(language, tags)}. Give a BCP-47 tag of a language that voices() lists.`;
}

/** A name in a message, cut short where it is no name. */
function clip(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** The five names that differ least. */
function near(name: string, candidates: readonly string[]): string {
  const wanted = clip(name).toLowerCase();
  const ranked = candidates.map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }));
  ranked.sort((one, other) => one.distance - other.distance);
  return ranked.slice(0, 5).map(({ candidate }) => candidate).join(", ");
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
