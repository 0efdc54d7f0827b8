import { isAddressUnit } from "../links/read-address.ts";
import { readMarkdownLink } from "../links/markdown-link.ts";
import { isAsciiPunctuation, isSpace, isWordCharacter } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { readCodeSpan } from "./code-span.ts";
import { readEmphasis } from "./emphasis.ts";
import { isComparison, readHtml, readHtmlEntity } from "./html.ts";
import { itemGoesOn } from "./line-start.ts";
import { blanksAt, contentBefore, isBlank, missingStop, type LinkTail, type MarkdownState } from "./markdown-state.ts";
import { escapedMathUnits, readDollar, sayFormula } from "./math.ts";
import { readBar, readBarInText, saySeparator } from "./table.ts";

const PLAIN = /[^\\`*_~[!<&$|\n:]+/uy;
/** In a line that ends a sentence, blanks may stand at its end, and a heading may be closed by `#`. */
const PLAIN_IN_LINE = /[^\\`*_~[!<&$|\n: \t\r#]+/uy;
/** The label of a quotation that is set apart: `> [!NOTE]`. */
const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/u;
const LONGEST_ALERT = 12;
/** Blanks before a bar are looked over so far. */
const MOST_BLANKS = 8;
/** The closing signs of a heading are looked for so far. */
const LONGEST_CLOSING = 64;

/** Reads on within the content of a line. */
export function readInline(cursor: RewriteCursor, state: MarkdownState): boolean {
  if (state.skipsAddress) return skipAddress(cursor, state);
  const tail = state.tails.at(-1);
  if (tail?.start === cursor.offset) return endLink(cursor, state, tail);
  if (state.dropsBlanks && isBlank(cursor.peek())) {
    cursor.drop(blanksAt(cursor, 0));
    state.contentStart = cursor.offset;
    return true;
  }
  state.dropsBlanks = false;
  const unit = cursor.peek();
  if (state.isInUrl && readUrlUnits(cursor, tail)) return true;
  if (state.isInUrl) state.urlEnd = cursor.offset;
  state.isInUrl = false;
  if (state.owesSeparator && unit !== "|" && unit !== "\n" && !isBlank(unit)) saySeparator(cursor, state);
  if (unit !== state.longRun) state.longRun = "";
  return readConstruct(cursor, state, unit) ?? readPlain(cursor, state, tail);
}

function readConstruct(cursor: RewriteCursor, state: MarkdownState, unit: string): boolean | undefined {
  switch (unit) {
    case "\n":
      return endLine(cursor, state, 0);
    case "*":
    case "_":
    case "~":
      return readEmphasis(cursor, state);
    case "`":
      return readCodeSpan(cursor, state);
    case "[":
    case "!":
      return readBracket(cursor, state, unit === "!" ? 1 : 0);
    case "\\":
      return readEscape(cursor, state);
    case "<":
      return readAngle(cursor, state);
    case "&":
      return readHtmlEntity(cursor);
    case "$":
      return readDollar(cursor, state);
    case ":":
      return readColon(cursor, state);
    case "|":
      return state.block === "row" ? readBar(cursor, state, 0) : readBarInText(cursor, state, 0);
    default:
      return state.block !== "paragraph" && (isBlank(unit) || unit === "#") ? readBlanks(cursor, state) : undefined;
  }
}

function readPlain(cursor: RewriteCursor, state: MarkdownState, tail: LinkTail | undefined): boolean {
  const pattern = state.block === "paragraph" ? PLAIN : PLAIN_IN_LINE;
  pattern.lastIndex = cursor.at;
  const found = pattern.test(cursor.text) ? pattern.lastIndex - cursor.at : 1;
  // Blanks before a bar belong to it.
  const blanks = pattern === PLAIN ? blanksBefore(cursor, found) : 0;
  if (blanks === found) return readBlanksInText(cursor, state, blanks);
  const length = found - blanks;
  cursor.keep(tail === undefined ? length : Math.min(length, tail.start - cursor.offset));
  return true;
}

/** Blanks at the end of so many units, where a bar may follow. */
function blanksBefore(cursor: RewriteCursor, units: number): number {
  const next = cursor.peek(units);
  if (next !== "|" && (next !== "" || cursor.ended)) return 0;
  let blanks = 0;
  while (blanks < units && blanks < MOST_BLANKS && isBlank(cursor.peek(units - blanks - 1))) blanks += 1;
  return blanks;
}

function readBlanksInText(cursor: RewriteCursor, state: MarkdownState, blanks: number): boolean {
  if (cursor.peek(blanks) === "|") return readBarInText(cursor, state, blanks);
  if (cursor.peek(blanks) === "" && !cursor.ended && blanks < MOST_BLANKS) return false;
  cursor.keep(blanks);
  return true;
}

/** Blanks before the end of a line, a bar or the closing signs of a heading belong to them. */
function readBlanks(cursor: RewriteCursor, state: MarkdownState): boolean {
  const blanks = blanksAt(cursor, 0);
  if (!cursor.has(blanks + 1)) return false;
  const next = cursor.peek(blanks);
  if (next === "\n") return endLine(cursor, state, blanks);
  if (next === "|" && state.block === "row") return readBar(cursor, state, blanks);
  if (next === "#" && blanks > 0 && state.block === "heading") {
    const closing = closingSigns(cursor, blanks);
    if (closing === "more") return false;
    if (closing !== undefined) {
      cursor.drop(closing);
      return true;
    }
  }
  cursor.keep(Math.max(1, blanks));
  return true;
}

/** Units of the `#` behind the blanks, when they end the line. */
function closingSigns(cursor: RewriteCursor, blanks: number): number | "more" | undefined {
  let units = blanks;
  while (units < LONGEST_CLOSING && cursor.peek(units) === "#") units += 1;
  const end = units + blanksAt(cursor, units);
  if (end < LONGEST_CLOSING && !cursor.has(end + 1)) return "more";
  return end < LONGEST_CLOSING && (cursor.peek(end) === "\n" || cursor.peek(end) === "") ? end : undefined;
}

/** The end of a heading, a row and an item is the end of a sentence, whether its writer has put a stop there or not. */
function endLine(cursor: RewriteCursor, state: MarkdownState, blanks: number): boolean {
  const goesOn = state.block === "paragraph" || (state.block === "item" && itemGoesOn(cursor, blanks + 1));
  if (goesOn === "more") return false;
  const stop = goesOn || state.block === "none" ? "" : missingStop(cursor);
  state.owesSeparator = false;
  if (stop !== "") cursor.say(0, stop);
  cursor.keep(blanks + 1);
  if (!goesOn) {
    state.block = "none";
    state.emphasis = [];
  }
  state.atLineStart = true;
  state.lastQuoteDepth = state.quoteDepth;
  state.quoteDepth = 0;
  state.contentStart = cursor.offset;
  return true;
}

function readEscape(cursor: RewriteCursor, state: MarkdownState): boolean {
  if (!cursor.has(2)) return false;
  const next = cursor.peek(1);
  if (next === "(" || next === "[") {
    const units = escapedMathUnits(cursor, state);
    if (units === "more") return false;
    if (units > 0) {
      sayFormula(cursor, state, { units, marker: 2 });
      return true;
    }
  }
  if (isAsciiPunctuation(next)) {
    cursor.drop(1);
    cursor.keep(1);
  } else if (next === "\n") cursor.drop(1);
  else cursor.keep(1);
  return true;
}

function readAngle(cursor: RewriteCursor, state: MarkdownState): boolean {
  if (!cursor.has(2) || (cursor.peek(1) === "/" && !cursor.has(3))) return false;
  if (!isComparison(cursor)) return readHtml(cursor, state);
  cursor.keep(1);
  return true;
}

/** Signs in a URL are no markup: it is passed on as it is. */
function readColon(cursor: RewriteCursor, state: MarkdownState): boolean {
  if (!cursor.has(2) || (cursor.peek(1) === "/" && !cursor.has(3))) return false;
  const isUrl = cursor.ahead(3) === "://" && isWordCharacter(cursor.lastRead);
  cursor.keep(isUrl ? 3 : 1);
  state.isInUrl = isUrl;
  return true;
}

/** False when the URL is over. */
function readUrlUnits(cursor: RewriteCursor, tail: LinkTail | undefined): boolean {
  const reach = tail === undefined ? cursor.available : Math.min(cursor.available, tail.start - cursor.offset);
  let units = 0;
  while (units < reach && isAddressUnit(cursor.peek(units)) && !"*`|\\".includes(cursor.peek(units))) units += 1;
  cursor.keep(units);
  return units > 0;
}

/** `[text](address)`, `![alternative](address)`, `[^note]`; else a bracket. */
function readBracket(cursor: RewriteCursor, state: MarkdownState, sign: number): boolean {
  if (!cursor.has(sign + 2)) return false;
  if (cursor.peek(sign) !== "[") {
    cursor.keep(1);
    return true;
  }
  if (sign === 0 && cursor.peek(1) === "^") return readNote(cursor);
  if (sign === 0 && cursor.peek(1) === "!" && state.lastQuoteDepth + state.quoteDepth > 0 && contentBefore(cursor, state) === "") {
    if (!cursor.has(LONGEST_ALERT)) return false;
    const label = ALERT.exec(cursor.ahead(LONGEST_ALERT))?.[1] ?? "";
    if (label !== "") {
      cursor.say(label.length + 3, `${label.charAt(0)}${label.slice(1).toLowerCase()}:`);
      return true;
    }
  }
  const link = readMarkdownLink(cursor.text, cursor.at + sign, cursor.ended);
  if (link === "more") return false;
  if (link === undefined) {
    cursor.keep(sign + 1);
    return true;
  }
  if (sign === 0 && isIndex(cursor, link.textEnd - cursor.at)) {
    cursor.keep(1);
    return true;
  }
  const words = sign === 0 ? undefined : state.settings.sayImage(cursor.text.slice(cursor.at + sign + 1, link.textEnd));
  if (words !== undefined) {
    cursor.say(link.end - cursor.at, words);
    state.skipsAddress = link.goesOn;
    return true;
  }
  const base = cursor.offset - cursor.at;
  state.tails.push({ start: base + link.textEnd, end: base + link.end, goesOn: link.goesOn });
  cursor.drop(sign + 1);
  return true;
}

/** `x[i][j]` is no link, but two places in a table. */
function isIndex(cursor: RewriteCursor, textEnd: number): boolean {
  return cursor.peek(textEnd + 1) === "[" && (isWordCharacter(cursor.lastRead) || "])".includes(cursor.lastRead || " "));
}

/** The sign of a footnote. */
function readNote(cursor: RewriteCursor): boolean {
  const ahead = cursor.ahead(LONGEST_CLOSING);
  const close = ahead.search(/[\]\s]/u);
  if (close < 0 && ahead.length < LONGEST_CLOSING && !cursor.ended) return false;
  if (close > 2 && ahead.charAt(close) === "]") cursor.drop(close + 1);
  else cursor.keep(1);
  return true;
}

function endLink(cursor: RewriteCursor, state: MarkdownState, tail: LinkTail): boolean {
  state.tails.pop();
  cursor.drop(tail.end - tail.start);
  state.skipsAddress = tail.goesOn;
  return true;
}

/** The rest of an address that was too long to be looked at as a whole. */
function skipAddress(cursor: RewriteCursor, state: MarkdownState): boolean {
  let units = 0;
  while (units < cursor.available && cursor.peek(units) !== ")" && !isSpace(cursor.peek(units))) units += 1;
  const isOver = units < cursor.available;
  if (isOver) state.skipsAddress = false;
  const closes = isOver && cursor.peek(units) === ")" ? 1 : 0;
  if (units + closes === 0) return readInline(cursor, state);
  cursor.drop(units + closes);
  return true;
}
