import { CLASS } from "./character-class.ts";
import { classAt, clearEnding, DECISION, unitAt, type ScanState } from "./scan-state.ts";
import { unspacedWordCuts } from "./unspaced-words.ts";

/** Text that offers no cut for so long is cut between two characters. */
export const LONGEST_WITHOUT_CUT = 400;
/** ... and within a sequence of marks or joined emoji, if need be, so much later. */
const LONGEST_CHARACTER = 64;
/**
 * Words of scripts without spaces are looked for in runs of this length; the last units of one may be half a word. The dictionary
 * answers by all the text it is shown, so that is never what happens to be there: each run begins at the last cut of the one before.
 */
export const LONGEST_RUN = 24;
const UNSURE_END = 8;
const JOINER = 0x200d;
/** The first half of flags and skin tones. */
const EMOJI_PLANE = 0xd83c;
const FIRST_SKIN_TONE = 0xdffb;
/** The second half of the letters of which two make a flag. */
const FIRST_FLAG_LETTER = 0xdde6;
const LAST_FLAG_LETTER = 0xddff;
/** Signs that bind the letter before to the letter after. */
const viramas: readonly number[] = [0x094d, 0x09cd, 0x0acd, 0x0b4d, 0x0c4d, 0x0d4d];

/** Tells a cut at a place, unless there is one already. */
export function emitCut(state: ScanState, place: number, decision: number): void {
  if (decision === DECISION.none) return;
  let at = place;
  // Only behind a tag that was never closed.
  while (at > state.lastCut && isSpaceAt(state, at - 1)) at -= 1;
  if (at <= state.lastCut) return;
  state.lastCut = at;
  state.onCut(at, decision);
}

function isSpaceAt(state: ScanState, offset: number): boolean {
  const kind = classAt(state, offset);
  return offset >= 0 && (kind === CLASS.space || kind === CLASS.newline);
}

/** A token begins at the cursor, perhaps a sentence with it. */
export function beginToken(state: ScanState, unit: number, isSentence: boolean): void {
  state.tokenStart = state.cursor;
  state.isAddress = false;
  clearEnding(state.ending);
  if (!isSentence) return;
  state.sentenceStart = state.cursor;
  state.firstUnit = unit;
  state.firstClass = 0;
  state.tokens = 0;
  state.abbreviatedToken = 0;
  state.enclosures.clear();
}

/** Cuts behind the punctuation that the cursor has just left. */
export function cutInside(state: ScanState, unit: number, decision: number): void {
  if (decision === DECISION.none) return;
  emitCut(state, state.ending.end, decision);
  beginToken(state, unit, decision === DECISION.sentence);
}

/** Nothing may hang because a text has no place to cut it. False when more text is needed to see what the unit at the cursor is part of. */
export function cutWhenLate(state: ScanState, unit: number, kind: number): boolean {
  const length = state.cursor - Math.max(state.lastCut, state.tokenStart);
  if (length < LONGEST_WITHOUT_CUT || (unit >= 0xdc00 && unit <= 0xdfff)) return true;
  if (unit === EMOJI_PLANE && classAt(state, state.cursor + 1) === CLASS.need) return false;
  if (isJoined(state, unit, kind) && length < LONGEST_WITHOUT_CUT + LONGEST_CHARACTER) return true;
  if (state.runStart >= 0) cutRun(state, true);
  emitCut(state, state.cursor, DECISION.word);
  beginToken(state, unit, false);
  return true;
}

/**
 * Whether the unit at the cursor and the one before it belong to one character, as readers see it (UAX 29): marks, what a joiner
 * joins, skin tones, flags, the letters of a Korean syllable, conjuncts of the scripts of India.
 */
function isJoined(state: ScanState, unit: number, kind: number): boolean {
  const before = unitAt(state, state.cursor - 1);
  if (kind === CLASS.mark || before === JOINER) return true;
  if (unit === EMOJI_PLANE) return unitAt(state, state.cursor + 1) >= FIRST_SKIN_TONE || isInFlag(state);
  return isInSyllable(unit, before) || viramas.includes(before);
}

/** In a row of flags, whether the cursor stands between the two letters of one. Counted from the last cut: between flags, or before the row. */
function isInFlag(state: ScanState): boolean {
  if (!isFlagLetter(state, state.cursor)) return false;
  let start = state.cursor;
  while (start - 2 >= state.lastCut && isFlagLetter(state, start - 2)) start -= 2;
  return (state.cursor - start) % 4 !== 0;
}

function isFlagLetter(state: ScanState, offset: number): boolean {
  const second = unitAt(state, offset + 1);
  return unitAt(state, offset) === EMOJI_PLANE && second >= FIRST_FLAG_LETTER && second <= LAST_FLAG_LETTER;
}

/** Korean syllables may be written letter by letter: leading consonants first, then vowels and the consonants that close. */
function isInSyllable(unit: number, before: number): boolean {
  if (isLeadingJamo(unit)) return isLeadingJamo(before);
  return isLaterJamo(unit) && (isLeadingJamo(before) || isLaterJamo(before) || (before >= 0xac00 && before <= 0xd7a3));
}

function isLeadingJamo(unit: number): boolean {
  return (unit >= 0x1100 && unit <= 0x115f) || (unit >= 0xa960 && unit <= 0xa97c);
}

function isLaterJamo(unit: number): boolean {
  return (unit >= 0x1160 && unit <= 0x11ff) || (unit >= 0xd7b0 && unit <= 0xd7fb);
}

/** Cuts the words of a run without spaces: all of them, or all but the last when the run goes on. */
export function cutRun(state: ScanState, isOver: boolean): void {
  if (state.runStart < 0) return;
  const length = state.cursor - state.runStart;
  const limit = isOver ? length : length - UNSURE_END;
  let start = state.runStart;
  if (length > 1) {
    for (const cut of unspacedWordCuts(state.buffer.slice(state.runStart, state.cursor))) {
      if (cut >= limit) break;
      emitCut(state, state.runStart + cut, DECISION.word);
      start = state.runStart + cut;
    }
  }
  if (isOver) state.runStart = -1;
  else state.runStart = start > state.runStart ? start : state.runStart + limit;
}
