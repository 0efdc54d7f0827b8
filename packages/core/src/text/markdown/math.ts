import { isDigit, isSpace, isWordCharacter } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { findAhead, type MarkdownState } from "./markdown-state.ts";

/** Formulas in a line, and on lines of their own, are at most so long. */
const LONGEST_IN_LINE = 200;
const LONGEST_DISPLAY = 600;

/** A formula in LaTeX, between dollars. A dollar before a price stays a dollar. */
export function readDollar(cursor: RewriteCursor, state: MarkdownState): boolean {
  if (!cursor.has(2)) return false;
  const next = cursor.peek(1);
  const units = next === "$" ? displayUnits(cursor, state, "$$") : isSpace(next) || next === "" ? 0 : inLineUnits(cursor, isDigit(next));
  if (units === "more") return false;
  if (units === 0) cursor.keep(1);
  else sayFormula(cursor, state, { units, marker: next === "$" ? 2 : 1 });
  return true;
}

/** Says what is said for a formula between two markers; it stays as it is where that is undefined. */
export function sayFormula(cursor: RewriteCursor, state: MarkdownState, { units, marker }: { units: number; marker: number }): void {
  const words = state.settings.sayFormula(cursor.ahead(units).slice(marker, -marker));
  if (words === undefined) cursor.keep(units);
  else cursor.say(units, words);
}

/** `\( ... \)` and `\[ ... \]`: units of the whole, 0 when it does not end. */
export function escapedMathUnits(cursor: RewriteCursor, state: MarkdownState): number | "more" {
  return displayUnits(cursor, state, cursor.peek(1) === "(" ? "\\)" : "\\]");
}

function displayUnits(cursor: RewriteCursor, state: MarkdownState, closer: string): number | "more" {
  const ahead = cursor.ahead(LONGEST_DISPLAY);
  const end = findAhead(cursor, state, { needle: closer, from: 2, most: LONGEST_DISPLAY });
  if (end < 0 && (ahead.length >= LONGEST_DISPLAY || cursor.ended)) return 0;
  const paragraphEnd = ahead.search(/\n[ \t\r]*\n/u);
  if (end >= 0 && (paragraphEnd < 0 || end < paragraphEnd)) return end + 2;
  return end < 0 && paragraphEnd < 0 ? "more" : 0;
}

/** Behind a digit, the formula has to be one word: else every price would be waited for. */
function inLineUnits(cursor: RewriteCursor, isOneWord: boolean): number | "more" {
  const ahead = cursor.ahead(LONGEST_IN_LINE);
  const line = ahead.slice(1).search(isOneWord ? /\s/u : /\n/u) + 1;
  const limit = line === 0 ? ahead.length : line;
  const isWhole = ahead.length >= LONGEST_IN_LINE || cursor.ended;
  const end = ahead.indexOf("$", 1);
  if (end < 0 || end >= limit) return line === 0 && !isWhole ? "more" : 0;
  if (end + 1 >= ahead.length && !isWhole) return "more";
  return isSpace(ahead.charAt(end - 1)) || isWordCharacter(ahead.charAt(end + 1)) ? 0 : end + 1;
}
