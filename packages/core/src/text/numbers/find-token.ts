import { isDigit, isWordCharacter } from "../rewrite/characters.ts";
import { numberFormatOf, numberParts, type NumberFormat } from "./number-format.ts";
import type { NumberToken } from "./number-token.ts";

/** Units after which every token is decided. */
export const LONGEST_TOKEN = 64;
/** Behind the digits stand at most so many units that may belong to them: ` million`, ` a.m.` and what follows. */
const BEHIND_UNITS = 12;

const CODES = "AED ARS AUD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR".split(" ");
const SIGNS = String.raw`(?:US|CA|AU|NZ|HK|A|C|R)?\p{Sc}`;
const SCALES = "k|m|mn|bn|tn|K|M|B|thousand|million|billion|trillion|Mio\\.?|Mrd\\.?|Millionen|Milliarden|millions?|milliards?|millones|milioni|miliardi|milhões";

const BEGINNINGS = /^[-+−\p{Sc}]/u;

/** Finds the token that begins where a text begins; "more" when that depends on text that has not come. */
export interface TokenFinder {
  (ahead: string, isWhole: boolean): NumberToken | "more" | undefined;
  /** Whether a token may begin with a character: a quick look. */
  mayBegin(character: string): boolean;
}

/** The token does not begin with digits. */
const NEVER = /(?!)/u;
/** The token begins with a name. */
const NAME = /(?!)/u;

interface Rule {
  readonly pattern: RegExp;
  /** What has to stand behind the first digits, where the token begins with some: a quick look before the pattern. */
  readonly after?: RegExp | undefined;
  readonly read: (found: RegExpExecArray) => NumberToken | undefined;
}

/** Finders that were made, by language: asking the runtime for names and formats takes milliseconds. */
const finders = new Map<string, TokenFinder>();
const MOST_FINDERS = 32;

/** The finder of a language. */
export function tokenFinderOf(language: string): TokenFinder {
  const known = finders.get(language);
  if (known !== undefined) return known;
  if (finders.size >= MOST_FINDERS) finders.clear();
  const finder = createTokenFinder(language);
  finders.set(language, finder);
  return finder;
}

function createTokenFinder(language: string): TokenFinder {
  const format = numberFormatOf(language);
  const rules = [...dateRules(format), ...timeRules(), ...amountRules(format)];
  const months = [...format.months.keys()];
  const longest = Math.max(0, ...months.map((month) => month.length));
  const initials = new Set([...CODES, ..."UCANHR"].map((code) => code.charAt(0)));
  for (const name of months) for (const initial of [name.charAt(0), name.charAt(0).toUpperCase()]) initials.add(initial);
  const pairs = new Set([...CODES, "NZ", "HK", "CA", "AU", "US", ...months].map((name) => name.slice(0, 2).toLowerCase()));
  const find = (ahead: string, isWhole: boolean): NumberToken | "more" | undefined => {
    if (!mayGoOn(ahead, pairs)) return undefined;
    const reach = reachOf(ahead, months, longest);
    if (reach === undefined) return undefined;
    if (!isWhole && ahead.length < Math.min(LONGEST_TOKEN, reach + BEHIND_UNITS)) return "more";
    const behind = behindDigits(ahead);
    const isLetter = behind === undefined && /^\p{L}/u.test(ahead);
    for (const { pattern, after, read } of rules) {
      if (after === NAME ? !isLetter : behind === undefined ? after !== NEVER : after !== undefined && !after.test(behind)) continue;
      const found = pattern.exec(ahead);
      if (found === null || !isBounded(ahead, found[0])) continue;
      const token = read(found);
      if (token !== undefined) return token;
    }
    return undefined;
  };
  const mayBegin = (character: string): boolean => isDigit(character) || initials.has(character) || (character.charCodeAt(0) < 0x80 ? "+-$".includes(character) : BEGINNINGS.test(character));
  return Object.assign(find, { mayBegin });
}

/** Whether the first two letters may be those of a month or a currency, or an amount stands behind a sign: most words that begin like one end the search here. */
function mayGoOn(ahead: string, pairs: ReadonlySet<string>): boolean {
  const code = ahead.charCodeAt(0) | 0x20;
  const next = ahead.charCodeAt(1);
  if (isDigit(ahead) || "-+−".includes(ahead.charAt(0)) || Number.isNaN(next)) return true;
  if (code === 0x24 || (code > 0x80 && !/^[\p{L}\uD800-\uDBFF]/u.test(ahead))) return next === 0x20 || next === 0xa0 || isDigit(ahead.charAt(1));
  if (code < 97 || code > 122 || next >= 0x80 || next === 0x24) return true;
  return pairs.has(ahead.slice(0, 2).toLowerCase());
}

/** The character behind the first digits, where the token begins with them; "" at the end. */
function behindDigits(ahead: string): string | undefined {
  let at = isDigit(ahead) ? 1 : 2;
  if (at === 2 && (!"-+−".includes(ahead.charAt(0)) || !isDigit(ahead.charAt(1)))) return undefined;
  while (isDigit(ahead.charAt(at))) at += 1;
  return ahead.charAt(at);
}

/** How far the beginning of a token reaches for certain; undefined when none begins here. */
function reachOf(ahead: string, months: readonly string[], longest: number): number | undefined {
  const digits = /^[-+−]?(?:(?:US|CA|AU|NZ|HK|A|C|R)?\p{Sc}[ \u00A0]?)?\d[\d.,:'’/\u00A0\u202F\u2009 -]*/u.exec(ahead)?.[0];
  if (digits !== undefined) return digits.length + longest;
  if (/^[-+−]?(?:(?:US|CA|AU|NZ|HK|A|C|R)?(?:\p{Sc}[ \u00A0]?)?)?$/u.test(ahead)) return ahead.length;
  const letters = /^\p{L}+\.?/u.exec(ahead)?.[0] ?? "";
  const isName = CODES.some((code) => code.startsWith(letters)) || months.some((month) => month.startsWith(letters.toLowerCase().replace(/\.$/u, "")));
  if (letters === "" || !isName) return undefined;
  if (letters.length === ahead.length) return ahead.length;
  return (/^\p{L}+\.?[ \u00A0]?[-+−\d.,:'’/ \u00A0]*/u.exec(ahead)?.[0] ?? "").length;
}

/** Whether the token is not part of something longer. */
function isBounded(ahead: string, token: string): boolean {
  const next = characterAt(ahead, token.length);
  if (isWordCharacter(next)) return false;
  return !(/[.,:'’/-]/u.test(next) && isDigit(ahead.charAt(token.length + 1))) && next !== "_";
}

function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

function dateRules(format: NumberFormat): Rule[] {
  const names = [...format.months.keys()].sort((left, right) => right.length - left.length).join("|");
  const date = (text: string, year: string | undefined, month: number, day: number): NumberToken | undefined =>
    month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { kind: "date", text, year: year === undefined ? undefined : Number(year), month, day } : undefined;
  const byNumbers: Rule[] = [
    { pattern: /^(\d{4})-(\d{2})-(\d{2})/u, after: /-/u, read: ([text, year, month, day]) => date(text, year, Number(month), Number(day)) },
    { pattern: /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})/u, after: /\./u, read: ([text, day, month, year]) => date(text, year, Number(month), Number(day)) },
    {
      pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})/u,
      after: /\//u,
      read: ([text, first, second, year]) => (format.monthFirst ? date(text, year, Number(first), Number(second)) : date(text, year, Number(second), Number(first))),
    },
  ];
  if (names === "") return byNumbers;
  const month = (name = ""): number => format.months.get(name.toLowerCase().replace(/\.$/u, "")) ?? 0;
  const byName: Rule[] = [
    {
      pattern: new RegExp(String.raw`^(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[ \u00A0](?:of |de )?(${names})(?!\p{L})\.?(?:,? (?:de )?(\d{4}))?`, "iu"),
      after: /[snrteSNRTE.º \u00A0]/u,
      read: ([text, day, name, year]) => date(text, year, month(name), Number(day)),
    },
    {
      pattern: new RegExp(String.raw`^(${names})(?!\p{L})\.?[ \u00A0](\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?`, "iu"),
      after: NAME,
      read: ([text, name, day, year]) => date(text, year, month(name), Number(day)),
    },
  ];
  return [...byNumbers, ...byName];
}

function timeRules(): Rule[] {
  const period = String.raw`[ \u00A0]?([ap])(?:m|\.[ ]?m)\b`;
  const time = (text: string, parts: { hour: string | undefined; minute?: string | undefined; second?: string | undefined; letter?: string | undefined }): NumberToken | undefined => {
    const [hour, minute] = [Number(parts.hour), Number(parts.minute ?? 0)];
    const second = parts.second === undefined ? undefined : Number(parts.second);
    const letter = parts.letter?.toLowerCase();
    if (hour > 24 || minute > 59 || (second ?? 0) > 59) return undefined;
    return { kind: "time", text, hour, minute, second, period: letter === undefined ? undefined : letter === "a" ? "am" : "pm" };
  };
  return [
    { pattern: new RegExp(String.raw`^(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2}))?)?${period}`, "iu"), after: /[:.apAP \u00A0]/u, read: ([text, hour, minute, second, letter]) => time(text, { hour, minute, second, letter }) },
    { pattern: /^(\d{1,2}):(\d{2})(?::(\d{2}))?/u, after: /:/u, read: ([text, hour, minute, second]) => time(text, { hour, minute, second }) },
    { pattern: /^(\d{1,2})[ \u00A0]?h[ \u00A0]?(\d{2})/u, after: /[h \u00A0]/u, read: ([text, hour, minute]) => time(text, { hour, minute }) },
  ];
}

function amountRules(format: NumberFormat): Rule[] {
  const { number } = format;
  const codes = CODES.join("|");
  const money = (text: string, found: { sign: string | undefined; written: string | undefined; currency: string | undefined; scale: string | undefined }): NumberToken => ({
    kind: "currency",
    text,
    ...numberParts(found.written ?? "", found.sign ?? "", format),
    currency: found.currency ?? "",
    scale: found.scale ?? "",
  });
  const plain =
    (kind: "number" | "percent" | "ordinal") =>
    ([text, sign, written]: RegExpExecArray): NumberToken => ({ kind, text, ...numberParts(written ?? "", sign ?? "", format) });
  const scale = String.raw`(?:[ \u00A0]?(${SCALES})(?!\p{L}))?`;
  return [
    {
      pattern: new RegExp(String.raw`^([-+−]?)(${SIGNS}|(?:${codes})(?=[ \u00A0]|\d))[ \u00A0]?(${number})${scale}`, "u"),
      after: NEVER,
      read: ([text, sign, currency, written, factor]) => money(text, { sign, written, currency, scale: factor }),
    },
    {
      pattern: new RegExp(String.raw`^([-+−]?)(${number})${scale}[ \u00A0]?(${SIGNS}|(?:${codes})(?!\p{L}))`, "u"),
      read: ([text, sign, written, factor, currency]) => money(text, { sign, written, currency, scale: factor }),
    },
    { pattern: new RegExp(String.raw`^([-+−]?)(${number})[ \u00A0\u202F]?[%‰]`, "u"), read: plain("percent") },
    { pattern: /^()(\d+)(?:st|nd|rd|th|er|re|e|ème|º|ª)(?!\p{L})/u, after: /[snrteèºª]/u, read: plain("ordinal") },
    { pattern: new RegExp(`^([-+−]?)(${number})`, "u"), read: plain("number") },
  ];
}
