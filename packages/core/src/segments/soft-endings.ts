import { CLASS } from "./character-class.ts";
import { contentAhead, isStarterAhead } from "./look-ahead.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";

const LONGEST_FACE = 4;
const LONGEST_NOTE = 3;
const LONGEST_BRACKETED_NOTE = 10;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;

/**
 * Endings without a full stop at the very end that can close a sentence when the next word begins one: a semicolon before a
 * capital, a face (`:-)`), the number of a footnote (`as shown.12 The`).
 */
export function decideSoftEnding(state: ScanState): number {
  if (!isFace(state) && !isSemicolon(state) && !isNote(state)) return DECISION.none;
  const ahead = contentAhead(state, state.cursor);
  if (ahead === undefined) return DECISION.more;
  if (ahead.kind !== CLASS.upper || state.enclosures.isInside(state.cursor)) return DECISION.none;
  const following = classAt(state, ahead.offset + 1);
  if (following === CLASS.need) return DECISION.more;
  if (following !== CLASS.lower && following !== CLASS.upper) return DECISION.none;
  const isStarter = isStarterAhead(state, ahead.offset);
  if (isStarter === undefined) return DECISION.more;
  return isStarter ? DECISION.sentence : DECISION.none;
}

function isSemicolon(state: ScanState): boolean {
  return state.ending.marks === ENDING.clause && state.lastUnit === SEMICOLON;
}

/** `:)`, `;-(`, `:D` as a token of its own. */
function isFace(state: ScanState): boolean {
  const length = state.gapStart - state.tokenStart;
  if (length < 2 || length > LONGEST_FACE) return false;
  const eyes = unitAt(state, state.tokenStart);
  return (eyes === 0x3a || eyes === SEMICOLON) && ")(DPp".includes(String.fromCharCode(unitAt(state, state.gapStart - 1)));
}

/** Digits that hang on a full stop which hangs on a word or a bracket. */
function isNote(state: ScanState): boolean {
  let offset = state.gapStart - 1;
  while (state.gapStart - offset <= LONGEST_NOTE && classAt(state, offset) === CLASS.digit) offset -= 1;
  if (offset === state.gapStart - 1 || classAt(state, offset) !== CLASS.dot || offset - state.tokenStart < LONGEST_FACE) return false;
  const before = classAt(state, offset - 1);
  return before === CLASS.close || (before === CLASS.lower && classAt(state, offset - 2) === CLASS.lower && classAt(state, offset - 3) === CLASS.lower);
}

/** The end of a note in brackets at the cursor (`[3]`, `[2–11]`); the cursor where there is none, undefined when more text is needed to tell. */
export function noteAhead(state: ScanState): number | undefined {
  let offset = state.cursor + 1;
  while (offset - state.cursor < LONGEST_BRACKETED_NOTE && isNoteUnit(state, offset)) offset += 1;
  if (classAt(state, offset) === CLASS.need) return undefined;
  return offset > state.cursor + 1 && unitAt(state, offset) === 0x5d ? offset + 1 : state.cursor;
}

function isNoteUnit(state: ScanState, offset: number): boolean {
  const kind = classAt(state, offset);
  if (kind === CLASS.space) return unitAt(state, offset - 1) === COMMA;
  return kind === CLASS.digit || kind === CLASS.dash || (kind === CLASS.clause && unitAt(state, offset) === COMMA);
}
