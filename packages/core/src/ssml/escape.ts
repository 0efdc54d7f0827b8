const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** What XML 1.0 has no place for: https://www.w3.org/TR/xml/#charsets. Half of a pair of surrogates is no character either. */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** How a character of a text is written in a document. */
export function escapeOf(character: string): string {
  return character === '"' ? character : (ESCAPES[character] ?? character);
}

/** A text without what a document has no place for; every unit stays at its offset. */
export function cleanText(text: string): string {
  return text.replaceAll(FORBIDDEN, (found) => (found < "\ud800" || found > "\udfff" ? " " : "\ufffd"));
}

/** A text as it stands between tags. */
export function escapeText(text: string): string {
  return cleanText(text).replaceAll(/[&<>]/gu, escapeOf);
}

/** A value as it stands between double quotes. */
export function escapeValue(value: string): string {
  return cleanText(value).replaceAll(/[&<>"]/gu, (character) => ESCAPES[character] ?? character).replaceAll(/[\t\n\r]/gu, " ");
}
