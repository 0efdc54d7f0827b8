import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { runAt, type MarkdownState, type Reading } from "./markdown-state.ts";

/** Code in a line is at most so long, and the run of backticks before it. */
const LONGEST_CODE = 500;
const LONGEST_RUN = 16;

/** Code in a line: its words are said, the backticks are not. */
export function readCodeSpan(cursor: RewriteCursor, state: MarkdownState): Reading {
  const length = runAt(cursor, 0, LONGEST_RUN + 1);
  if (length > LONGEST_RUN) {
    cursor.keep(1);
    return true;
  }
  if (!cursor.has(length + 1)) return false;
  const end = closingRun(cursor, length);
  if (end === "more") return false;
  if (end === undefined) {
    cursor.keep(length);
    return true;
  }
  const content = cursor.ahead(end).slice(length);
  const words = state.settings.sayCode(content.trim());
  if (words !== undefined) {
    cursor.say(end + length, words);
    return true;
  }
  const isPadded = /^ [^]*[^ ][^]* $/u.test(content);
  cursor.drop(length + (isPadded ? 1 : 0));
  cursor.keep(content.length - (isPadded ? 2 : 0));
  cursor.drop(length + (isPadded ? 1 : 0));
  return true;
}

/** Units up to the run of the same length. */
function closingRun(cursor: RewriteCursor, length: number): number | "more" | undefined {
  const most = length + LONGEST_CODE;
  const ahead = cursor.ahead(most);
  const paragraphEnd = ahead.search(/\n[ \t\r]*\n/u);
  const limit = paragraphEnd < 0 ? ahead.length : paragraphEnd;
  const isWhole = ahead.length >= most || cursor.ended;
  let at = ahead.indexOf("`", length);
  while (at >= 0 && at < limit) {
    let end = at;
    while (ahead.charAt(end) === "`") end += 1;
    if (end === ahead.length && !isWhole) return "more";
    if (end - at === length) return at;
    at = ahead.indexOf("`", end);
  }
  return paragraphEnd < 0 && !isWhole ? "more" : undefined;
}
