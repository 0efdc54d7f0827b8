import type { SsmlProblemKind } from "./ssml-problem.ts";
import { readReference } from "./read-reference.ts";

/** A tag that was read. */
export interface SsmlTag {
  readonly kind: "open" | "close" | "empty";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_.:-]{0,63}$/u;
const ATTRIBUTE = /\s*([^\s=/>"'<]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/uy;
/** More than any element has. */
const MOST_ATTRIBUTES = 64;

/** Reads a tag from its `<` to its `>`; undefined where it has no name that could be one. `problem` is told what is wrong with the rest. */
export function readTag(source: string, problem: (kind: SsmlProblemKind) => void): SsmlTag | undefined {
  const isClosing = source.startsWith("</");
  const isEmpty = !isClosing && source.endsWith("/>");
  const inside = source.slice(isClosing ? 2 : 1, isEmpty ? -2 : -1);
  const name = /^[^\s/=<>"']*/u.exec(inside)?.[0] ?? "";
  if (!NAME.test(name)) return undefined;
  const rest = inside.slice(name.length);
  if (isClosing) {
    if (rest.trim() !== "") problem("tag");
    return { kind: "close", name, attributes: new Map() };
  }
  return { kind: isEmpty ? "empty" : "open", name, attributes: readAttributes(rest, problem) };
}

function readAttributes(text: string, problem: (kind: SsmlProblemKind) => void): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let index = 0;
  while (index < text.length) {
    ATTRIBUTE.lastIndex = index;
    const found = ATTRIBUTE.exec(text);
    if (found === null) {
      const next = index + nextSign(text, index);
      if (next > text.length) break;
      problem("attribute");
      // A sign that belongs to no attribute is passed over.
      index = next;
      continue;
    }
    index += found[0].length;
    const [, name = "", quoted, apostrophed] = found;
    const value = quoted ?? apostrophed;
    if (value === undefined || attributes.has(name) || attributes.size >= MOST_ATTRIBUTES || value.includes("<")) problem("attribute");
    if (value !== undefined && !attributes.has(name) && attributes.size < MOST_ATTRIBUTES) attributes.set(name, readValue(value, problem));
  }
  return attributes;
}

/** Units up to behind the next sign that is no white space. */
function nextSign(text: string, index: number): number {
  let end = index;
  while (end < text.length && text.charAt(end).trim() === "") end += 1;
  return end + 1 - index;
}

function readValue(value: string, problem: (kind: SsmlProblemKind) => void): string {
  if (!value.includes("&")) return value.replaceAll(/[\t\n\r]/gu, " ");
  return value.replaceAll(/[\t\n\r]/gu, " ").replaceAll(/&(?:([#\w]{1,10});)?/gu, (found, name: string | undefined) => {
    const character = name === undefined ? undefined : readReference(name);
    if (character === undefined) problem("reference");
    return character ?? found;
  });
}
