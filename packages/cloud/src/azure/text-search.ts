import { unescapeXml } from "./spoken-text.ts";

/** Where something stands in the spoken text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Finds what the service speaks of, one after the other, in the text that it was given. */
export interface TextSearch {
  /** The place of the next word or sentence; undefined where it is not written like that near the place reached. */
  find(words: string): TextRange | undefined;
  /** What lies between what was found last and `before` (default: the end), without white space and signs around it; undefined where nothing is left. */
  gap(before?: number): TextRange | undefined;
  /** How far the search has come. */
  readonly reached: number;
}

/** Units that may be passed over before a word: brackets, dashes, a word that was spoken in another way. */
const NEAR = 64;
const letter = /[\p{L}\p{N}\p{M}]/u;

/**
 * Searches forward only. The vendor's SDK tells an offset of its own, by a plain search in what it was given: that is wrong as soon as a word is
 * written otherwise than it is told, or stands in a tag. Here a word must be near and stand alone (a short one), else it counts as written otherwise.
 *
 * @param textOf The text, which may grow.
 */
export function createTextSearch(textOf: () => string): TextSearch {
  let reached = 0;

  function findWritten(words: string): TextRange | undefined {
    const text = textOf();
    for (let at = text.indexOf(words, reached); at >= 0; at = text.indexOf(words, at + 1)) {
      const isNear = at - reached <= NEAR;
      if (!isNear && words.length < 4) return undefined;
      if (standsAlone(text, at, words)) return { start: at, end: at + words.length };
      // Far away only the first is looked at: else the search could go over the whole text for each word.
      if (!isNear) return undefined;
    }
    return undefined;
  }

  return {
    get reached() {
      return reached;
    },
    find(words) {
      if (words === "") return undefined;
      const found = findWritten(words) ?? (words.includes("&") ? findWritten(unescapeXml(words)) : undefined);
      if (found !== undefined) reached = found.end;
      return found;
    },
    gap(before = textOf().length) {
      const text = textOf().slice(reached, before);
      const first = text.search(letter);
      if (first < 0) return undefined;
      const rest = text.trimEnd().replace(/[^\p{L}\p{N}\p{M}]+$/u, "");
      return { start: reached + first, end: reached + rest.length };
    },
  };
}

/** Scripts without white space between words have no such edges: a word of them stands alone everywhere. */
function standsAlone(text: string, at: number, words: string): boolean {
  const end = at + words.length;
  return !(isJoined(text.slice(Math.max(0, at - 1), at), words.slice(0, 1)) || isJoined(words.slice(-1), text.slice(end, end + 1)));
}

const spaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{N}]/u;

function isJoined(before: string, after: string): boolean {
  return spaced.test(before) && spaced.test(after);
}
