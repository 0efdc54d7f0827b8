import { CLASS } from "./character-class.ts";
import { classAt, clearEnding, DECISION, unitAt, type ScanState } from "./scan-state.ts";
import { unspacedWordCuts } from "./unspaced-words.ts";

/** Text that offers no cut for so long is cut between two characters. */
export const LONGEST_WITHOUT_CUT = 400;
/** ... and within a sequence of marks or joined emoji, if need be, so much later. */
const LONGEST_CHARACTER = 64;
/** Words of scripts without spaces are looked for in runs of this length; the last units of one may be half a word. */
export const LONGEST_RUN = 24;
const UNSURE_END = 8;

/** Tells a cut at a place, unless there is one already. */
export function emitCut(state: ScanState, place: number, decision: number): void {
  let at = place;
  // Only behind a tag that was never closed.
  while (at > state.lastCut && isSpaceAt(state, at - 1)) at -= 1;
  if (at <= state.lastCut || decision === DECISION.none) return;
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
  state.enclosures.clear();
}

/** Cuts behind the punctuation that the cursor has just left. */
export function cutInside(state: ScanState, unit: number, decision: number): void {
  if (decision === DECISION.none) return;
  emitCut(state, state.ending.end, decision);
  beginToken(state, unit, decision === DECISION.sentence);
}

/** Nothing may hang because a text has no place to cut it. */
export function cutWhenLate(state: ScanState, unit: number, kind: number): void {
  const length = state.cursor - Math.max(state.lastCut, state.tokenStart);
  if (length < LONGEST_WITHOUT_CUT || (unit >= 0xdc00 && unit <= 0xdfff)) return;
  const isJoined = kind === CLASS.mark || unitAt(state, state.cursor - 1) === 0x200d || isFlagPair(state, unit);
  if (isJoined && length < LONGEST_WITHOUT_CUT + LONGEST_CHARACTER) return;
  if (state.runStart >= 0) cutRun(state, true);
  emitCut(state, state.cursor, DECISION.word);
  beginToken(state, unit, false);
}

/** Two regional indicators are one flag; which of a row belong together is not worth counting. */
function isFlagPair(state: ScanState, unit: number): boolean {
  return unit === 0xd83c && unitAt(state, state.cursor - 2) === 0xd83c;
}

/** Cuts the words of a run without spaces: all of them, or all but the last when the run goes on. */
export function cutRun(state: ScanState, isOver: boolean): void {
  if (state.runStart < 0) return;
  const length = state.cursor - state.runStart;
  const limit = isOver ? length : length - UNSURE_END;
  let start = state.runStart;
  if (length > 1) {
    for (const cut of unspacedWordCuts(state.buffer.slice(state.runStart, state.cursor), state.language)) {
      if (cut >= limit) break;
      emitCut(state, state.runStart + cut, DECISION.word);
      start = state.runStart + cut;
    }
  }
  if (isOver) state.runStart = -1;
  else state.runStart = start > state.runStart ? start : state.runStart + limit;
}
