import type { PreparedText } from "./text-front-end.ts";

/** A piece of text, or a word in brackets that the model acts out. */
export interface TextPart {
  readonly kind: "text" | "tag";
  /** A tag has its brackets, in small letters. */
  readonly text: string;
}

/** What models of this family act out, by their makers' lists: a model without a tag must not read it out loud. */
const everyExpression: ReadonlySet<string> = new Set(["laughs", "curious", "excited", "sighs", "exhales", "mischievously", "whispers", "sarcastic"]);

const bracketed = /\[\s*([a-z]{1,32})\s*\]/giu;

/**
 * Tells expression tags such as `[laughs]` from text. Words in brackets that nobody acts out stay text; those that other models act out, but not
 * this one, are left out with a warning.
 *
 * @param text - Any text.
 * @param expressions - What the model acts out, without brackets.
 */
export function splitTags(text: string, expressions: readonly string[]): { readonly parts: readonly TextPart[]; readonly warnings: PreparedText["warnings"] } {
  const parts: TextPart[] = [];
  const missing = new Set<string>();
  let start = 0;
  for (const match of text.matchAll(bracketed)) {
    const name = (match[1] ?? "").toLowerCase();
    const acted = expressions.includes(name);
    if (!acted && !everyExpression.has(name)) continue;
    if (match.index > start) parts.push({ kind: "text", text: text.slice(start, match.index) });
    if (acted) parts.push({ kind: "tag", text: `[${name}]` });
    else missing.add(name);
    start = match.index + match[0].length;
  }
  if (start < text.length) parts.push({ kind: "text", text: text.slice(start) });
  const warnings = [...missing].map((name) => ({ code: "TAG_IGNORED", message: `This model does not act out [${name}]; it is left out.` }));
  return { parts, warnings };
}
