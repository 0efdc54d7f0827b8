import type { LinkWords } from "./link-words.ts";

/** What is said of a URL: the site with its dots, the same announced as a link, everything, nothing, or what it is. */
export type UrlSpeech = "site" | "link" | "full" | "omit" | "keep" | ((url: string) => string);

/** What is said of an e-mail address: its parts with the signs between them, nothing, or what it is. */
export type EmailSpeech = "read" | "omit" | "keep" | ((address: string) => string);

/** What is said for a URL; undefined to leave it as it is. */
export function speakUrl(url: string, speech: UrlSpeech, words: LinkWords): string | undefined {
  if (typeof speech === "function") return speech(url);
  if (speech === "keep") return undefined;
  // A site without its protocol is a word of the sentence.
  if (speech === "omit" && /^(?:[a-z]+:|www\.)/iu.test(url)) return "";
  const [, host = "", rest = ""] = /^(?:[a-z]+:\/\/)?(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)(.*)$/isu.exec(url) ?? [];
  const site = spokenSigns(host.replace(/:\d+$/u, ""), words);
  if (speech === "link") return `${words.linkTo} ${site}`;
  return speech === "site" || speech === "omit" ? site : `${site} ${spokenSigns(rest.replace(/\/$/u, ""), words)}`.trim();
}

/** What is said for an e-mail address; undefined to leave it as it is. */
export function speakEmail(address: string, speech: EmailSpeech, words: LinkWords): string | undefined {
  if (typeof speech === "function") return speech(address);
  if (speech === "keep") return undefined;
  return speech === "omit" ? "" : spokenSigns(address, words);
}

/** The letters and digits as they are, the signs between them as words. */
function spokenSigns(text: string, words: LinkWords): string {
  const signs: Readonly<Record<string, string>> = { ".": words.dot, "@": words.at, "/": words.slash, "-": words.dash, _: words.underscore };
  return text
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, (sign) => ` ${signs[sign] ?? sign} `)
    .replaceAll(/\s+/gu, " ")
    .trim();
}
