import type { Voice } from "@parlando/engine";
import type { LibraryVoice } from "../library/espeak-library.ts";

/** A voice with what is needed to find and load it. */
export interface EspeakVoice {
  id: string;
  /** The library's file for it. */
  identifier: string;
  name: string;
  /** BCP-47, the main one first. */
  languages: readonly string[];
  /** For each language, how far the voice is from being the usual one for it: less is nearer. */
  distances: Readonly<Record<string, number>>;
  gender: Voice["gender"];
}

/** Names of the library that are no language tags, or mean something else as such (`ca-ba` would be Bosnia). */
const tags: Readonly<Record<string, string>> = {
  "chr-us-qaaa-x-west": "chr", "ca-ba": "ca-x-balear", "ca-nw": "ca-x-nw", "ca-va": "ca-ES-valencia", "en-us-nyc": "en-US-x-nyc", "hy-arevela": "hy", "hy-arevmda": "hyw",
  "piqd": "tlh", "py": "art-x-pyash", "ru-cl": "ru-x-classic", "zh-cmn": "cmn", "zh-yue": "yue", "en-gb-scotland": "en-GB-scotland",
};

const genders: readonly Voice["gender"][] = ["unknown", "male", "female"];

/**
 * The library's voices in the contract's words. A voice is called by its first language (`en-us`), or by its file where
 * two share one.
 *
 * @param voices - As the library lists them.
 */
export function readVoices(voices: readonly LibraryVoice[]): EspeakVoice[] {
  const taken = new Set<string>();
  return voices.map((voice) => {
    const first = (voice.languages[0]?.name ?? voice.identifier).toLowerCase();
    const id = taken.has(first) ? fileName(voice.identifier) : first;
    taken.add(id);
    const distances: Record<string, number> = {};
    for (const language of voice.languages) distances[languageTag(language.name)] ??= language.priority;
    if (id !== first) return describe(voice, id, { [languageTag(id)]: 5, ...withoutFirst(distances) });
    return describe(voice, id, distances);
  });
}

function describe(voice: LibraryVoice, id: string, distances: Record<string, number>): EspeakVoice {
  const gender = genders[voice.gender] ?? "unknown";
  return { id, identifier: voice.identifier, name: voice.name.trim(), languages: Object.keys(distances), distances, gender };
}

/** A second voice for a language is not the one meant by the language alone. */
function withoutFirst(distances: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(distances).map(([tag, distance]) => [tag, distance + 10]));
}

/** The last part of the library's path, in lower case: `gmw/en-US` is `en-us`. */
export function fileName(identifier: string): string {
  return identifier.slice(identifier.lastIndexOf("/") + 1).toLowerCase();
}

function languageTag(name: string): string {
  const known = tags[name.toLowerCase()];
  if (known !== undefined) return known;
  try {
    return Intl.getCanonicalLocales(name)[0] ?? name;
  } catch {
    return "und";
  }
}

/** The contract's record of a voice. */
export function describeVoice(voice: EspeakVoice, sampleRate: number): Voice {
  const { id, name, languages, gender, identifier } = voice;
  return { id, name, engine: "espeak", languages, gender, sampleRates: [sampleRate], native: { identifier } };
}
