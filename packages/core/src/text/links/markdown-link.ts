import { isSpace } from "../rewrite/characters.ts";

/** A link or an image of Markdown. */
export interface MarkdownLink {
  /** Offset of the closing bracket of its text. */
  readonly textEnd: number;
  /** Offset behind the whole. */
  readonly end: number;
  /** Its address is longer than was looked at: all up to the next bracket or white space belongs to it. */
  readonly goesOn: boolean;
}

/** The text of a link is at most so long, and so is what stands behind its address. */
export const LONGEST_LINK_TEXT = 500;
const LONGEST_ADDRESS = 1000;
const LONGEST_LABEL = 200;

/** Units after which every link is decided. */
export const LINK_LOOK_AHEAD: number = LONGEST_LINK_TEXT + LONGEST_ADDRESS + LONGEST_LINK_TEXT;

const TITLE_AND_END = /\s+(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\))?\s*\)/uy;

/** The link whose opening bracket stands at `at`; "more" when that depends on text that has not come. */
export function readMarkdownLink(text: string, at: number, ended: boolean): MarkdownLink | "more" | undefined {
  const textEnd = readLinkText(text, at, ended);
  if (textEnd === undefined || textEnd === "more") return textEnd;
  const next = text.charAt(textEnd + 1);
  if (next === "") return ended ? undefined : "more";
  if (next === "(") return readDestination(text, textEnd, ended);
  return next === "[" ? readReference(text, textEnd, ended) : undefined;
}

/** The bracket that closes the one at `at`. */
export function readLinkText(text: string, at: number, ended: boolean): number | "more" | undefined {
  const limit = at + LONGEST_LINK_TEXT;
  const possible = text.indexOf("]", at);
  if (possible < 0 || possible > limit) return text.length > limit || ended ? undefined : "more";
  let depth = 0;
  for (let index = at; index < text.length && index <= limit; index += 1) {
    const unit = text.charAt(index);
    if (unit === "\\") index += 1;
    else if (unit === "[") depth += 1;
    else if (unit === "\n" && /^[ \t\r]*\n/u.test(text.slice(index + 1, index + 40))) return undefined;
    else if (unit === "]") {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return text.length > limit || ended ? undefined : "more";
}

function readDestination(text: string, textEnd: number, ended: boolean): MarkdownLink | "more" | undefined {
  let index = textEnd + 2;
  const limit = index + LONGEST_ADDRESS;
  const undecided = (): "more" | undefined => (text.length >= limit || ended ? undefined : "more");
  if (text.charAt(index) === "<") {
    const close = text.indexOf(">", index);
    if (close < 0 || close > limit) return undecided();
    index = close + 1;
  } else {
    let depth = 0;
    for (; index < text.length && index < limit; index += 1) {
      const unit = text.charAt(index);
      if (isSpace(unit) || (unit === ")" && depth === 0)) break;
      if (unit === "(") depth += 1;
      else if (unit === ")") depth -= 1;
      else if (unit === "\\") index += 1;
    }
    if (index >= limit) return { textEnd, end: limit, goesOn: true };
  }
  if (index >= text.length) return undecided();
  if (text.charAt(index) === ")") return { textEnd, end: index + 1, goesOn: false };
  return readTitle(text, { textEnd, index }, ended);
}

function readTitle(text: string, place: { textEnd: number; index: number }, ended: boolean): MarkdownLink | "more" | undefined {
  const { textEnd, index } = place;
  const ahead = text.slice(index, index + LONGEST_LINK_TEXT);
  TITLE_AND_END.lastIndex = 0;
  if (TITLE_AND_END.test(ahead)) return { textEnd, end: index + TITLE_AND_END.lastIndex, goesOn: false };
  return ahead.length >= LONGEST_LINK_TEXT || ended || !/^\s+(?:$|["'()])/u.test(ahead) ? undefined : "more";
}

function readReference(text: string, textEnd: number, ended: boolean): MarkdownLink | "more" | undefined {
  const start = textEnd + 1;
  const close = text.indexOf("]", start);
  if (close >= 0 && close - start <= LONGEST_LABEL) return { textEnd, end: close + 1, goesOn: false };
  return text.length - start > LONGEST_LABEL || ended ? undefined : "more";
}
