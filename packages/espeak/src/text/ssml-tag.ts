/** One tag of an SSML document. */
export interface SsmlTag {
  kind: "open" | "close";
  /** Lower case, without a prefix's case changed. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  start: number;
  /** One past the `>`. */
  end: number;
}

/** What stands at a `<`: a tag, markup that is not spoken, or no markup at all. */
export type SsmlMarkup = SsmlTag | { kind: "other"; end: number } | { kind: "none" };

const skipped: readonly (readonly [open: string, close: string])[] = [["<!--", "-->"], ["<![CDATA[", "]]>"], ["<?", "?>"], ["<!", ">"]];

/**
 * Reads the markup that begins at `start`. What is never closed reaches to the end of the document.
 *
 * @param source - The document.
 * @param start - Index of a `<`.
 */
export function readTag(source: string, start: number): SsmlMarkup {
  for (const [open, close] of skipped) {
    if (!source.startsWith(open, start)) continue;
    const found = source.indexOf(close, start + open.length);
    return { kind: "other", end: found < 0 ? source.length : found + close.length };
  }
  const nameAt = source.charAt(start + 1) === "/" ? start + 2 : start + 1;
  if (!/\p{L}/u.test(source.charAt(nameAt))) return { kind: "none" };
  const end = findEnd(source, nameAt);
  const inside = source.slice(nameAt, end).replace(/\/?>$/u, "");
  const name = /^[^\s/>]*/u.exec(inside)?.[0] ?? "";
  return { kind: nameAt === start + 1 ? "open" : "close", name: name.toLowerCase(), attributes: readAttributes(inside.slice(name.length)), start, end };
}

/** One past the `>` that closes a tag; a `>` inside quotes does not. */
function findEnd(source: string, from: number): number {
  let quote = "";
  for (let index = from; index < source.length; index += 1) {
    const character = source.charAt(index);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return index + 1;
  }
  return source.length;
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const match of text.matchAll(/([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu)) {
    attributes[(match[1] ?? "").toLowerCase()] = match[2] ?? match[3] ?? "";
  }
  return attributes;
}
