import type { TextStage } from "../mapped-text.ts";
import { isHighSurrogate, isWordCharacter } from "../rewrite/characters.ts";
import { createRewriter, type RewriteCursor, type TextReader } from "../rewrite/rewriter.ts";
import { LONGEST_TOKEN, tokenFinderOf, type TokenFinder } from "./find-token.ts";
import type { NumberToken } from "./number-token.ts";

/** Options of {@link speakNumbers}. */
export interface SpeakNumbersOptions {
  /** The language that is spoken, as a BCP 47 tag: decides what a comma, `8/9/2024` and the name of a month mean. Default "en". */
  readonly language?: string | undefined;
  /** What is said for a token; undefined to leave it as it is. */
  readonly say: (token: NumberToken) => string | undefined;
}

/**
 * Finds numbers, shares, ranks, amounts of money, dates and times of day, each as a whole, and asks you how they are said. What is part of something else
 * (versions, addresses, `5kg`, `555-1234`) is left as it is, and so is what you return `undefined` for.
 *
 * Holds back at most 64 units: a token and what may still belong to it.
 *
 * @example
 * ```ts
 * const say = (token: NumberToken) => (token.kind === "percent" ? `${token.value} percent` : undefined);
 * const stream = tts.createStream({ textStages: [speakNumbers({ language: "en", say })] });
 * ```
 */
export function speakNumbers(options: SpeakNumbersOptions): () => TextStage {
  const find = tokenFinderOf(options.language ?? "en");
  return () => createRewriter(new NumberReader(find, options.say));
}

class NumberReader implements TextReader {
  readonly #find: TokenFinder;
  readonly #say: SpeakNumbersOptions["say"];
  /** The character before the last one that was read. */
  #beforeLast = "";

  constructor(find: TokenFinder, say: SpeakNumbersOptions["say"]) {
    this.#find = find;
    this.#say = say;
  }

  restart(): void {
    this.#beforeLast = "";
  }

  read(cursor: RewriteCursor): boolean {
    const plain = this.#keepPlain(cursor);
    if (plain !== undefined) return plain;
    const token = this.#find(cursor.ahead(LONGEST_TOKEN), cursor.ended);
    if (token === "more") return false;
    const words = token === undefined ? undefined : this.#say(token);
    if (token === undefined || words === undefined) return this.#keep(cursor, token?.text.length ?? cursor.character().length);
    this.#beforeLast = "";
    cursor.say(token.text.length, words);
    return true;
  }

  /** Passes on what comes before the next place where a token may begin; undefined when that is here. */
  #keepPlain(cursor: RewriteCursor): boolean | undefined {
    let [before, beforeLast, units] = [cursor.lastRead, this.#beforeLast, 0];
    while (units < cursor.available) {
      const character = cursor.character(units);
      const isHalf = character.length === 1 && isHighSurrogate(character) && units + 1 === cursor.available;
      if (isHalf && !cursor.ended) break;
      if (this.#find.mayBegin(character) && isFree(before, beforeLast)) {
        if (units === 0) return undefined;
        break;
      }
      [beforeLast, before] = [before, character];
      units += character.length;
    }
    if (units === 0) return false;
    this.#beforeLast = beforeLast;
    cursor.keep(units);
    return true;
  }

  #keep(cursor: RewriteCursor, units: number): true {
    this.#beforeLast = units === cursor.character().length ? cursor.lastRead : cursor.text.charAt(cursor.at + units - 2);
    cursor.keep(units);
    return true;
  }
}

/** A token begins where no word, number or address goes on. */
function isFree(before: string, beforeLast: string): boolean {
  if (isWordCharacter(before) || before === "_") return false;
  return !(before !== "" && ".,:'’/-".includes(before) && isWordCharacter(beforeLast));
}
