import { primaryOf } from "../language.ts";
import type { TextStage } from "../mapped-text.ts";
import { isHighSurrogate, isSpace, isUnspaced, isWordCharacter } from "../rewrite/characters.ts";
import { createRewriter, type RewriteCursor, type TextReader } from "../rewrite/rewriter.ts";
import { createWordTree, foldUnit, spelling, type Pronunciation, type WordNode } from "./pronunciation-table.ts";

/** Options of {@link pronounce}. */
export interface PronounceOptions {
  /** The language that is spoken, as a BCP 47 tag: entries of another one are left aside. Default "en". */
  readonly language?: string | undefined;
  readonly words: readonly Pronunciation[];
  /** Whether `US` is another word than `us`; an entry may say otherwise for itself. Default false. */
  readonly caseSensitive?: boolean | undefined;
}

/** White space between two words of an entry is at most so long. */
const MOST_BLANKS = 16;
/** What is looked at behind a word to know that it is whole. */
const BEHIND_UNITS = 3;

/**
 * Says words as a list tells: by other words, or by their pronunciation. Whole words only; the longest entry wins. Letters, digits, signs on letters and `_` make
 * a word, and so does an apostrophe between letters, apart from an English `'s` and an elided article (`l'`). Scripts without spaces have no whole words: there, an
 * entry counts wherever it stands.
 *
 * A pronunciation (`ipa`) reaches engines that honour the SSML element `phoneme`; the others say the word as they know it, with one warning. Let this stage be among
 * the last: a stage of your own behind it would have to pass `phonemes` on.
 *
 * Holds back the longest entry that may still come, with up to 16 units of white space for each of its blanks, and 3 units behind it.
 *
 * @throws TTSError INVALID_CONFIG for an entry that has no word, or not exactly one of `say` and `ipa`.
 * @example
 * ```ts
 * const words = [{ word: "SQL", say: "sequel" }, { word: "Nguyen", ipa: "ŋwiən" }];
 * const stream = tts.createStream({ textStages: [pronounce({ language: "en", words })] });
 * ```
 */
export function pronounce(options: PronounceOptions): () => TextStage {
  const language = options.language ?? "en";
  const tree = createWordTree({ language, words: options.words, caseSensitive: options.caseSensitive ?? false });
  const isEnglish = primaryOf(language) === "en";
  return () => createRewriter(new WordReader(tree, isEnglish));
}

interface Match {
  readonly units: number;
  readonly entry: Pronunciation;
}

class WordReader implements TextReader {
  readonly #tree: WordNode;
  readonly #isEnglish: boolean;

  /** The character before the last one that was read. */
  #beforeLast = "";

  constructor(tree: WordNode, isEnglish: boolean) {
    this.#tree = tree;
    this.#isEnglish = isEnglish;
  }

  restart(): void {
    this.#beforeLast = "";
  }

  read(cursor: RewriteCursor): boolean {
    const plain = this.#keepPlain(cursor);
    if (plain !== undefined) return plain;
    const match = this.#longest(cursor);
    if (match === "more") return false;
    if (match === undefined) return this.#keepCharacter(cursor);
    this.#beforeLast = "";
    if (match.entry.say === undefined) cursor.pronounce(match.units, match.entry.ipa ?? "");
    else cursor.say(match.units, match.entry.say);
    return true;
  }

  /** Passes on what comes before the next place where an entry may begin; undefined when that is here. */
  #keepPlain(cursor: RewriteCursor): boolean | undefined {
    let [before, beforeLast, units] = [cursor.lastRead, this.#beforeLast, 0];
    while (units < cursor.available) {
      const character = cursor.character(units);
      if (isHalf(character) && units + 1 === cursor.available && !cursor.ended) break;
      if (this.#mayBegin(character, before, beforeLast)) break;
      [beforeLast, before] = [before, character];
      units += character.length;
    }
    if (units === 0) return isHalf(cursor.character()) && cursor.available === 1 && !cursor.ended ? false : undefined;
    this.#beforeLast = beforeLast;
    cursor.keep(units);
    return true;
  }

  #keepCharacter(cursor: RewriteCursor): true {
    this.#beforeLast = cursor.lastRead;
    cursor.keep(cursor.character().length);
    return true;
  }

  /** An entry may begin with a character that the tree knows, where no word goes on. */
  #mayBegin(character: string, before: string, beforeLast: string): boolean {
    if (!this.#tree.next.has(foldUnit(character.charAt(0)))) return false;
    if (before === "" || isUnspaced(character) || !isOfWord(character)) return true;
    if (isOfWord(before)) return isUnspaced(before);
    return !(this.#isEnglish && (before === "'" || before === "’") && isOfWord(beforeLast));
  }

  #longest(cursor: RewriteCursor): Match | "more" | undefined {
    let node: WordNode | undefined = this.#tree;
    let units = 0;
    let best: Match | undefined;
    for (;;) {
      if (cursor.peek(units) === "") return node.next.size > 0 && !cursor.ended ? "more" : best;
      const key: string = foldUnit(cursor.peek(units));
      node = node.next.get(key);
      if (node === undefined) return best;
      const width: number = key === " " ? blanksAt(cursor, units) : 1;
      units += width;
      if (key === " " && width < MOST_BLANKS && !cursor.has(units + 1)) return "more";
      const entry = entryAt(node, cursor.ahead(units));
      if (entry === undefined) continue;
      const isWhole = this.#endsWord(cursor, units);
      if (isWhole === "more") return "more";
      if (isWhole) best = { units, entry };
    }
  }

  /** Whether no word goes on behind so many units. */
  #endsWord(cursor: RewriteCursor, units: number): boolean | "more" {
    if (!cursor.has(units + 1) || (isHighSurrogate(cursor.peek(units)) && !cursor.has(units + 2))) return "more";
    const next = cursor.character(units);
    if (next === "" || isUnspaced(cursor.peek(units - 1))) return true;
    if (isOfWord(next)) return isUnspaced(next);
    if (next !== "'" && next !== "’") return true;
    if (!cursor.has(units + BEHIND_UNITS)) return "more";
    const letter = cursor.character(units + 1);
    if (!isOfWord(letter)) return true;
    return this.#isEnglish && /[sS]/u.test(letter) && !isOfWord(cursor.character(units + 2));
  }
}

function entryAt(node: WordNode, written: string): Pronunciation | undefined {
  return node.exact !== undefined && node.exact.word === spelling(written) ? node.exact : node.folded;
}

function blanksAt(cursor: RewriteCursor, units: number): number {
  let blanks = 0;
  while (blanks < MOST_BLANKS && isSpace(cursor.peek(units + blanks))) blanks += 1;
  return blanks;
}

function isOfWord(character: string): boolean {
  return character === "_" || isWordCharacter(character);
}

/** A character whose second unit has not come. */
function isHalf(character: string): boolean {
  return character.length === 1 && isHighSurrogate(character);
}
