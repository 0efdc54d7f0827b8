import type { RewriteCursor } from "../rewrite/rewriter.ts";
import { isUnspaced } from "../rewrite/characters.ts";

/** What was decided by an app, or stands for it. */
export interface MarkdownSettings {
  /** What is said for a block of code, given the language behind its fence; undefined to read the code itself. */
  readonly sayCodeBlock: (language: string) => string | undefined;
  /** What is said for code in a line; undefined to read it as it is. */
  readonly sayCode: (code: string) => string | undefined;
  /** What is said for an image, given its alternative text; undefined to read that, with its own markup. */
  readonly sayImage: (alternative: string) => string | undefined;
  /** What is said for a formula in LaTeX, without its markers; undefined to leave it as it is. */
  readonly sayFormula: (latex: string) => string | undefined;
  readonly taskDone: string;
  readonly taskOpen: string;
}

/** An opened marker of emphasis. */
export interface OpenMarker {
  readonly letter: string;
  length: number;
}

/** What stands behind the text of a link, to be left out: offsets in all that was read. */
export interface LinkTail {
  readonly start: number;
  readonly end: number;
  readonly goesOn: boolean;
}

/** Where in a document the cursor stands. */
export interface MarkdownState {
  readonly settings: MarkdownSettings;
  /** Markers of blocks may follow. */
  atLineStart: boolean;
  /** What the line is part of. "none": nothing yet. */
  block: "none" | "paragraph" | "heading" | "item" | "row";
  isTable: boolean;
  /** A block of code; `isRead` when its lines are passed on. */
  fence: { readonly letter: string; readonly length: number; readonly isRead: boolean; atLineStart: boolean } | undefined;
  quoteDepth: number;
  lastQuoteDepth: number;
  /** The innermost last. */
  emphasis: OpenMarker[];
  tails: LinkTail[];
  /** Inside an address too long to look to its end. */
  skipsAddress: boolean;
  /** Blanks behind a marker of a block are left out. */
  dropsBlanks: boolean;
  isInUrl: boolean;
  /** Where a URL ended: nothing opens there. */
  urlEnd: number;
  /** A bar was read, and no word of the next cell. */
  owesSeparator: boolean;
  /** The letter of a run too long to be a marker. */
  longRun: string;
  /** Where the content of the block, or of the line, began: what stands before it is no word. */
  contentStart: number;
  /** Up to where it is known that something does not stand: a flood of openers must not be looked through for each of them. */
  readonly absent: Map<string, number>;
}

/** The answer of a reader of one construct: it was read; more text is needed; undefined: it is not there. */
export type Reading = boolean | undefined;

/** A document that begins. */
export function createMarkdownState(settings: MarkdownSettings): MarkdownState {
  return {
    settings,
    atLineStart: true,
    block: "none",
    isTable: false,
    fence: undefined,
    quoteDepth: 0,
    lastQuoteDepth: 0,
    emphasis: [],
    tails: [],
    skipsAddress: false,
    dropsBlanks: false,
    isInUrl: false,
    urlEnd: -1,
    owesSeparator: false,
    longRun: "",
    contentStart: 0,
    absent: new Map(),
  };
}

/** A new block begins, directly behind a paragraph: the line break alone would not part them for the ear. */
export function openBlock(cursor: RewriteCursor, state: MarkdownState, block: MarkdownState["block"]): void {
  if (state.block === "paragraph" && cursor.tail.endsWith("\n")) cursor.say(0, "\n");
  state.block = block;
  state.emphasis = [];
}

/** The character before the cursor, within the content of its block; "" at its start. */
export function contentBefore(cursor: RewriteCursor, state: MarkdownState): string {
  return cursor.offset === state.contentStart ? "" : cursor.lastRead;
}

const CLOSERS = /[\p{Pe}\p{Pf}"'*_~`]+$/u;
/** Signs of the scripts that put no spaces between words. */
const WIDE_SIGNS = "，、：；（）「」『』《》";
const ENDS = ".!?…:;,。！？：；，、،؛؟۔।॥።᠃";

/** The full stop that the line needs to be heard as a sentence; "" when it needs none. */
export function missingStop(cursor: RewriteCursor): string {
  const said = cursor.tail.trimEnd();
  if (said === "" || cursor.tail.endsWith("\n")) return "";
  const last = said.replace(CLOSERS, "").at(-1) ?? "";
  if (last !== "" && ENDS.includes(last)) return "";
  return [...said].some((character) => isUnspaced(character) || WIDE_SIGNS.includes(character)) ? "。" : ".";
}

/** How many blanks stand at so many units behind the cursor, up to `most`. */
export function blanksAt(cursor: RewriteCursor, units: number, most = 64): number {
  let blanks = 0;
  while (blanks < most && isBlank(cursor.peek(units + blanks))) blanks += 1;
  return blanks;
}

/** Units up to where `needle` begins, behind `from` and within `most`; -1 where it does not. */
export function findAhead(cursor: RewriteCursor, state: MarkdownState, { needle, from, most }: { needle: string; from: number; most: number }): number {
  const ahead = cursor.ahead(most);
  const known = (state.absent.get(needle) ?? 0) - cursor.offset;
  const found = ahead.indexOf(needle, Math.max(from, known));
  if (found < 0) state.absent.set(needle, cursor.offset + Math.max(from, ahead.length - needle.length + 1));
  return found;
}

/** White space within a line. */
export function isBlank(unit: string): boolean {
  return unit === " " || unit === "\t" || unit === "\r";
}

/** How often the unit at so many units behind the cursor is repeated, up to `most`. */
export function runAt(cursor: RewriteCursor, units: number, most: number): number {
  const unit = cursor.peek(units);
  let length = unit === "" ? 0 : 1;
  while (length < most && cursor.peek(units + length) === unit && unit !== "") length += 1;
  return length;
}
