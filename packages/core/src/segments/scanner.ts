import { CLASS, classOf, isWordClass } from "./character-class.ts";
import { cutInside, cutRun, cutWhenLate, emitCut, LONGEST_RUN, LONGEST_WITHOUT_CUT } from "./cut-places.ts";
import { decideInside } from "./decide-inside.ts";
import { endsPunctuation } from "./ends-punctuation.ts";
import { leaveGap, readSpace } from "./gap.ts";
import { rememberUnit } from "./read-unit.ts";
import { createScanState, DECISION, unitAt, type ScanOptions, type ScanState } from "./scan-state.ts";
import { noteAhead } from "./soft-endings.ts";
import { beginTag, readTag } from "./tag.ts";

/**
 * Reads text once, from front to back, and finds where it may be cut. Each unit is read once; a place that depends on what
 * follows waits for a bounded number of units, so that the answer never depends on the pieces in which the text came.
 */
export interface Scanner {
  readonly state: ScanState;
  /** Goes on reading until every cut up to an offset is known, or the text is used up. */
  scan(until: number): void;
}

const SPACE = 0x20;

/** A scanner at the start of a text; text is appended to its state's buffer. */
export function createScanner(options: ScanOptions): Scanner {
  const state = createScanState(options);
  return {
    state,
    scan(until) {
      const { buffer } = state;
      while (state.cursor < buffer.end) {
        if (state.cursor > until && undecidedFrom(state) > until) return;
        if (isPlain(state) && readWords(state, until)) continue;
        const unit = buffer.units[state.cursor - buffer.base] ?? 0;
        const kind = classOf(unit);
        if (state.tagStart >= 0) readTag(state, unit);
        else if (kind === CLASS.space || kind === CLASS.newline) readSpace(state, unit, kind);
        else if ((state.gapStart >= 0 || state.tokenStart < 0) && !leaveGap(state, unit, kind)) return;
        else if (!readUnit(state, unit, kind)) return;
      }
      finish(state);
    },
  };
}

/** Reads a unit inside a token. False when more text is needed. */
function readUnit(state: ScanState, unit: number, kind: number): boolean {
  if (kind === CLASS.less && state.fenceStart < 0) {
    const isTag = beginTag(state);
    if (isTag === undefined) return false;
    if (isTag) return true;
  }
  if (state.runStart >= 0 && !isRunClass(kind) && kind !== CLASS.mark) cutRun(state, true);
  if (state.ending.start >= 0 && unit === 0x5b) {
    const noteEnd = noteAhead(state);
    if (noteEnd === undefined) return false;
    if (noteEnd > state.cursor) return skipNote(state, noteEnd);
  }
  if (state.ending.start >= 0 && endsPunctuation(state, kind, unit)) {
    const decision = state.fenceStart >= 0 ? DECISION.none : decideInside(state);
    if (decision === DECISION.more) return false;
    cutInside(state, unit, decision);
  }
  if (!cutWhenLate(state, unit, kind)) return false;
  if (state.firstClass === 0 && isWordClass(kind)) state.firstClass = kind;
  rememberUnit(state, unit, kind);
  if (isRunClass(kind) && state.findsWords && state.runStart < 0) state.runStart = state.cursor;
  state.cursor += 1;
  if (state.runStart >= 0 && state.cursor - state.runStart >= LONGEST_RUN) cutRun(state, false);
  return true;
}

/** The mark of a footnote belongs to the punctuation before it. */
function skipNote(state: ScanState, end: number): true {
  state.ending.end = end;
  state.lastUnit = unitAt(state, end - 1);
  state.lastClass = CLASS.close;
  state.cursor = end;
  return true;
}

function isRunClass(kind: number): boolean {
  return kind === CLASS.ideograph || kind === CLASS.unspaced;
}

/**
 * Most of a text is words with a space between. Their letters change nothing but what was read last, and the space is a place
 * between words: the same as {@link readUnit}, {@link readSpace} and {@link leaveGap} make of them, in one step. False when there was nothing of that kind.
 */
function readWords(state: ScanState, until: number): boolean {
  const { units, base, end } = state.buffer;
  // The words of a run without spaces are looked for one step at a time.
  const lastKind = state.findsWords ? CLASS.mark : CLASS.unspaced;
  const canPass = state.list === undefined && state.fenceStart < 0;
  let latest = Math.max(state.lastCut, state.tokenStart) + LONGEST_WITHOUT_CUT;
  let { cursor, lastUnit, lastClass } = state;
  while (cursor < end && cursor < latest) {
    const unit = units[cursor - base] ?? 0;
    const kind = classOf(unit);
    if (kind >= CLASS.lower && kind <= lastKind) {
      if (kind !== CLASS.mark) {
        lastUnit = unit;
        lastClass = kind;
      }
      cursor += 1;
    } else if (unit === SPACE && canPass && isLetter(lastClass) && cursor <= until && cursor + 1 < end && isLetter(classOf(units[cursor + 1 - base] ?? 0)) && !mayBeMarker(state)) {
      passSpace(state, cursor);
      cursor += 1;
      latest = cursor + LONGEST_WITHOUT_CUT;
    } else break;
  }
  if (cursor === state.cursor) return false;
  state.cursor = cursor;
  state.lastUnit = lastUnit;
  state.lastClass = lastClass;
  return true;
}

function isLetter(kind: number): boolean {
  return kind >= CLASS.lower && kind <= CLASS.letter;
}

/** The first token of a sentence, or the second behind a bullet, may be the marker of an item. */
function mayBeMarker(state: ScanState): boolean {
  return state.tokenStart === state.sentenceStart || (state.tokens === 1 && state.markerEnd >= 0);
}

/** A single space between two words. */
function passSpace(state: ScanState, offset: number): void {
  state.tokens += 1;
  state.spacedDots = 0;
  state.areDotsAttached = false;
  state.tokenStart = offset + 1;
  state.isAddress = false;
  state.lastCut = offset;
  state.onCut(offset, DECISION.word);
}

/** Whether nothing is under way that a letter would end. */
function isPlain(state: ScanState): boolean {
  return state.gapStart < 0 && state.firstClass !== 0 && state.ending.start < 0 && state.runStart < 0 && state.tagStart < 0;
}

/** Where the next cut could still come. */
function undecidedFrom(state: ScanState): number {
  if (state.gapStart >= 0) return state.gapStart;
  if (state.runStart >= 0) return state.runStart;
  return state.ending.start >= 0 ? state.ending.start : state.cursor;
}

function finish(state: ScanState): void {
  if (!state.ended || state.sentenceStart < 0 || state.cursor < state.buffer.end) return;
  cutRun(state, true);
  emitCut(state, state.gapStart >= 0 ? state.gapStart : state.cursor, DECISION.sentence);
}
