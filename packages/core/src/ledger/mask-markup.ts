/** Tags after which another sentence begins, whatever the punctuation. */
const BREAKING = /^<\/?(?:p|s|speak|voice|paragraph|sentence)(?:[\s/>]|$)/iu;
/** Stops at the next `<`, so that a flood of them stays linear. */
const MARKUP = /<[^<>]*>|&(?:#\d{1,7}|#x[\da-f]{1,6}|\w{1,8});/giu;
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };

/**
 * The words of a document with its tags blanked: every unit stays at its offset. A tag that ends a sentence becomes an empty line, an
 * entity its letter and blanks.
 *
 * @example
 * ```ts
 * maskMarkup("<s>Fish &amp; chips</s>"); // "\n\n Fish &     chips\n\n  "
 * ```
 */
export function maskMarkup(document: string): string {
  return document.replaceAll(MARKUP, (found) => {
    if (found.startsWith("&")) return (ENTITIES[found.toLowerCase()] ?? " ").padEnd(found.length, " ");
    return (BREAKING.test(found) ? "\n\n" : "").padEnd(found.length, " ");
  });
}
