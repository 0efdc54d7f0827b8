import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { programmingLanguage } from "./markdown-phrases.ts";
import { isBlank, openBlock, runAt, type MarkdownState, type Reading } from "./markdown-state.ts";

/** A longer run is no fence. */
const LONGEST_FENCE = 40;
/** What stands behind an opening fence is at most so long. */
const LONGEST_INFO = 200;
/** Before a closing fence stand at most so many blanks and signs of a quotation. */
const LONGEST_INDENT = 32;

/** The opening line of a block of code. */
export function readFenceStart(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const letter = cursor.peek(indent);
  const length = runAt(cursor, indent, LONGEST_FENCE + 1);
  if (length > LONGEST_FENCE) return undefined;
  if (!cursor.has(indent + length + 1)) return false;
  if (length < 3) return undefined;
  const start = indent + length;
  const ahead = cursor.ahead(start + LONGEST_INFO).slice(start);
  const newline = ahead.indexOf("\n");
  const info = newline < 0 ? ahead : ahead.slice(0, newline);
  if (letter === "`" && info.includes("`")) return undefined;
  if (newline < 0 && ahead.length >= LONGEST_INFO) return undefined;
  if (newline < 0 && !cursor.ended) return false;
  const words = state.settings.sayCodeBlock(programmingLanguage(info.trim().split(/[\s,{]/u)[0] ?? ""));
  openBlock(cursor, state, "none");
  cursor.say(start + info.length, words ?? "");
  state.fence = { letter, length, isRead: words === undefined, atLineStart: false };
  return true;
}

/** Reads on inside a block of code: up to the end of a line, or the line that closes it. */
export function readFence(cursor: RewriteCursor, state: MarkdownState, fence: NonNullable<MarkdownState["fence"]>): boolean {
  if (fence.atLineStart) {
    const closing = closingLength(cursor, fence);
    if (closing === "more") return false;
    if (closing !== undefined) {
      cursor.drop(closing);
      state.fence = undefined;
      state.atLineStart = true;
      state.block = "none";
      return true;
    }
    fence.atLineStart = false;
  }
  const newline = cursor.text.indexOf("\n", cursor.at);
  const units = newline < 0 ? cursor.available : newline + 1 - cursor.at;
  // The break behind the opening line parts what is said of the block from what follows.
  const isBare = newline === cursor.at && !cursor.tail.endsWith("\n") && cursor.tail !== "";
  if (fence.isRead || isBare) cursor.keep(units);
  else cursor.drop(units);
  fence.atLineStart = newline >= 0;
  return true;
}

/** Units of the closing line without its break; undefined when it is none. */
function closingLength(cursor: RewriteCursor, fence: { readonly letter: string; readonly length: number }): number | "more" | undefined {
  let indent = 0;
  while (indent < LONGEST_INDENT && (isBlank(cursor.peek(indent)) || cursor.peek(indent) === ">")) indent += 1;
  if (!cursor.has(indent + 1)) return "more";
  if (cursor.peek(indent) !== fence.letter) return undefined;
  const most = LONGEST_FENCE + 1;
  const length = runAt(cursor, indent, most);
  if (length < most && !cursor.has(indent + length + 1)) return "more";
  if (length < fence.length || length === most) return undefined;
  let units = indent + length;
  while (units < indent + length + LONGEST_INDENT && isBlank(cursor.peek(units))) units += 1;
  if (!cursor.has(units + 1)) return "more";
  return cursor.peek(units) === "\n" || cursor.peek(units) === "" ? units : undefined;
}
