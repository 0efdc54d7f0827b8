import { isDigit, isUnspaced } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { readDefinition } from "./definition.ts";
import { readFenceStart } from "./fence.ts";
import { blanksAt, isBlank, openBlock, runAt, type MarkdownState, type Reading } from "./markdown-state.ts";
import { readDelimiterRow, startsTable } from "./table.ts";

const BULLETS = "-+*•◦▪‣";
/** A line of a rule is looked at so far. */
const LONGEST_RULE = 100;
const LONGEST_NUMBER = 9;
/** What a rule of a letter is made of. */
const RULE_LINES: Readonly<Record<string, RegExp>> = { "-": /^[- \t\r]*/u, "*": /^[* \t\r]*/u, _: /^[_ \t\r]*/u, "=": /^[= \t\r]*/u };

/** Reads the markers at the start of a line; undefined when its content begins at the cursor. */
export function readLineStart(cursor: RewriteCursor, state: MarkdownState): Reading {
  const indent = blanksAt(cursor, 0);
  if (!cursor.has(indent + 1)) return false;
  const unit = cursor.peek(indent);
  if (unit === "\n" || unit === "") return readBlankLine(cursor, state, indent);
  const marked = readMarker(cursor, state, indent);
  if (marked !== undefined) return marked;
  const starts = state.isTable || (unit === "|" && startsTable(cursor, indent, true));
  if (starts === "more") return false;
  if (starts) beginRow(cursor, state);
  else if (state.block !== "item") state.block = "paragraph";
  beginContent(cursor, state, indent);
  return indent > 0 ? true : undefined;
}

function beginContent(cursor: RewriteCursor, state: MarkdownState, indent: number): void {
  state.atLineStart = false;
  if (state.block === "row" || state.dropsBlanks) cursor.drop(indent);
  else cursor.keep(indent);
  state.dropsBlanks = false;
  state.contentStart = cursor.offset;
}

function beginRow(cursor: RewriteCursor, state: MarkdownState): void {
  openBlock(cursor, state, "row");
  state.isTable = true;
}

/** Nothing goes on behind an empty line. */
function readBlankLine(cursor: RewriteCursor, state: MarkdownState, indent: number): boolean {
  const isLine = cursor.peek(indent) === "\n";
  cursor.keep(indent + (isLine ? 1 : 0));
  state.block = "none";
  state.isTable = false;
  state.emphasis = [];
  state.lastQuoteDepth = state.quoteDepth;
  if (isLine) state.quoteDepth = 0;
  state.contentStart = cursor.offset;
  return true;
}

function readMarker(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const unit = cursor.peek(indent);
  if (unit === ">") return readQuote(cursor, state, indent);
  if (unit === "#") return readHeading(cursor, state, indent);
  if (unit === "`" || unit === "~") return readFenceStart(cursor, state, indent);
  if (unit === "[") return state.block === "item" ? (readTask(cursor, state, indent) ?? readDefinition(cursor, state, indent)) : readDefinition(cursor, state, indent);
  if (state.isTable && "|:-".includes(unit)) {
    const row = readDelimiterRow(cursor, state, indent);
    if (row !== undefined) return row;
  }
  if ("-*_=".includes(unit)) {
    const rule = readRule(cursor, state, indent);
    if (rule !== undefined) return rule;
  }
  if (BULLETS.includes(unit)) return readBullet(cursor, state, indent);
  return isDigit(unit) ? readNumber(cursor, state, indent) : undefined;
}

function readQuote(cursor: RewriteCursor, state: MarkdownState, indent: number): boolean {
  state.quoteDepth += 1;
  if (state.quoteDepth > state.lastQuoteDepth) openBlock(cursor, state, "none");
  cursor.drop(indent + 1);
  state.dropsBlanks = true;
  return true;
}

function readHeading(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const level = runAt(cursor, indent, 7);
  if (level > 6) return undefined;
  if (!cursor.has(indent + level + 1)) return false;
  const next = cursor.peek(indent + level);
  if (next !== "" && next !== "\n" && !isBlank(next)) return undefined;
  openBlock(cursor, state, "heading");
  return dropMarker(cursor, state, indent + level);
}

/** The content begins behind the marker, and the blanks after it. */
function dropMarker(cursor: RewriteCursor, state: MarkdownState, units: number): true {
  cursor.drop(units);
  state.atLineStart = false;
  state.dropsBlanks = true;
  state.contentStart = cursor.offset;
  return true;
}

/** `---`, `* * *`, `___`, and the lines under a heading, which are of `-` or `=`. */
function readRule(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const letter = cursor.peek(indent);
  const line = (RULE_LINES[letter] ?? /^/u).exec(cursor.ahead(LONGEST_RULE).slice(indent))?.[0] ?? "";
  const units = indent + line.length;
  if (units < LONGEST_RULE && !cursor.has(units + 1)) return false;
  if (units >= LONGEST_RULE || (cursor.peek(units) !== "\n" && cursor.peek(units) !== "")) return undefined;
  const count = line.length - line.replaceAll(letter, "").length;
  const isRule = letter === "=" ? count >= 2 && state.block === "paragraph" : count >= 3;
  if (!isRule) return undefined;
  cursor.drop(units);
  state.block = "none";
  state.contentStart = cursor.offset;
  return true;
}

function readBullet(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  if (!cursor.has(indent + 2)) return false;
  const next = cursor.peek(indent + 1);
  if (next !== "" && next !== "\n" && !isBlank(next)) return undefined;
  openBlock(cursor, state, "item");
  // What follows may have a marker of its own: a task, a heading, a list inside the list.
  cursor.drop(indent + 1);
  state.dropsBlanks = true;
  state.contentStart = cursor.offset;
  return true;
}

/** The number is read aloud. One that follows a line of text without a gap begins a list only when it is the first: else a year may have been wrapped. */
function readNumber(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  let digits = 0;
  while (digits <= LONGEST_NUMBER && isDigit(cursor.peek(indent + digits))) digits += 1;
  if (digits > LONGEST_NUMBER) return undefined;
  if (!cursor.has(indent + digits + 2)) return /^[.)]?$/u.test(cursor.peek(indent + digits)) ? false : undefined;
  const next = cursor.peek(indent + digits + 1);
  if (!".)".includes(cursor.peek(indent + digits)) || (next !== "" && next !== "\n" && !isBlank(next))) return undefined;
  if (state.block === "paragraph" && cursor.ahead(indent + digits).trim() !== "1") return undefined;
  openBlock(cursor, state, "item");
  cursor.drop(indent);
  cursor.keep(digits + 1 + (isBlank(next) ? 1 : 0));
  state.dropsBlanks = true;
  state.contentStart = cursor.offset;
  return true;
}

/** `[ ]` and `[x]` at the start of an item. */
function readTask(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const box = /^\[([ xX]?)(\]?)([ \t]?)/u.exec(cursor.ahead(indent + 4).slice(indent));
  if (box === null) return undefined;
  if (box[0].length < 4) return !cursor.has(indent + 4) && cursor.available === indent + box[0].length ? false : undefined;
  const words = box[1] === " " ? state.settings.taskOpen : state.settings.taskDone;
  cursor.drop(indent);
  cursor.say(4, words === "" ? "" : `${words} `);
  state.atLineStart = false;
  state.dropsBlanks = true;
  state.contentStart = cursor.offset;
  return true;
}

/** Whether the line behind the break goes on with the item: it is indented, or begins in the middle of a sentence. */
export function itemGoesOn(cursor: RewriteCursor, lineStart: number): boolean | "more" {
  const indent = blanksAt(cursor, lineStart);
  const at = lineStart + indent;
  if (!cursor.has(at + 1)) return "more";
  const unit = cursor.peek(at);
  if (unit === "" || unit === "\n" || "#>|".includes(unit)) return false;
  if (BULLETS.includes(unit)) {
    if (!cursor.has(at + 2)) return "more";
    const next = cursor.peek(at + 1);
    if (next === "\n" || isBlank(next)) return false;
  } else if (isDigit(unit)) {
    const isNext = startsNumber(cursor, at);
    if (isNext !== false) return isNext === "more" ? isNext : false;
  } else if (unit === "`" || unit === "~") {
    if (runAt(cursor, at, 3) === 3) return false;
    if (!cursor.has(at + 3) && runAt(cursor, at, 3) === cursor.available - at) return "more";
  }
  return indent > 0 || (/\p{Ll}/u.test(unit) && !isUnspaced(unit));
}

/** Whether a number at the start of a line begins the next item. */
function startsNumber(cursor: RewriteCursor, at: number): boolean | "more" {
  let digits = 0;
  while (digits <= LONGEST_NUMBER && isDigit(cursor.peek(at + digits))) digits += 1;
  if (digits > LONGEST_NUMBER) return false;
  if (!cursor.has(at + digits + 2)) return "more";
  const next = cursor.peek(at + digits + 1);
  return ".)".includes(cursor.peek(at + digits)) && (next === "" || next === "\n" || isBlank(next));
}
