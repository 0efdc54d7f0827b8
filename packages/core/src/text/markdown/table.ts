import { isUnspaced } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { blanksAt, contentBefore, isBlank, missingStop, type MarkdownState, type Reading } from "./markdown-state.ts";

/** Rows are looked over so far. */
const LONGEST_ROW = 500;
const DELIMITER_ROW = /^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t\r]*$/u;
const DELIMITER_UNITS = /^[|:\->  \t\r]*$/u;

/** Whether a table begins with the line at so many units behind the cursor: it is closed by bars, or the next line is of dashes and bars. */
export function startsTable(cursor: RewriteCursor, units: number, opensWithBar: boolean): boolean | "more" {
  const ahead = cursor.ahead(units + LONGEST_ROW).slice(units);
  const newline = ahead.indexOf("\n");
  if (newline < 0 && ahead.length >= LONGEST_ROW) return opensWithBar && ahead.split("|").length > 2;
  if (newline < 0 && !cursor.ended) return "more";
  const line = (newline < 0 ? ahead : ahead.slice(0, newline)).trimEnd();
  if (opensWithBar && line.length > 1 && line.endsWith("|")) return true;
  return newline >= 0 && isDelimiterRow(cursor, units + newline + 1, line.includes("|"));
}

function isDelimiterRow(cursor: RewriteCursor, units: number, needsBar: boolean): boolean | "more" {
  const ahead = cursor.ahead(units + LONGEST_ROW).slice(units);
  const newline = ahead.indexOf("\n");
  const line = newline < 0 ? ahead : ahead.slice(0, newline);
  if (!DELIMITER_UNITS.test(line)) return false;
  if (newline < 0 && ahead.length < LONGEST_ROW && !cursor.ended) return "more";
  return DELIMITER_ROW.test(line) && line.includes("-") && (!needsBar || line.includes("|"));
}

/** The row of dashes under the head of a table says nothing. */
export function readDelimiterRow(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const isRow = isDelimiterRow(cursor, indent, false);
  if (isRow === "more") return false;
  if (!isRow) return undefined;
  const newline = cursor.text.indexOf("\n", cursor.at);
  cursor.drop(newline < 0 ? cursor.available : newline + 1 - cursor.at);
  state.block = "none";
  return true;
}

/** A bar between two cells is a pause, when the next one says anything; those at the edges are nothing. `blanks` stand before it. */
export function readBar(cursor: RewriteCursor, state: MarkdownState, blanks: number): boolean {
  const behind = blanksAt(cursor, blanks + 1);
  if (!cursor.has(blanks + behind + 2)) return false;
  cursor.drop(blanks + 1 + behind);
  state.owesSeparator = cursor.tail !== "" && !cursor.tail.endsWith("\n");
  state.contentStart = cursor.offset;
  return true;
}

/** Says the pause before the first word of a cell. */
export function saySeparator(cursor: RewriteCursor, state: MarkdownState): void {
  const wide = isUnspaced(cursor.tail.at(-1) ?? "");
  if (!cursor.tail.endsWith(" ")) cursor.say(0, missingStop(cursor) === "" ? " " : wide ? "，" : ", ");
  state.owesSeparator = false;
}

/** A bar in a line of text, behind so many blanks: it may belong to the head of a table whose rows begin without one. */
export function readBarInText(cursor: RewriteCursor, state: MarkdownState, blanks: number): boolean {
  const starts = state.block === "paragraph" ? startsTable(cursor, blanks, false) : false;
  if (starts === "more") return false;
  if (starts) {
    state.isTable = true;
    state.block = "row";
    return readBar(cursor, state, blanks);
  }
  // Between two blanks it parts what stands beside it: `Serves 4 | 20 minutes`.
  const next = cursor.peek(blanks + 1);
  const isAlone = blanks > 0 || contentBefore(cursor, state) === "";
  if (isAlone && next === "" && !cursor.ended) return false;
  if (isAlone && (next === "" || next === "\n" || isBlank(next))) return readBar(cursor, state, blanks);
  cursor.keep(blanks + 1);
  return true;
}
