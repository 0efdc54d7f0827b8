import { TTSError } from "@parlando/engine";
import { escapeText, escapeValue } from "../escape.ts";

/** A piece of SSML that is well-formed and escaped. Only the builder makes them; `String(piece)` is its markup. */
export interface SsmlFragment {
  readonly kind: "ssml";
  /** The markup. */
  toString(): string;
}

/** What goes between tags. A string or a number is text, whatever it looks like: it is escaped. */
export type SsmlContent = string | number | SsmlFragment | readonly SsmlContent[];

/** The builder's own pieces: nothing else passes for markup, however it looks. */
const fragments = new WeakSet<object>();

/** Lists inside lists, at most. */
const DEEPEST = 32;

/** A piece of markup that is known to be well-formed. */
export function createFragment(markup: string): SsmlFragment {
  const fragment: SsmlFragment = Object.freeze({ kind: "ssml", toString: () => markup });
  fragments.add(fragment);
  return fragment;
}

/** The markup of what goes between tags. */
export function markupOf(content: SsmlContent | undefined, depth = 0): string {
  if (typeof content === "string") return escapeText(content);
  if (typeof content === "number" && Number.isFinite(content)) return String(content);
  if (typeof content === "object" && content !== null) {
    if (fragments.has(content)) return content.toString();
    if (Array.isArray(content) && depth < DEEPEST) return content.map((item: SsmlContent) => markupOf(item, depth + 1)).join("");
  }
  throw invalid("content", "a string, a finite number, a piece that the builder made, or a list of these");
}

/** An element with attributes of which those without a value are left out. */
export function createElement(name: string, attributes: Readonly<Record<string, string | undefined>>, content?: SsmlContent): SsmlFragment {
  const written = Object.entries(attributes).map(([key, value]) => (value === undefined ? "" : ` ${key}="${escapeValue(value)}"`)).join("");
  const inside = content === undefined ? "" : markupOf(content);
  return createFragment(inside === "" ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`);
}

/** The error for a value that does not fit. The value is not repeated: it may be what was to be spoken. */
export function invalid(what: string, expected: string): TTSError {
  return new TTSError("INVALID_INPUT", `While building SSML: the ${what} is not valid; ${expected} was expected. Correct the value.`);
}
