import { isDigit, isUnspaced, isWordCharacter } from "../rewrite/characters.ts";
import { isAddressUnit, LONGEST_URL, trimmedLength, type AddressReading } from "./read-address.ts";

/**
 * The ends of sites that are written without their protocol. Those that are words of a language, or the endings of files (`in`, `is`, `me`, `js`, `py`, `md`, `sh`, `rs`), are not
 * among them: a blank that is missing between two sentences must not make a site.
 */
const ENDS: ReadonlySet<string> = new Set(
  "com org net edu gov mil int io dev app ai info biz eu uk de fr es nl pl pt se dk fi cz hu ro gr ru ua tr jp cn kr tw hk sg br mx ar ch ca au nz za il xyz online shop blog".split(" "),
);

/** Latin letters: where no blanks stand between words, a site ends where they begin. */
const LABELS = /[A-Za-z0-9\u00C0-\u024F-]{1,63}(?:\.[A-Za-z0-9\u00C0-\u024F-]{1,63}){1,8}/uy;

/** The site that begins at `at` without a protocol, with its path: `example.com`, `docs.example.org/start`. */
export function readBareDomain(text: string, at: number, ended: boolean): AddressReading {
  LABELS.lastIndex = at;
  const labels = LABELS.test(text) ? LABELS.lastIndex - at : 0;
  if (labels > LONGEST_SITE) return undefined;
  // What reaches to the end of the text may go on; the caller has seen that no e-mail address can begin here.
  const end = at + labels;
  if (!ended && (labels === 0 ? mayBecomeSite(text, at) : end >= text.length - 1)) return "more";
  if (labels === 0 || !isSite(text.slice(at, end)) || /[@_]/u.test(text.charAt(end))) return undefined;
  if (isWordCharacter(text.charAt(end)) && !isUnspaced(text.charAt(end))) return undefined;
  if (text.charAt(end) === "." && isWordCharacter(text.charAt(end + 1))) return undefined;
  const hasPort = text.charAt(end) === ":" && isDigit(text.charAt(end + 1));
  if (!hasPort && !"/?#".includes(text.charAt(end) || " ")) return { kind: "url", length: labels };
  const limit = Math.min(text.length, at + LONGEST_URL);
  let behind = end;
  while (behind < limit && isAddressUnit(text.charAt(behind))) behind += 1;
  if (behind === text.length && behind - at < LONGEST_URL && !ended) return "more";
  return { kind: "url", length: Math.max(labels, trimmedLength(text.slice(at, behind))) };
}

/** No name is longer (RFC 1035). */
const LONGEST_SITE = 253;

function isSite(name: string): boolean {
  const labels = name.split(".");
  const last = labels.at(-1) ?? "";
  return ENDS.has(last) && labels.every((label) => !label.startsWith("-") && !label.endsWith("-")) && /\p{L}{2}|\d\p{L}|\p{L}\d/u.test(labels.slice(0, -1).join("."));
}

/** A first label that reaches to the end of the text, with its dot or without. */
function mayBecomeSite(text: string, at: number): boolean {
  FIRST_LABEL.lastIndex = at;
  return FIRST_LABEL.test(text) && FIRST_LABEL.lastIndex === text.length;
}

const FIRST_LABEL = /[A-Za-z0-9\u00C0-\u024F-]{1,63}\.?/uy;
