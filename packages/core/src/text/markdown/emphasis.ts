import { isDigit, isHighSurrogate, isSpace, isWordCharacter } from "../rewrite/characters.ts";
import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { contentBefore, runAt, type MarkdownState, type Reading } from "./markdown-state.ts";

/** A longer run of one letter is no marker: a rule, or letters that are blotted out. */
const LONGEST_MARKER = 3;
/** Where it is not clear that a marker opens, the one that closes is looked for so far. */
const CLOSER_WITHIN = 200;
const MOST_OPEN = 32;
/** So many runs are looked at before it is given up that one of them closes. */
const MOST_CANDIDATES = 8;

/** What stands around a run of `*`, `_` or `~`. */
interface Run {
  readonly letter: string;
  readonly length: number;
  readonly before: string;
  readonly after: string;
}

/** Markers of emphasis are left out; stars and lines that mean something else stay. */
export function readEmphasis(cursor: RewriteCursor, state: MarkdownState): Reading {
  const letter = cursor.peek();
  if (state.longRun === letter) return keepLongRun(cursor, letter);
  const length = runAt(cursor, 0, LONGEST_MARKER + 1);
  if (length > LONGEST_MARKER) {
    state.longRun = letter;
    return keepLongRun(cursor, letter);
  }
  if (!cursor.has(length + 1) || (isHighSurrogate(cursor.peek(length)) && !cursor.has(length + 2))) return false;
  const run: Run = { letter, length, before: contentBefore(cursor, state), after: cursor.character(length) };
  if (closes(run) && close(cursor, state, run)) return true;
  const opens = opensHere(cursor, state, run);
  if (opens === "more") return false;
  if (opens) {
    state.emphasis.push({ letter, length });
    cursor.drop(length);
  } else cursor.keep(length);
  return true;
}

function keepLongRun(cursor: RewriteCursor, letter: string): true {
  let units = 0;
  while (cursor.peek(units) === letter) units += 1;
  cursor.keep(units);
  return true;
}

const isNothing = (character: string): boolean => character === "" || isSpace(character);

/** Stars between two digits are a product or a power. */
const isBetweenDigits = ({ before, after }: Run): boolean => isDigit(before) && isDigit(after);

function closes(run: Run): boolean {
  if (isNothing(run.before) || isBetweenDigits(run)) return false;
  return run.letter !== "_" || !isWordCharacter(run.after);
}

/** Closes what is open, the innermost first; false when the run does not belong to it. */
function close(cursor: RewriteCursor, state: MarkdownState, run: Run): boolean {
  const place = state.emphasis.findLastIndex((open) => open.letter === run.letter);
  const open = state.emphasis[place];
  if (open === undefined || (run.length < open.length && open.length < LONGEST_MARKER)) return false;
  let left = run.length;
  for (let index = place; index >= 0 && left > 0; index -= 1) {
    const marker = state.emphasis[index];
    if (marker?.letter !== run.letter) continue;
    const used = Math.min(left, marker.length);
    marker.length -= used;
    left -= used;
  }
  state.emphasis = state.emphasis.filter((marker) => marker.length > 0);
  cursor.drop(run.length - left);
  cursor.keep(left);
  return true;
}

function opensHere(cursor: RewriteCursor, state: MarkdownState, run: Run): boolean | "more" {
  const { letter, length, before, after } = run;
  if (isNothing(after) || isBetweenDigits(run) || state.emphasis.length >= MOST_OPEN || (letter === "~" && length !== 2)) return false;
  if ((letter === "_" && isWordCharacter(before)) || state.urlEnd === cursor.offset) return false;
  const isClear = letter === "*" && !isWordCharacter(before) && !/\d\s*$/u.test(cursor.tail) && /[\p{L}\p{Ps}\p{Pi}"']/u.test(after);
  return isClear || hasCloser(cursor, run);
}

/** Whether a run of the same length closes it in the same paragraph. */
function hasCloser(cursor: RewriteCursor, run: Run): boolean | "more" {
  const marker = run.letter.repeat(run.length);
  const ahead = cursor.ahead(run.length + CLOSER_WITHIN);
  const paragraphEnd = ahead.search(/\n[ \t\r]*\n/u);
  const limit = paragraphEnd < 0 ? ahead.length : paragraphEnd;
  let candidates = 0;
  for (let at = ahead.indexOf(marker, run.length); at >= 0 && at < limit; at = ahead.indexOf(marker, at)) {
    candidates += 1;
    if (candidates > MOST_CANDIDATES) return false;
    let end = at;
    while (ahead.charAt(end) === run.letter) end += 1;
    const isOpen = end === ahead.length && ahead.length < run.length + CLOSER_WITHIN && !cursor.ended;
    if (isOpen) return "more";
    const closer: Run = { letter: run.letter, length: end - at, before: ahead.charAt(at - 1), after: ahead.charAt(end) };
    if ((closer.length === run.length || closer.length === LONGEST_MARKER) && closes(closer)) return true;
    at = end;
  }
  return paragraphEnd < 0 && ahead.length < run.length + CLOSER_WITHIN && !cursor.ended ? "more" : false;
}
