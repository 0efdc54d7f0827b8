import { TTSError } from "@parlando/engine";
import { primaryOf } from "../language.ts";
import { emojiNameTables } from "./emoji-name-tables.generated.ts";
import { keyOf } from "./emoji-sequence.ts";
import { englishEmojiNames } from "./english-names.generated.ts";

/** What emoji are called. Keys are emoji; skin tones and variation selectors in them do not matter. */
export type EmojiNames = ReadonlyMap<string, string>;

let english: EmojiNames | undefined;

/** The names in English, taken apart when they are first asked for. */
export function englishNames(): EmojiNames {
  english ??= namesIn(englishEmojiNames);
  return english;
}

/** Names handed in by an app, by the keys that are looked up. */
export function namesOf(names: EmojiNames | Readonly<Record<string, string>>): EmojiNames {
  const entries = isMap(names) ? [...names] : Object.entries(names);
  return new Map(entries.map(([emoji, name]) => [keyOf(emoji), name]));
}

function isMap(names: EmojiNames | Readonly<Record<string, string>>): names is EmojiNames {
  return names instanceof Map;
}

/**
 * Loads the names of emoji (Unicode CLDR) in a language, for `speakEmoji({ names })`. Each language is a module of its own, imported when it is asked for.
 *
 * @param language - A BCP 47 tag; its primary language counts. de, en, es, fr, hi, it, ja, ko, nl, pl, pt, ru, uk and zh are there.
 * @throws TTSError UNSUPPORTED for other languages.
 * @example
 * ```ts
 * const stages = [speakEmoji({ language: "de", names: await loadEmojiNames("de") })];
 * ```
 */
export async function loadEmojiNames(language: string): Promise<EmojiNames> {
  const primary = primaryOf(language);
  if (primary === "en") return englishNames();
  const load = Object.hasOwn(emojiNameTables, primary) ? emojiNameTables[primary] : undefined;
  if (load === undefined) {
    const known = ["en", ...Object.keys(emojiNameTables)].sort().join(", ");
    throw new TTSError("UNSUPPORTED", `Names of emoji were asked for in the language "${language}"; there are tables for ${known}. Hand in names of your own: speakEmoji({ names: { "🎉": "..." } }).`);
  }
  return namesIn((await load()).emojiNames);
}

function namesIn(table: string): EmojiNames {
  return new Map(
    table.split("|").map((entry) => {
      const space = entry.indexOf(" ");
      return [entry.slice(0, space), entry.slice(space + 1)];
    }),
  );
}
