import { CLASS, classOf } from "./character-class.ts";
import { createEnclosures, type Enclosures } from "./enclosures.ts";
import type { LanguageRules } from "./language-rules.ts";
import type { ListPosition } from "./list-position.ts";
import { createUnitBuffer, type UnitBuffer } from "./unit-buffer.ts";

/** What a place turned out to be; `more` when that depends on text not yet there. */
export const DECISION = { none: 0, word: 1, clause: 2, sentence: 3, more: 4 } as const;

/** What the end of a token is made of; {@link Ending.marks} adds them up. */
export const ENDING = { dot: 1, ellipsis: 2, exclaim: 4, stop: 8, clause: 16 } as const;

/** The punctuation at the end of a token, with the quotes and brackets that close behind it. */
export interface Ending {
  /** Where the punctuation begins; -1 while there is none. */
  start: number;
  /** After the last unit that belongs to it. */
  end: number;
  marks: number;
  dots: number;
  isQuoteClosed: boolean;
}

/** What a scanner needs. */
export interface ScanOptions {
  readonly rules: LanguageRules;
  /** Whether to look for words in scripts without spaces. */
  readonly findsWords: boolean;
  /** Told each place where the text may be cut, in order, once it is certain: a `DECISION` other than none and more. */
  readonly onCut: (at: number, decision: number) => void;
}

/** All that the scanner remembers of the text behind {@link ScanState.cursor}. A token is what stands between white space. */
export interface ScanState extends ScanOptions {
  readonly buffer: UnitBuffer;
  readonly enclosures: Enclosures;
  readonly ending: Ending;
  /** No more text comes. */
  ended: boolean;
  /** The unit that is read next; everything before it is decided, but for the gap and the ending being read. */
  cursor: number;

  /** First unit of the sentence; -1 before there is any. */
  sentenceStart: number;
  /** The unit at that place. */
  firstUnit: number;
  /** The class of the first letter or digit of the sentence; 0 before there is one. */
  firstClass: number;
  /** Tokens of the sentence that are over. */
  tokens: number;
  /** How many were over after the last that was found to be an abbreviation or an initial; 0 before there is one. */
  abbreviatedToken: number;
  list: ListPosition | undefined;
  /** Where the marker or bullet ends that begins the sentence; -1 when none does. */
  markerEnd: number;

  /** First unit of the token, also in the white space after it; -1 before there is any. */
  tokenStart: number;
  /** The token holds units of a URL, an e-mail address or a path. */
  isAddress: boolean;
  /** The unit and class read last, without marks. */
  lastUnit: number;
  lastClass: number;
  /** After the last quote or bracket that opened. */
  openedAt: number;
  /** Lone full stops in a row, with white space between. */
  spacedDots: number;
  /** Whether those began with one that hangs on a word. */
  areDotsAttached: boolean;

  /** Where white space began; -1 outside of it. */
  gapStart: number;
  newlines: number;
  /** The unit of the line break read last; of `\r\n`, the second counts as none. */
  breakUnit: number;
  spacesBeforeNewline: number;
  spacesAfterNewline: number;

  lineStart: number;
  /** The line is a heading or a row of a table: its end is an end. */
  isLineMarked: boolean;
  /** Start of the tag or the code fence that is being read; -1 outside. */
  tagStart: number;
  fenceStart: number;
  /** Where the run of a script without spaces begins whose words are not cut yet; -1 outside. */
  runStart: number;

  /** Asterisks and backticks that opened emphasis or code in this line and did not close it: a bit for each. */
  openMarkup: number;

  /** The last place where the text could be cut. */
  lastCut: number;
}

/** The state before the first unit. */
export function createScanState(options: ScanOptions): ScanState {
  return {
    rules: options.rules,
    findsWords: options.findsWords,
    onCut: options.onCut,
    buffer: createUnitBuffer(),
    enclosures: createEnclosures(),
    ending: { start: -1, end: -1, marks: 0, dots: 0, isQuoteClosed: false },
    ended: false,
    cursor: 0,
    sentenceStart: -1,
    firstUnit: 0,
    firstClass: 0,
    tokens: 0,
    abbreviatedToken: 0,
    list: undefined,
    markerEnd: -1,
    tokenStart: -1,
    isAddress: false,
    lastUnit: 0,
    lastClass: CLASS.newline,
    openedAt: -1,
    spacedDots: 0,
    areDotsAttached: false,
    gapStart: -1,
    newlines: 0,
    breakUnit: 0,
    spacesBeforeNewline: 0,
    spacesAfterNewline: 0,
    lineStart: 0,
    isLineMarked: false,
    tagStart: -1,
    fenceStart: -1,
    runStart: -1,
    openMarkup: 0,
    lastCut: 0,
  };
}

/** The unit at an offset, or 0 where there is none. */
export function unitAt(state: ScanState, offset: number): number {
  const { buffer } = state;
  return offset >= buffer.base && offset < buffer.end ? (buffer.units[offset - buffer.base] ?? 0) : 0;
}

/** The class at an offset; beyond the text `need`, or `end` when no more comes. */
export function classAt(state: ScanState, offset: number): number {
  if (offset < state.buffer.end) return classOf(unitAt(state, offset));
  return state.ended ? CLASS.end : CLASS.need;
}

/** Turns emphasis or code on or off, at the first of a run of asterisks or backticks. */
export function toggleMarkup(state: ScanState, unit: number): void {
  if (unit !== state.lastUnit) state.openMarkup ^= markupBit(unit);
}

/** Whether emphasis or code is open that an asterisk or backtick would close. */
export function isMarkupOpen(state: ScanState, unit: number): boolean {
  return (state.openMarkup & markupBit(unit)) !== 0;
}

function markupBit(unit: number): number {
  return unit === 0x2a ? 1 : 2;
}

/** Forgets the punctuation read last. */
export function clearEnding(ending: Ending): void {
  ending.start = -1;
  ending.end = -1;
  ending.marks = 0;
  ending.dots = 0;
  ending.isQuoteClosed = false;
}
