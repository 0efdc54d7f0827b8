import type { PlacedCharacter } from "./elevenlabs-characters.ts";

/** A word of the fed text and its time in the audio. */
export interface PlacedWord {
  readonly textStart: number;
  readonly textEnd: number;
  readonly startMs: number;
  readonly endMs: number;
}

const wordCore = /[\p{L}\p{N}\p{M}](?:.*[\p{L}\p{N}\p{M}])?/su;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Makes words of characters that come one after the other: what stands between two white spaces, without the punctuation around it. */
export class WordBuilder {
  #text = "";
  #characters: PlacedCharacter[] = [];

  /** More text was fed. */
  feed(text: string): void {
    this.#text += text;
  }

  /** Takes a character, and gives the words that are complete with it. */
  add(character: PlacedCharacter): PlacedWord[] {
    const last = this.#characters.at(-1);
    const isNew = last !== undefined && /\s/.test(this.#text.slice(last.to, character.from));
    const words = isNew ? this.finish() : [];
    this.#characters.push(character);
    return words;
  }

  /** The words of what is left if its letters have all come; what is in part is given up, since somebody else tells of it. */
  leave(): PlacedWord[] {
    const last = this.#characters.at(-1);
    const isWhole = last !== undefined && /^(?:\s|$)/.test(this.#text.slice(last.to, last.to + 1));
    if (isWhole) return this.finish();
    this.#characters = [];
    return [];
  }

  /** The words of what is left. */
  finish(): PlacedWord[] {
    const characters = this.#characters;
    const [first, last] = [characters[0], characters.at(-1)];
    this.#characters = [];
    if (first === undefined || last === undefined) return [];
    // Letters that no alignment told of belong to the word all the same.
    const from = first.from - (/\S*$/.exec(this.#text.slice(Math.max(0, first.from - 64), first.from))?.[0].length ?? 0);
    const to = last.to + (/^\S*/.exec(this.#text.slice(last.to, last.to + 64))?.[0].length ?? 0);
    return wordsOf(this.#text.slice(from, to), from).map(([textStart, textEnd]) => {
      const inside = characters.filter((character) => character.from < textEnd && character.to > textStart);
      const [begin = first, end = last] = [inside[0], inside.at(-1)];
      return { textStart, textEnd, startMs: begin.startMs, endMs: Math.max(begin.startMs, end.endMs) };
    });
  }
}

/** The words of a text without white space: one, or several in a script without spaces. */
export function wordsOf(token: string, at: number): [textStart: number, textEnd: number][] {
  if (unspaced.test(token)) {
    const parts = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(token)];
    return parts.filter(({ isWordLike }) => isWordLike).map(({ index, segment }) => [at + index, at + index + segment.length]);
  }
  const core = wordCore.exec(token);
  return core === null ? [] : [[at + core.index, at + core.index + core[0].length]];
}
