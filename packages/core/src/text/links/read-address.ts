import { isHighSurrogate, isSpace } from "../rewrite/characters.ts";

/** An address that stands bare in a text. */
export interface Address {
  readonly kind: "url" | "email";
  /** UTF-16 units of it. */
  readonly length: number;
}

/** Longer words are no addresses; what is longer than this of a URL is left out with it. */
export const LONGEST_URL = 2000;
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;
/** Units after which every e-mail address is decided. */
export const LONGEST_EMAIL: number = LONGEST_LOCAL_PART + 1 + LONGEST_DOMAIN;

const URL_STARTS = ["http://", "https://", "ftp://", "www.", "mailto:"];
const LOCAL_PART = /[A-Za-z0-9.%+_-]{1,64}/uy;
const DOMAIN = /[\p{L}\p{N}.-]+/uy;
/** What ends an address although it is no white space. */
const STOPPERS = "<>\"«»“”‘’「」『』（），。；、！？【】《》";
/** What belongs to the sentence when it stands at the end of an address. */
const TRAILING = ".,:;!?'*_~…";
const OPENERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Where a text has to be read on to decide. */
export type AddressReading = Address | "more" | undefined;

/** The URL that begins at `at`, without the punctuation of the sentence behind it. */
export function readUrl(text: string, at: number, ended: boolean): AddressReading {
  const start = readStart(text, at, ended);
  if (start === undefined || start === "more") return start;
  const limit = Math.min(text.length, at + LONGEST_URL);
  let end = at + start.length;
  while (end < limit && isAddressUnit(text.charAt(end))) end += 1;
  if (end === text.length && end - at < LONGEST_URL && !ended) return "more";
  const length = trimmedLength(text.slice(at, end));
  return length > start.length ? { kind: "url", length } : undefined;
}

/** Whether a unit may stand in a URL. */
export function isAddressUnit(unit: string): boolean {
  return unit !== "" && !isSpace(unit) && !STOPPERS.includes(unit);
}

/** The start; "more" while it may become one. */
function readStart(text: string, at: number, ended: boolean): string | undefined {
  const ahead = text.slice(at, at + 8).toLowerCase();
  const start = URL_STARTS.find((candidate) => ahead.startsWith(candidate));
  if (start !== undefined) return start;
  return !ended && URL_STARTS.some((candidate) => candidate.startsWith(ahead)) ? "more" : undefined;
}

/** Units of an address without the punctuation of the sentence behind it. */
export function trimmedLength(address: string): number {
  /** Closing brackets that nothing opened, by kind. */
  const spare = new Map<string, number>();
  let { length } = address;
  for (;;) {
    const last = address.charAt(length - 1);
    const opener = OPENERS[last];
    if (opener === undefined) {
      if (last === "" || !TRAILING.includes(last)) return length;
    } else {
      const left = spare.get(last) ?? count(address, last) - count(address, opener);
      if (left <= 0) return length;
      spare.set(last, left - 1);
    }
    length -= 1;
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

/** Where the units end that a pattern finds at `at`. */
function runEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The e-mail address that begins at `at`. */
export function readEmail(text: string, at: number, ended: boolean): AddressReading {
  let end = runEnd(LOCAL_PART, text, at);
  if (end === text.length && end - at < LONGEST_LOCAL_PART && !ended) return "more";
  if (end === at || text.charAt(end) !== "@") return undefined;
  const domainStart = end + 1;
  end = runEnd(DOMAIN, text.slice(0, domainStart + LONGEST_DOMAIN), domainStart);
  // Half a letter at the end of the text may become a whole one.
  const isOpen = end === text.length || (end === text.length - 1 && isHighSurrogate(text.charAt(end)));
  if (isOpen && text.length < domainStart + LONGEST_DOMAIN && !ended) return "more";
  const domain = text.slice(domainStart, end).replace(/[.-]+$/u, "");
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+\p{L}{2,}$/u.test(domain)) return undefined;
  return { kind: "email", length: domainStart + domain.length - at };
}
