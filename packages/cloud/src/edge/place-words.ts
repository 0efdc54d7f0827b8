/** Finds the words that the service tells, one after the other, in the text that it was given. */
export interface WordPlacer {
  /** Where the next word stands, in UTF-16 units of the text; undefined when no text is left. */
  place(word: string): { readonly start: number; readonly end: number } | undefined;
  /** Up to where words have been found. */
  readonly reached: number;
}

/** How far ahead a word is looked for over other words: the service leaves out what it does not speak. */
const LONGEST_SKIP = 200;

const inWord = /[\p{L}\p{N}\p{M}]/u;
// Scripts without spaces between words: there a word may begin anywhere.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Makes a placer. A word that is not in the text as told (the service says how it reads, not always what was written) stands for what
 * comes next in the text, and the search does not move: so one odd word never draws the following ones with it.
 */
export function createWordPlacer(text: string): WordPlacer {
  let cursor = 0;

  function next(): { start: number; end: number } | undefined {
    const rest = /\S+/.exec(text.slice(cursor, cursor + LONGEST_SKIP));
    return rest === null ? undefined : { start: cursor + rest.index, end: cursor + rest.index + rest[0].length };
  }

  return {
    place(word) {
      const start = word === "" ? undefined : find(text, word, cursor);
      if (start === undefined) return next();
      cursor = start + word.length;
      return { start, end: cursor };
    },
    get reached() {
      return cursor;
    },
  };
}

function find(text: string, word: string, from: number): number | undefined {
  const near = text.slice(from, from + LONGEST_SKIP + word.length);
  for (let at = near.indexOf(word); at >= 0; at = near.indexOf(word, at + 1)) {
    if (!inWord.test(near.slice(0, at)) || isWhole(text, from + at, from + at + word.length)) return from + at;
  }
  return undefined;
}

/** Whether what stands there is a word by itself, not a part of one. */
function isWhole(text: string, start: number, end: number): boolean {
  return !joins(text.slice(Math.max(0, start - 2), start), text.slice(start, end)) && !joins(text.slice(start, end), text.slice(end, end + 2));
}

function joins(left: string, right: string): boolean {
  const before = [...left].at(-1) ?? "";
  const [after = ""] = right;
  return inWord.test(before) && inWord.test(after) && !unspaced.test(before) && !unspaced.test(after);
}
