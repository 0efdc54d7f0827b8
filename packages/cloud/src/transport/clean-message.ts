/** Characters of a provider's own words that an error may show. */
const LONGEST = 200;

/**
 * A provider's words, fit for an error: plain ASCII, one line, cut, and without any word that was sent. Every word of three or more
 * letters or digits that occurs anywhere in the spoken text or in a key becomes "...", as does a word that is not ASCII: so nothing is left
 * of a text that is echoed whole, in part or with other punctuation. Harmless words go with it.
 *
 * @param sent The text to be spoken and every secret.
 */
export function cleanMessage(message: string, sent: readonly (string | undefined)[]): string {
  const known = sent.filter((text) => text !== undefined && text !== "").map((text) => String(text).toLowerCase());
  const isKnown = (word: string): boolean => word.length >= 3 && known.some((text) => text.includes(word.toLowerCase()));
  const cleaned = message
    .slice(0, 4 * LONGEST)
    .replace(/[\p{L}\p{N}\p{M}_]+/gu, (word) => (/[^\x20-\x7e]/.test(word) || isKnown(word) ? "..." : word))
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/(?:\.\.\. ?){2,}/g, "... ")
    .trim();
  return cleaned.length > LONGEST ? `${cleaned.slice(0, LONGEST)}...` : cleaned;
}

/** A provider's code as it may be shown: an identifier that was not sent by us; undefined where it is none. */
export function cleanCode(code: string, sent: readonly (string | undefined)[]): string | undefined {
  if (!/^[A-Za-z][\w.+:#-]{1,63}$/.test(code)) return undefined;
  return sent.some((text) => text !== undefined && text.includes(code)) ? undefined : code;
}
