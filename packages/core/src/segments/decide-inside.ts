import { CLASS } from "./character-class.ts";
import { decideClosedQuote } from "./closed-quote.ts";
import { japanese } from "./languages/japanese.ts";
import { wordAhead } from "./look-ahead.ts";
import { isNameDot } from "./name-dots.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import { isAbbreviationHere, isExclaimingName, isHangingHere } from "./terminator.ts";

const { finishing, objectParticle } = japanese;
const MIDDLE_DOT = 0xb7;
const FULL_STOP = 0x3002;
const HALF_FULL_STOP = 0xff61;
const WIDE_DOT = 0xff0e;
const WIDE_QUESTION = 0xff1f;
const WIDE_EXCLAMATION = 0xff01;
const LONGEST_NUMBER = 3;
/** So many letters of the word behind a missing space are enough to see how it is written. */
const SURE_WORD_START = 6;
const isAscii = /^[A-Za-z]*$/;
const isRomanNumeral = /^[IVXLC]{2,8}$/;
/** Endings of names of sites, which follow a full stop without a space as well. */
const domains = new Set(["com", "org", "net", "edu", "gov", "io", "de", "fr", "uk", "eu", "info", "js", "ts", "py", "md", "txt", "pdf", "html"]);

/** What punctuation divides when more text follows it without white space. The cursor stands on the first unit of that text. */
export function decideInside(state: ScanState): number {
  const { marks } = state.ending;
  if ((marks & ENDING.stop) !== 0) return decideStop(state);
  const isUnspacedHere = isUnspaced(state);
  if (marks === ENDING.clause) return isUnspacedHere && unitAt(state, state.ending.start) !== MIDDLE_DOT ? DECISION.clause : DECISION.none;
  if ((marks & ENDING.exclaim) !== 0 && isUnspacedHere) return isExclaimingName(state) ? DECISION.none : decideStop(state);
  if ((marks & (ENDING.ellipsis | ENDING.dot)) !== 0 && isUnspacedHere) return decideUnspacedDots(state);
  const decision = decideMissingSpace(state);
  return decision === DECISION.sentence && state.enclosures.isInside(state.cursor) ? DECISION.clause : decision;
}

function isUnspaced(state: ScanState): boolean {
  const before = classAt(state, state.ending.start - 1);
  const after = classAt(state, state.cursor);
  return before === CLASS.ideograph || (after === CLASS.ideograph && before !== CLASS.digit);
}

function decideStop(state: ScanState): number {
  if (state.firstClass === 0) return DECISION.none;
  const next = classAt(state, state.cursor);
  if (isInsideName(state, next)) return DECISION.none;
  if (state.enclosures.isInside(state.cursor)) return DECISION.clause;
  if (isQuotationAlone(state) && isHiragana(unitAt(state, state.cursor))) return DECISION.none;
  if (String.fromCharCode(unitAt(state, state.cursor)) === objectParticle) return DECISION.clause;
  return isBehindCloser(state) ? decideClosedQuote(state) : DECISION.sentence;
}

/** Whether what closed last stands behind the punctuation, not before the last of it (`！”。`). */
function isBehindCloser(state: ScanState): boolean {
  if (!state.ending.isQuoteClosed) return false;
  const last = classAt(state, state.ending.end - 1);
  return last === CLASS.close || last === CLASS.quote;
}

/** A wide full stop may be what the narrow one is: a decimal point, a list marker's, an initial's, the dot in a name. The ideographic one is never. */
function isInsideName(state: ScanState, next: number): boolean {
  const { start, end } = state.ending;
  const unit = unitAt(state, start);
  if (unit === FULL_STOP || unit === HALF_FULL_STOP || unit === WIDE_QUESTION || unit === WIDE_EXCLAMATION) return false;
  const before = classAt(state, start - 1);
  if (before === CLASS.digit && next === CLASS.digit) return true;
  if (unit !== WIDE_DOT || end !== start + 1) return false;
  if (before === CLASS.digit) return isNumberAtStart(state);
  return before === CLASS.upper ? isAbbreviationHere(state) : isNameDot(state, start);
}

/** Whether the sentence so far is nothing but a short number. */
function isNumberAtStart(state: ScanState): boolean {
  const { start } = state.ending;
  if (start - state.sentenceStart > LONGEST_NUMBER) return false;
  for (let offset = state.sentenceStart; offset < start; offset += 1) if (classAt(state, offset) !== CLASS.digit) return false;
  return true;
}

/** A quotation without a full stop: only what is not written in hiragana can begin a new sentence after it. */
function isQuotationAlone(state: ScanState): boolean {
  const { start, end, isQuoteClosed } = state.ending;
  return isQuoteClosed && end === start + 1;
}

function isHiragana(unit: number): boolean {
  return unit >= 0x3040 && unit <= 0x309f;
}

/** Between ideographs a Latin full stop ends a sentence; dots are a pause. */
function decideUnspacedDots(state: ScanState): number {
  const isFullStop = state.ending.marks === ENDING.dot && state.ending.dots === 1;
  if (isFullStop && isHungOnName(state)) return DECISION.none;
  if (!isFullStop) return finishing.includes(String.fromCharCode(unitAt(state, state.ending.start - 1))) ? decideStop(state) : DECISION.clause;
  return classAt(state, state.cursor) === CLASS.ideograph ? decideStop(state) : DECISION.none;
}

/** A full stop behind Latin letters may be that of an abbreviation or initial, between Han the dot in a name. */
function isHungOnName(state: ScanState): boolean {
  const { start } = state.ending;
  const before = classAt(state, start - 1);
  if (before === CLASS.ideograph) return isNameDot(state, start);
  return (before === CLASS.lower || before === CLASS.upper) && isHangingHere(state);
}

/** `Hello world.Today is Tuesday`: a space was forgotten, unless this is a name (`www.Example.com`, `Node.js`). */
function decideMissingSpace(state: ScanState): number {
  const next = classAt(state, state.cursor);
  const before = classAt(state, state.ending.start - 1);
  const isExclaim = (state.ending.marks & ENDING.exclaim) !== 0;
  if (state.isAddress || state.firstClass === 0) return DECISION.none;
  if (next === CLASS.letter && before === CLASS.letter) return isExclaim ? DECISION.sentence : DECISION.none;
  if (next !== CLASS.upper || (before !== CLASS.lower && (before !== CLASS.digit || isExclaim))) return DECISION.none;
  if (state.ending.dots > 1 || isShortBefore(state)) return DECISION.none;
  return decideNextWord(state);
}

/** One letter or one digit before the full stop: initials, versions, chapters. */
function isShortBefore(state: ScanState): boolean {
  const start = state.ending.start;
  if (start - state.tokenStart < 2) return true;
  const second = classAt(state, start - 2);
  if (second !== CLASS.lower && second !== CLASS.upper && second !== CLASS.digit) return true;
  return (state.ending.marks & ENDING.exclaim) === 0 && isAbbreviationHere(state);
}

/** The next word must be written as the first of a sentence is, and end like a word. */
function decideNextWord(state: ScanState): number {
  const start = wordAhead(state, state.cursor, SURE_WORD_START);
  if (start === undefined) return DECISION.more;
  // Names of programs are written with capitals on both sides (`System.Collections`) and without accents: those are read to their end.
  const isSure = start.length === SURE_WORD_START && (classAt(state, state.tokenStart) === CLASS.lower || !isAscii.test(start));
  const word = isSure ? start : wordAhead(state, state.cursor);
  if (word === undefined) return DECISION.more;
  const after = state.cursor + word.length;
  const kind = classAt(state, after);
  if (isRomanNumeral.test(word)) return isSpaceOrEnd(kind) ? DECISION.sentence : kind === CLASS.need ? DECISION.more : DECISION.none;
  const rest = word.slice(1);
  if (rest !== rest.toLowerCase() || domains.has(word.toLowerCase())) return DECISION.none;
  if (word.length === 1 && !state.rules.isStarter(word.toLowerCase())) return DECISION.none;
  if (isSure || isSpaceOrEnd(kind) || kind === CLASS.quote) return DECISION.sentence;
  return decideAfterWord(state, kind, after);
}

/** Punctuation after the next word must be followed as punctuation is. */
function decideAfterWord(state: ScanState, kind: number, after: number): number {
  if (kind !== CLASS.clause && kind !== CLASS.exclaim && kind !== CLASS.dot) return DECISION.none;
  const last = classAt(state, after + 1);
  if (last === CLASS.need) return DECISION.more;
  return isSpaceOrEnd(last) || (kind === CLASS.dot && last === CLASS.upper) ? DECISION.sentence : DECISION.none;
}

function isSpaceOrEnd(kind: number): boolean {
  return kind <= CLASS.newline || kind === CLASS.end;
}
