import { CLASS, isWide, isWordClass } from "./character-class.ts";
import { isMarkupOpen, type ScanState, classAt, unitAt } from "./scan-state.ts";

/** Signs that stand before what they mark, not behind a sentence. */
const leading = "※@＠$＄¥￥€£●○◎■□◆◇▲△▼▽►▶→⇒＋§№•▪◦‣";
/** A hash may also close the topic it opened, with the mark in it. */
const hashes = "#＃";
const LEFT = 0x201c;
const LEFT_SINGLE = 0x2018;
const LEFT_ANGLE = 0xab;
const LOW = 0x201e;
const STRAIGHT = 0x22;
const STRAIGHT_WIDE = 0xff02;
const FULL_STOP = 0x3002;
const ASTERISK = 0x2a;

/** Whether a unit ends the punctuation before it: an opening quote or bracket does, a closing one does not. */
export function endsPunctuation(state: ScanState, kind: number, unit: number): boolean {
  if (isWordClass(kind) || kind === CLASS.open) return true;
  if (kind === CLASS.quote) return isOpeningQuote(state, unit);
  if (kind !== CLASS.symbol && kind !== CLASS.emoji && kind !== CLASS.backtick) return false;
  return isAfterWideStop(state) && (isLeading(state, unit) || isOpeningMarkup(state, unit));
}

/** Where no white space tells, what a quote can be in the scripts around it does. */
function isOpeningQuote(state: ScanState, unit: number): boolean {
  const { start } = state.ending;
  const isAfterIdeograph = classAt(state, start - 1) === CLASS.ideograph;
  if (unit === LEFT) return isAfterIdeograph || isAfterWideStop(state);
  if (unit === LEFT_SINGLE) return isAfterWideStop(state);
  if (unit === LEFT_ANGLE || unit === LOW) return isAfterIdeograph && !state.ending.isQuoteClosed;
  if (unit !== STRAIGHT && unit !== STRAIGHT_WIDE) return false;
  return (isAfterIdeograph || isAfterWideStop(state)) && !state.enclosures.closes(unit);
}

/** Full stops, question and exclamation marks of East Asia, behind which nobody writes a space. */
function isAfterWideStop(state: ScanState): boolean {
  return isWide(unitAt(state, state.ending.start)) && classAt(state, state.ending.start) === CLASS.stop;
}

function isLeading(state: ScanState, unit: number): boolean {
  const sign = String.fromCharCode(unit);
  return leading.includes(sign) || (hashes.includes(sign) && unitAt(state, state.ending.start) === FULL_STOP);
}

function isOpeningMarkup(state: ScanState, unit: number): boolean {
  if (unit !== ASTERISK && classAt(state, state.cursor) !== CLASS.backtick) return false;
  return state.lastUnit !== unit && !isMarkupOpen(state, unit);
}
