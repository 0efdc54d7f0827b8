import type { AbbreviationKind, LanguageData } from "./language-data.ts";
import { arabicScripts } from "./languages/arabic-scripts.ts";
import { cyrillic } from "./languages/cyrillic.ts";
import { english } from "./languages/english.ts";
import { germanic } from "./languages/germanic.ts";
import { indic } from "./languages/indic.ts";
import { romance } from "./languages/romance.ts";
import { slavic } from "./languages/slavic.ts";
import { southEastAsian } from "./languages/south-east-asian.ts";

/** {@link LanguageData}, ready to be asked. */
export interface LanguageRules {
  kindOf(abbreviation: string): AbbreviationKind | undefined;
  /** Whether a word in small letters begins sentences and is no name. */
  isStarter(word: string): boolean;
  /** The same of its first letters alone, where {@link SURE_START} of them are read and the rest is not waited for. */
  isStarterSoFar(start: string): boolean;
  /** Whether one letter without case is a word and no initial. */
  isWord(letter: string): boolean;
  readonly ordinals: boolean;
  readonly capitalNouns: boolean;
}

/**
 * So many letters of a word are enough to tell that it begins sentences, where few names begin alike. With the white space
 * before them they make up the look-ahead that speech can wait for.
 */
export const SURE_START = 5;

const kinds: readonly AbbreviationKind[] = ["closing", "proper", "inner", "number", "never", "title"];

const all: Readonly<Record<string, LanguageData>> = {
  ...germanic,
  ...romance,
  ...slavic,
  ...cyrillic,
  ...arabicScripts,
  ...indic,
  ...southEastAsian,
  en: english,
};

const prepared = new Map<string, LanguageRules>();

function primaryTag(language: string | undefined): string {
  const tag = (language ?? "en").toLowerCase().split(/[-_]/, 1)[0] ?? "en";
  return tag in all ? tag : "en";
}

function prepareRules(data: LanguageData): LanguageRules {
  const abbreviations = new Map<string, AbbreviationKind>();
  const starters = new Set<string>();
  const starts = new Set<string>();
  // English words turn up in every language's text; what the language itself says of a word comes last and wins.
  for (const source of data === english ? [english] : [english, data]) {
    for (const kind of kinds) for (const word of words(source[kind])) abbreviations.set(word, kind);
    for (const word of words(source.starters)) {
      starters.add(word);
      if (word.length >= SURE_START) starts.add(word.slice(0, SURE_START));
    }
  }
  const letters = new Set(words(data.words));
  const endings = words(data.endings);
  return {
    kindOf: (word) => abbreviations.get(word) ?? (endings.some((ending) => word.endsWith(ending)) ? "inner" : undefined),
    isStarter: (word) => starters.has(word),
    isStarterSoFar: (start) => starts.has(start),
    isWord: (letter) => letters.has(letter),
    ordinals: data.ordinals ?? false,
    capitalNouns: data.capitalNouns ?? false,
  };
}

function words(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.trim().split(/\s+/);
}

/** The rules for a BCP 47 tag; those of English where the language is unknown or not told. */
export function rulesFor(language: string | undefined): LanguageRules {
  const tag = primaryTag(language);
  const known = prepared.get(tag);
  if (known !== undefined) return known;
  const rules = prepareRules(all[tag] ?? english);
  prepared.set(tag, rules);
  return rules;
}
