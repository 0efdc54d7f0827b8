import { CLASS } from "./character-class.ts";
import { beginToken, cutRun, emitCut, LONGEST_WITHOUT_CUT } from "./cut-places.ts";
import { decideGap } from "./decide-gap.ts";
import { isFenceHere, mayBeFence } from "./fence.ts";
import { canBeginList, isBullet, isLineBullet, isNextInList, readMarker } from "./list-marker.ts";
import { rememberGapStart, rememberSpace } from "./read-unit.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";

/** Reads white space. */
export function readSpace(state: ScanState, unit: number, kind: number): void {
  if (state.tokenStart >= 0 && state.gapStart < 0) {
    if (state.runStart >= 0) cutRun(state, true);
    rememberGapStart(state, isMarkerToken(state));
  }
  rememberSpace(state, unit, kind);
  state.cursor += 1;
}

/** At the first unit after white space. False when more text is needed. */
export function leaveGap(state: ScanState, unit: number, kind: number): boolean {
  const isFirst = state.sentenceStart < 0;
  const decision = isFirst ? DECISION.none : decideGap(state);
  if (decision === DECISION.more) return false;
  const isLineStart = isFirst || state.newlines > 0;
  if (isLineStart && mayBeFence(unit, kind) && classAt(state, state.cursor + 2) === CLASS.need) return false;
  const isLate = state.gapStart - state.lastCut >= LONGEST_WITHOUT_CUT;
  emitCut(state, state.gapStart, decision === DECISION.none && isLate ? DECISION.word : decision);
  if (isLineStart) beginLine(state, unit);
  state.gapStart = -1;
  state.lastClass = CLASS.space;
  const { start, marks } = state.ending;
  beginToken(state, unit, isFirst || decision === DECISION.sentence);
  if (decision === DECISION.none && isClosing(kind) && (marks & ~ENDING.clause) !== 0) Object.assign(state.ending, { start, end: start, marks });
  return true;
}

/** French sets its closing quote after a space, and emoji stand behind the sentence they belong to: what ended before ends behind them. */
function isClosing(kind: number): boolean {
  return kind === CLASS.quote || kind === CLASS.close || kind === CLASS.emoji;
}

function beginLine(state: ScanState, unit: number): void {
  state.lineStart = state.cursor;
  state.isLineMarked = unit === 0x23 || unit === 0x7c;
  if (!isFenceHere(state)) return;
  state.isLineMarked = state.fenceStart >= 0;
  state.fenceStart = state.fenceStart >= 0 ? -1 : state.cursor;
}

/** Whether the token that ends at the cursor is the bullet or marker of an item; sets where in a list the sentence is. */
function isMarkerToken(state: ScanState): boolean {
  const isAtStart = state.tokenStart === state.sentenceStart;
  const isAfterBullet = state.tokens === 1 && state.markerEnd === state.sentenceStart + 1;
  if (!isAtStart && !isAfterBullet) return false;
  const first = unitAt(state, state.tokenStart);
  const hasBullet = isBullet(first);
  if (isAtStart && isLineBullet(first) && state.cursor - state.tokenStart === 1) return true;
  if (state.lastUnit !== 0x2e && state.lastUnit !== 0x29) {
    state.list = undefined;
    return false;
  }
  const marker = readMarker(state, hasBullet ? state.tokenStart + 1 : state.tokenStart);
  if (marker === undefined || marker === "more" || marker.end !== state.cursor) {
    state.list = undefined;
    return false;
  }
  state.list = canBeginList(marker) || isNextInList(state.list, marker) ? { style: marker.style, value: marker.value } : undefined;
  return true;
}
