import { TTSError } from "@parlando/engine";
import { primaryOf } from "../language.ts";
import type { TextStage } from "../mapped-text.ts";
import { isHighSurrogate, isSpace, isUnspaced, isWordCharacter } from "../rewrite/characters.ts";
import { createRewriter, type RewriteCursor, type TextReader } from "../rewrite/rewriter.ts";
import { englishNames, namesOf, type EmojiNames } from "./emoji-names.ts";
import { mayBeginEmoji, readEmoji, type EmojiSequence } from "./emoji-sequence.ts";

/** Options of {@link speakEmoji}. */
export interface SpeakEmojiOptions {
  /** The language that is spoken, as a BCP 47 tag. Default "en". For another than English, `names` has to be there. */
  readonly language?: string | undefined;
  /** What emoji are called, instead of the English names: from `loadEmojiNames`, or your own. One that is not in it is left as it is. */
  readonly names?: EmojiNames | Readonly<Record<string, string>> | undefined;
  /** Makes what is said of a name, for example `(name) => \`emoji ${name}\``. Default: the name. */
  readonly say?: ((name: string) => string) | undefined;
}

/** Blanks between two emoji that are looked over. */
const MOST_BLANKS = 4;
/** The longest short code, such as `:thumbs_up:`. */
const LONGEST_CODE = 40;
const SHORT_CODE = /^:([a-z][a-z0-9_+-]*[a-z0-9]|[+-]1):/u;
const SHORT_CODE_BEGUN = /^:(?:[a-z][a-z0-9_+-]*:?|[+-](?:1:?)?)?$/u;
const THUMBS: Readonly<Record<string, string>> = { "+1": "thumbs up", "-1": "thumbs down" };

/**
 * Says emoji by their names: a sequence (skin tones, families, flags, keycaps) is one, a repeated one is said once, skin tones are not told. Short codes
 * (`:thumbs_up:`) are said by their words, keycaps as their numbers. Digits, ©, ® and ™ are no emoji, nor is what is shown as text (❤ without its selector).
 *
 * Holds back at most 76 units: a sequence that may go on.
 *
 * @throws TTSError INVALID_CONFIG when the language is not English and there are no names.
 * @example
 * ```ts
 * const stream = tts.createStream({ textStages: [speakEmoji({ language: "en" })] });
 * ```
 */
export function speakEmoji(options: SpeakEmojiOptions = {}): () => TextStage {
  const language = options.language ?? "en";
  if (options.names === undefined && primaryOf(language) !== "en") {
    throw new TTSError("INVALID_CONFIG", `speakEmoji() was given the language "${language}" without names. Load them first: speakEmoji({ language, names: await loadEmojiNames(language) }), or leave emoji out: dropEmoji().`);
  }
  const names = options.names === undefined ? undefined : namesOf(options.names);
  const say = options.say ?? ((name) => name);
  const nameOf = (key: string): string | undefined => {
    const name = findName(names ?? englishNames(), key);
    return name === undefined ? undefined : say(name);
  };
  return () => createRewriter(new EmojiReader(nameOf));
}

/**
 * Leaves emoji and their short codes out, with the blank before them; keycaps are said as their numbers. What is left out: see {@link speakEmoji}.
 *
 * @example
 * ```ts
 * const stream = tts.createStream({ textStages: [dropEmoji()] });
 * ```
 */
export function dropEmoji(): () => TextStage {
  return () => createRewriter(new EmojiReader((key) => keycapDigits(key) ?? ""));
}

/** The name of a sequence, or those of the signs that it is joined from. */
function findName(names: EmojiNames, key: string): string | undefined {
  const name = names.get(key);
  const digits = keycapDigits(key);
  if (digits !== undefined && (name === undefined || name.includes(digits))) return digits;
  if (name !== undefined || !key.includes("\u200D")) return name;
  const parts = key.split("\u200D").flatMap((part) => names.get(part) ?? []);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** A keycap is said as what is on it: it stands before an item more often than not. */
function keycapDigits(key: string): string | undefined {
  if (key === "🔟") return "10";
  return /^\d\u20E3$/u.test(key) ? key.charAt(0) : undefined;
}

class EmojiReader implements TextReader {
  readonly #nameOf: (key: string) => string | undefined;
  /** The emoji that ends where the cursor stands. */
  #previous: { readonly key: string; readonly end: number } | undefined;
  /** What was left out, ends where the cursor stands: a blank is owed if a word follows. */
  #owedAt: number | undefined;

  constructor(nameOf: (key: string) => string | undefined) {
    this.#nameOf = nameOf;
  }

  restart(): void {
    this.#previous = undefined;
    this.#owedAt = undefined;
  }

  read(cursor: RewriteCursor): boolean {
    const unit = cursor.peek();
    if (unit === " ") return this.#readBlanks(cursor);
    if (unit === ":") return this.#readShortCode(cursor);
    if (mayBeginEmoji(unit)) return this.#readEmoji(cursor);
    if (isHighSurrogate(unit) && !cursor.has(2)) return false;
    if (this.#owedAt === cursor.offset) this.#payBlank(cursor, cursor.character());
    let units = 1;
    while (units < cursor.available && isPlain(cursor.peek(units))) units += 1;
    cursor.keep(units);
    return true;
  }

  /** Blanks before an emoji belong to it when nothing is said for it, and when it repeats the one before. */
  #readBlanks(cursor: RewriteCursor): boolean {
    let blanks = 1;
    while (blanks < MOST_BLANKS && cursor.peek(blanks) === " ") blanks += 1;
    if (!cursor.has(blanks + 1)) return false;
    const emoji = readEmoji(cursor.text, cursor.at + blanks, cursor.ended);
    if (emoji === "more") return false;
    if (emoji !== undefined && (this.#repeats(cursor, emoji) || this.#nameOf(emoji.key) === "")) {
      cursor.drop(blanks);
      this.#take(cursor, emoji, "");
    } else if (this.#owedAt === cursor.offset && cursor.tail.endsWith(" ")) cursor.drop(blanks);
    else cursor.keep(blanks);
    return true;
  }

  #repeats(cursor: RewriteCursor, emoji: EmojiSequence): boolean {
    return this.#previous?.end === cursor.offset && this.#previous.key === emoji.key;
  }

  #readEmoji(cursor: RewriteCursor): boolean {
    const emoji = readEmoji(cursor.text, cursor.at, cursor.ended);
    if (emoji === "more") return false;
    const name = emoji === undefined ? undefined : this.#nameOf(emoji.key);
    if (emoji === undefined || name === undefined) {
      const character = cursor.character();
      if (this.#owedAt === cursor.offset) this.#payBlank(cursor, character);
      cursor.keep(character.length);
      return true;
    }
    this.#take(cursor, emoji, this.#repeats(cursor, emoji) ? "" : this.#withSeparator(cursor, name));
    return true;
  }

  #take(cursor: RewriteCursor, emoji: EmojiSequence, words: string): void {
    cursor.say(emoji.length, words);
    this.#previous = { key: emoji.key, end: cursor.offset };
    this.#owedAt = cursor.offset;
  }

  /** Two names are two things; a name and a word are two words. */
  #withSeparator(cursor: RewriteCursor, name: string): string {
    if (name === "") return name;
    const last = cursor.tail.at(-1) ?? "";
    if (this.#previous?.end === cursor.offset) cursor.say(0, isUnspaced(name) ? "，" : ", ");
    else if (last !== "" && !isSpace(last) && !/[\p{Ps}\p{Pi}"']/u.test(last) && !isUnspaced(last) && !isUnspaced(name)) cursor.say(0, " ");
    return name;
  }

  #payBlank(cursor: RewriteCursor, next: string): void {
    const last = cursor.tail.at(-1) ?? "";
    const isOwed = isWordCharacter(next) && last !== "" && !isSpace(last) && !isUnspaced(next) && !isUnspaced(last);
    if (isOwed) cursor.say(0, " ");
    this.#owedAt = undefined;
  }

  #readShortCode(cursor: RewriteCursor): boolean {
    const ahead = cursor.ahead(LONGEST_CODE);
    const mayBegin = !isWordCharacter(cursor.lastRead) && cursor.lastRead !== ":";
    const code = mayBegin ? SHORT_CODE.exec(ahead)?.[1] : undefined;
    if (code === undefined) {
      if (mayBegin && !cursor.has(LONGEST_CODE) && SHORT_CODE_BEGUN.test(ahead)) return false;
      cursor.keep(1);
      return true;
    }
    const units = code.length + 2;
    if (!cursor.has(units + 1)) return false;
    if (cursor.peek(units) === ":" || isWordCharacter(cursor.peek(units))) cursor.keep(units);
    else {
      const words = THUMBS[code] ?? code.replaceAll(/[_-]+/gu, " ");
      const emoji = { length: units, key: ahead.slice(0, units) };
      this.#take(cursor, emoji, this.#nameOf("😀") === "" || this.#repeats(cursor, emoji) ? "" : words);
    }
    return true;
  }
}

function isPlain(unit: string): boolean {
  return unit !== " " && unit !== ":" && !mayBeginEmoji(unit);
}
