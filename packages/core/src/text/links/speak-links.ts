import type { TextStage } from "../mapped-text.ts";
import { isWordCharacter } from "../rewrite/characters.ts";
import { createRewriter, type RewriteCursor, type TextReader } from "../rewrite/rewriter.ts";
import { readBareDomain } from "./bare-domain.ts";
import { linkWordsFor, type LinkWords } from "./link-words.ts";
import { readMarkdownLink } from "./markdown-link.ts";
import { isAddressUnit, LONGEST_URL, readEmail, readUrl, type AddressReading } from "./read-address.ts";
import { speakEmail, speakUrl, type EmailSpeech, type UrlSpeech } from "./speak-address.ts";

/** Options of {@link speakLinks}. */
export interface SpeakLinksOptions {
  /** The language that is spoken, as a BCP 47 tag: chooses the words for the signs. Default "en". */
  readonly language?: string | undefined;
  /**
   * A bare URL, or a site without its protocol (`example.com`, which "omit" says as well, since it is a word of its sentence): `"site"` says `example dot com`, `"link"` says `link to example dot com`, `"full"` says every part, `"omit"` nothing, `"keep"` leaves it as
   * it is; a function says what it returns. Default "site".
   */
  readonly urls?: UrlSpeech | undefined;
  /** An e-mail address: `"read"` says `jane at example dot com`. Default "read". */
  readonly emails?: EmailSpeech | undefined;
}

/**
 * Says links as a person would: a link of Markdown by its text, a bare URL by its site, an e-mail address with its signs as words.
 *
 * Holds back at most 2,000 units: a link, or an address without its end. What is longer of a URL is left out with it.
 *
 * @example
 * ```ts
 * const stream = tts.createStream({ textStages: [speakLinks({ language: "en", urls: "link" })] });
 * ```
 */
export function speakLinks(options: SpeakLinksOptions = {}): () => TextStage {
  const { urls = "site", emails = "read" } = options;
  const words = linkWordsFor(options.language ?? "en");
  return () => createRewriter(new LinkReader({ urls, emails, words }));
}

interface LinkSpeech {
  readonly urls: UrlSpeech;
  readonly emails: EmailSpeech;
  readonly words: LinkWords;
}

/** What stands behind the text of a link: offsets in all that was read. */
interface Tail {
  readonly start: number;
  readonly end: number;
  readonly goesOn: boolean;
}

const URL_LETTERS = "hHfFwWmM";

class LinkReader implements TextReader {
  readonly #speech: LinkSpeech;
  /** Links that are open, the innermost last. */
  #tails: Tail[] = [];
  /** Inside an address that is left out. */
  #skips: "address" | "destination" | undefined;

  constructor(speech: LinkSpeech) {
    this.#speech = speech;
  }

  restart(): void {
    this.#tails = [];
    this.#skips = undefined;
  }

  read(cursor: RewriteCursor): boolean {
    if (this.#skips !== undefined) return this.#skip(cursor);
    const tail = this.#tails.at(-1);
    if (tail?.start === cursor.offset) return this.#endLink(cursor, tail);
    const unit = cursor.peek();
    if (unit === "!" && cursor.peek(1) === "") return cursor.ended ? this.#keepOne(cursor) : false;
    if (unit === "[" || (unit === "!" && cursor.peek(1) === "[")) return this.#readLink(cursor, unit === "!" ? 1 : 0);
    if (unit === "<") return this.#readAutolink(cursor);
    if (mayBegin(unit) && !mayBegin(cursor.lastRead)) return this.#readWord(cursor);
    const reach = this.#reach(cursor);
    let units = 1;
    while (units < reach && !mayBegin(cursor.peek(units)) && !"[<!".includes(cursor.peek(units))) units += 1;
    cursor.keep(units);
    return true;
  }

  /** Units up to the end of the text, or of the text of the link that is read. */
  #reach(cursor: RewriteCursor): number {
    const tail = this.#tails.at(-1);
    return tail === undefined ? cursor.available : Math.min(cursor.available, tail.start - cursor.offset);
  }

  #readWord(cursor: RewriteCursor): boolean {
    const reach = this.#reach(cursor);
    const isClosed = reach < cursor.available || cursor.ended;
    const text = cursor.text.slice(0, cursor.at + reach);
    const readings: (() => AddressReading)[] = [() => readEmail(text, cursor.at, isClosed)];
    if (URL_LETTERS.includes(cursor.peek())) readings.unshift(() => readUrl(text, cursor.at, isClosed));
    if (!"._-/@\\".includes(cursor.lastRead || " ")) readings.push(() => readBareDomain(text, cursor.at, isClosed));
    for (const reading of readings) {
      const address = reading();
      if (address === "more") return false;
      if (address !== undefined) return this.#sayAddress(cursor, address.length);
    }
    let units = 1;
    while (units < reach && mayBegin(cursor.peek(units))) units += 1;
    cursor.keep(units);
    return true;
  }

  #sayAddress(cursor: RewriteCursor, units: number): boolean {
    const words = this.#wordsFor(cursor.ahead(units));
    if (words === undefined) cursor.keep(units);
    else cursor.say(units, words);
    if (units >= LONGEST_URL && words !== undefined) this.#skips = "address";
    return true;
  }

  #wordsFor(address: string): string | undefined {
    const { urls, emails, words } = this.#speech;
    const email = /^(?:mailto:)?([^/?]*@[^/?]*)/iu.exec(address)?.[1];
    return email === undefined ? speakUrl(address, urls, words) : speakEmail(email, emails, words);
  }

  /** `<https://example.com>` and `<jane@example.com>`. */
  #readAutolink(cursor: RewriteCursor): boolean {
    const next = cursor.peek(1);
    if (next === "") return cursor.ended ? this.#keepOne(cursor) : false;
    if (!isWordCharacter(next)) return this.#keepOne(cursor);
    for (const read of [readUrl, readEmail]) {
      const address = read(cursor.text, cursor.at + 1, cursor.ended);
      if (address === "more") return false;
      if (address === undefined) continue;
      if (!cursor.has(address.length + 2)) return false;
      if (cursor.peek(address.length + 1) !== ">") continue;
      const words = this.#wordsFor(cursor.ahead(address.length + 1).slice(1));
      if (words === undefined) cursor.keep(address.length + 2);
      else cursor.say(address.length + 2, words);
      return true;
    }
    return this.#keepOne(cursor);
  }

  /** A link, or an image: its sign stands before the bracket. */
  #readLink(cursor: RewriteCursor, sign: number): boolean {
    const link = readMarkdownLink(cursor.text, cursor.at + sign, cursor.ended);
    if (link === "more") return false;
    // `x[i][j]` is no link, but two places in a table.
    const isIndex = sign === 0 && link !== undefined && cursor.text.charAt(link.textEnd + 1) === "[" && /[\p{L}\p{N}\])]$/u.test(cursor.lastRead);
    if (link === undefined || isIndex) return this.#keepOne(cursor);
    const base = cursor.offset - cursor.at;
    this.#tails.push({ start: base + link.textEnd, end: base + link.end, goesOn: link.goesOn });
    cursor.drop(sign + 1);
    return true;
  }

  #endLink(cursor: RewriteCursor, tail: Tail): boolean {
    this.#tails.pop();
    cursor.drop(tail.end - tail.start);
    if (tail.goesOn) this.#skips = "destination";
    return true;
  }

  #skip(cursor: RewriteCursor): boolean {
    const stops = (unit: string): boolean => !isAddressUnit(unit) || (this.#skips === "destination" && unit === ")");
    let units = 0;
    while (units < cursor.available && !stops(cursor.peek(units))) units += 1;
    const isOver = units < cursor.available;
    const closes = isOver && this.#skips === "destination" && cursor.peek(units) === ")";
    if (isOver) this.#skips = undefined;
    if (units + (closes ? 1 : 0) === 0) return this.read(cursor);
    cursor.drop(units + (closes ? 1 : 0));
    return true;
  }

  #keepOne(cursor: RewriteCursor): boolean {
    cursor.keep(1);
    return true;
  }
}

/** Whether an address may begin with a unit. */
function mayBegin(unit: string): boolean {
  return unit.charCodeAt(0) < 0x80 && isWordCharacter(unit);
}
