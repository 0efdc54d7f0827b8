import { CLASS } from "./character-class.ts";
import type { Before } from "./enclosures.ts";
import { japanese } from "./languages/japanese.ts";
import { classAt, clearEnding, ENDING, toggleMarkup, unitAt, type Ending, type ScanState } from "./scan-state.ts";

/** Units that only URLs, addresses and paths have inside; so has code in a text, which is set in backticks. */
const addressUnits = "/@_\\";
/** Quotes that open in some languages and close in others. */
const twoWayQuotes = "\"”»›＂";

const { finiteEndings } = japanese;
/** A shorter quotation may be the name of something. */
const SHORTEST_QUOTATION = 12;

/** Dots in a row that are looked behind. */
const LONGEST_DOTS = 8;

/** Takes the unit at the cursor into the ending of the token, or ends that ending. Changes nothing but what is remembered. */
export function rememberUnit(state: ScanState, unit: number, kind: number): void {
  if (kind === CLASS.mark) {
    if (state.ending.start >= 0) state.ending.end = state.cursor + 1;
    return;
  }
  if (state.openedAt === state.cursor && isEndingClass(kind)) undoOpening(state);
  readIntoEnding(state, unit, kind);
  if (unit === 0x2a || kind === CLASS.backtick) toggleMarkup(state, unit);
  if (kind === CLASS.backtick || (kind === CLASS.symbol && addressUnits.includes(String.fromCharCode(unit)))) state.isAddress = true;
  state.lastUnit = unit;
  state.lastClass = kind;
}

function isEndingClass(kind: number): boolean {
  return kind >= CLASS.dot && kind <= CLASS.clause;
}

/** A closing quote after a space (`mot ».`) looks like the opening one of another language. */
function undoOpening(state: ScanState): void {
  if (!twoWayQuotes.includes(String.fromCharCode(state.lastUnit))) return;
  state.enclosures.undo();
  state.openedAt = -1;
}

function readIntoEnding(state: ScanState, unit: number, kind: number): void {
  const { ending } = state;
  switch (kind) {
    case CLASS.dot:
      return addMark(state, ENDING.dot);
    case CLASS.ellipsis:
      return addMark(state, ENDING.ellipsis);
    case CLASS.exclaim:
      return addMark(state, ENDING.exclaim);
    case CLASS.stop:
      return addMark(state, ENDING.stop);
    case CLASS.clause:
      return addMark(state, clauseMark(state, unit));
    case CLASS.open:
    case CLASS.close:
    case CLASS.quote:
    case CLASS.backtick:
      return readEnclosing(state, unit, kind);
    case CLASS.symbol:
    case CLASS.emoji:
      if (ending.start < 0 && unit >= 0x2669 && unit <= 0x266c && endsFinite(state.lastUnit)) return addMark(state, ENDING.exclaim);
      if (ending.start >= 0) ending.end = state.cursor + 1;
      return;
    default:
      if (ending.start >= 0) clearEnding(ending);
  }
}

function addMark(state: ScanState, mark: number): void {
  const { ending } = state;
  if (ending.start >= 0 && startsAnew(ending, mark)) clearEnding(ending);
  if (ending.start < 0) ending.start = state.cursor;
  ending.end = state.cursor + 1;
  ending.marks |= mark;
  if (mark === ENDING.dot) ending.dots += 1;
}

/** A comma after a full stop (`etc.,`) makes it a clause, and a full stop after a comma counts alone. */
function startsAnew(ending: Ending, mark: number): boolean {
  return (mark === ENDING.clause) !== (ending.marks === ENDING.clause);
}

/** Armenian ends its sentences with a colon, Greek its questions with a semicolon. */
function clauseMark(state: ScanState, unit: number): number {
  const before = state.ending.start >= 0 ? unitAt(state, state.ending.start - 1) : state.lastUnit;
  if (unit === 0x3a && ((before >= 0x531 && before <= 0x587) || (state.ending.marks & ENDING.ellipsis) !== 0)) return ENDING.stop;
  if (unit === 0x3b && ((before >= 0x370 && before <= 0x3ff) || (before >= 0x1f00 && before <= 0x1fff))) return ENDING.exclaim;
  return ENDING.clause;
}

function readEnclosing(state: ScanState, unit: number, kind: number): void {
  const { ending } = state;
  if (state.enclosures.read(unit, unitBefore(state), state.cursor)) {
    state.openedAt = state.cursor + 1;
    if (ending.start >= 0) clearEnding(ending);
    return;
  }
  const isBrokenOff = ending.start < 0 && kind === CLASS.quote && state.lastClass === CLASS.dash;
  if (isBrokenOff) addMark(state, ENDING.ellipsis);
  else if (ending.start < 0 && isWholeQuotation(state)) addMark(state, ENDING.stop);
  if (ending.start < 0) return;
  ending.end = state.cursor + 1;
  ending.isQuoteClosed = true;
}

/** What stands before a quote or bracket: nothing where a sentence begins; dots between ideographs count as these. */
function unitBefore(state: ScanState): Before {
  if (state.sentenceStart === state.cursor) return { unit: 0, class: CLASS.newline };
  if (state.lastClass !== CLASS.ellipsis) return { unit: state.lastUnit, class: state.lastClass };
  let offset = state.cursor - 1;
  while (state.cursor - offset < LONGEST_DOTS && classAt(state, offset) === CLASS.ellipsis) offset -= 1;
  const kind = classAt(state, offset);
  return kind === CLASS.ideograph ? { unit: unitAt(state, offset), class: kind } : { unit: state.lastUnit, class: state.lastClass };
}

/** A sentence of Japanese that is all quotation leaves out its full stop: `「今日は早く帰ることにした」`. */
function isWholeQuotation(state: ScanState): boolean {
  const closedFrom = state.enclosures.closedFrom();
  return closedFrom === state.sentenceStart && state.cursor - closedFrom >= SHORTEST_QUOTATION && endsFinite(state.lastUnit);
}

/** Whether a unit is one of the kana that verbs and sentences of Japanese end with. */
function endsFinite(unit: number): boolean {
  return unit >= 0x3040 && unit <= 0x309f && finiteEndings.includes(String.fromCharCode(unit));
}

/** What is known at the first white space after a token: its dots, and whether it was the marker of an item. */
export function rememberGapStart(state: ScanState, isMarker: boolean): void {
  const { ending } = state;
  if (state.openedAt === state.cursor) undoOpening(state);
  state.gapStart = state.cursor;
  state.newlines = 0;
  state.breakUnit = 0;
  state.spacesBeforeNewline = 0;
  state.spacesAfterNewline = 0;
  state.tokens += 1;
  const isLoneDot = ending.start === state.tokenStart && ending.marks === ENDING.dot && ending.dots === 1;
  if (isLoneDot) {
    state.spacedDots += 1;
  } else {
    state.spacedDots = 0;
    state.areDotsAttached = (ending.marks & ENDING.dot) !== 0;
  }
  if (!isMarker) return;
  state.markerEnd = state.cursor;
  state.firstClass = 0;
}

/** Counts a unit of white space. */
export function rememberSpace(state: ScanState, unit: number, kind: number): void {
  if (kind !== CLASS.newline) {
    if (state.newlines === 0) state.spacesBeforeNewline += 1;
    else state.spacesAfterNewline += 1;
    state.breakUnit = 0;
    return;
  }
  const isSecondHalf = unit === 0x0a && state.breakUnit === 0x0d;
  if (!isSecondHalf) state.newlines += unit === 0x0c || unit === 0x2029 ? 2 : 1;
  state.breakUnit = unit;
  state.openMarkup = 0;
  state.spacesAfterNewline = 0;
}
