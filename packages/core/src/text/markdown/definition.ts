import type { RewriteCursor } from "../rewrite/rewriter.ts";
import type { MarkdownState, Reading } from "./markdown-state.ts";

const LONGEST_LABEL = 200;
const LONGEST_LINE = 1000;
/** `[label]: address "title"`, where the address looks like one. */
const LINK_DEFINITION = /^\[[^\]]+\]:[ \t]*(?:<[^<>]*>|[^\s<>]*[:/.#][^\s<>]*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t\r]*$/u;

/** `[^note]: text` is read without its label; `[label]: address` is left out. */
export function readDefinition(cursor: RewriteCursor, state: MarkdownState, indent: number): Reading {
  const ahead = cursor.ahead(indent + LONGEST_LINE).slice(indent);
  const close = ahead.indexOf("]");
  if (close < 0 || close > LONGEST_LABEL) return ahead.length > LONGEST_LABEL || ahead.includes("\n") || cursor.ended ? undefined : false;
  if (ahead.slice(0, close).includes("\n")) return undefined;
  if (close + 1 >= ahead.length) return cursor.ended ? undefined : false;
  if (ahead.charAt(close + 1) !== ":") return undefined;
  if (ahead.startsWith("[^")) {
    cursor.drop(indent + close + 2);
    state.atLineStart = false;
    state.block = "item";
    state.dropsBlanks = true;
    state.contentStart = cursor.offset;
    return true;
  }
  const newline = ahead.indexOf("\n");
  if (newline < 0 && ahead.length < LONGEST_LINE && !cursor.ended) return false;
  const line = newline < 0 ? ahead : ahead.slice(0, newline);
  if ((newline < 0 && ahead.length >= LONGEST_LINE) || !LINK_DEFINITION.test(line)) return undefined;
  cursor.drop(indent + line.length);
  state.contentStart = cursor.offset;
  return true;
}
