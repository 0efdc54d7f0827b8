import { CLASS, classOf, isWordClass } from "./character-class.ts";
import { decideGap } from "./decide-gap.ts";
import { decideInside } from "./decide-inside.ts";
import { isFenceHere, mayBeFence } from "./fence.ts";
import type { LanguageRules } from "./language-rules.ts";
import { canBeginList, isBullet, isLineBullet, isNextInList, readMarker } from "./list-marker.ts";
import { rememberGapStart, rememberSpace, rememberUnit } from "./read-unit.ts";
import { classAt, clearEnding, createScanState, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import { noteAhead } from "./soft-endings.ts";
import { closesBlock, isBlockTagAhead, isClosingTag, isTagAhead, LONGEST_TAG } from "./tag.ts";
import { unspacedWordCuts } from "./unspaced-words.ts";

/** Text that offers no cut for so long is cut between two characters. */
const LONGEST_WITHOUT_CUT = 400;
/** ... and within a sequence of marks or joined emoji, if need be, so much later. */
const LONGEST_CHARACTER = 64;
/** Words of scripts without spaces are looked for in runs of this length; the last units of one may be half a word. */
const LONGEST_RUN = 24;
const UNSURE_END = 8;

/** What a scanner needs. */
export interface ScannerOptions {
  readonly rules: LanguageRules;
  readonly language: string | undefined;
  /** Whether to look for words in scripts without spaces. */
  readonly findsWords: boolean;
  /** Told each place where the text may be cut, in order, once it is certain: a `DECISION` other than none and more. */
  readonly onCut: (at: number, decision: number) => void;
}

/**
 * Reads text once, from front to back, and finds where it may be cut. Each unit is read once; a place that depends on what
 * follows waits for a bounded number of units, so that the answer never depends on the pieces in which the text came.
 */
export interface Scanner {
  readonly state: ScanState;
  /** Goes on reading until every cut up to an offset is known, or the text is used up. */
  scan(until: number): void;
}

/** A scanner at the start of a text; text is appended to its state's buffer. */
export function createScanner(options: ScannerOptions): Scanner {
  const state = createScanState(options.rules);

  function emit(place: number, decision: number): void {
    let at = place;
    // Only behind a tag that was never closed.
    while (at > state.lastCut && isSpaceAt(state, at - 1)) at -= 1;
    if (at <= state.lastCut || decision === DECISION.none) return;
    state.lastCut = at;
    options.onCut(at, decision);
  }

  function beginToken(unit: number, isSentence: boolean): void {
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

  /** Reads white space. */
  function readSpace(unit: number, kind: number): void {
    if (state.tokenStart >= 0 && state.gapStart < 0) {
      cutRun(true);
      rememberGapStart(state, isMarkerToken(state));
    }
    rememberSpace(state, unit, kind);
    state.cursor += 1;
  }

  /** At the first unit after white space. False when more text is needed. */
  function leaveGap(unit: number, kind: number): boolean {
    const isFirst = state.sentenceStart < 0;
    const decision = isFirst ? DECISION.none : decideGap(state);
    if (decision === DECISION.more) return false;
    const isLineStart = isFirst || state.newlines > 0;
    if (isLineStart && mayBeFence(unit, kind) && classAt(state, state.cursor + 2) === CLASS.need) return false;
    const isLate = state.gapStart - state.lastCut >= LONGEST_WITHOUT_CUT;
    emit(state.gapStart, decision === DECISION.none && isLate ? DECISION.word : decision);
    if (isLineStart) beginLine(unit);
    state.gapStart = -1;
    state.lastClass = CLASS.space;
    const { start, marks } = state.ending;
    beginToken(unit, isFirst || decision === DECISION.sentence);
    // French sets its closing quote after a space: what ended before it ends behind it.
    if (decision === DECISION.none && (kind === CLASS.quote || kind === CLASS.close) && (marks & ~ENDING.clause) !== 0) Object.assign(state.ending, { start, end: start, marks });
    return true;
  }

  function beginLine(unit: number): void {
    state.lineStart = state.cursor;
    state.isLineMarked = unit === 0x23 || unit === 0x7c;
    if (!isFenceHere(state)) return;
    state.isLineMarked = state.fenceStart >= 0;
    state.fenceStart = state.fenceStart >= 0 ? -1 : state.cursor;
  }

  /** Reads a unit inside a token. False when more text is needed. */
  function readUnit(unit: number, kind: number): boolean {
    if (kind === CLASS.less && state.fenceStart < 0) {
      const isTag = beginTag();
      if (isTag === undefined) return false;
      if (isTag) return true;
    }
    if (!isRunClass(kind) && kind !== CLASS.mark) cutRun(true);
    if (state.ending.start >= 0 && unit === 0x5b) {
      const noteEnd = noteAhead(state);
      if (noteEnd === undefined) return false;
      if (noteEnd > state.cursor) return skipNote(noteEnd);
    }
    if (state.ending.start >= 0 && isContent(kind, unit)) {
      const decision = state.fenceStart >= 0 ? DECISION.none : decideInside(state);
      if (decision === DECISION.more) return false;
      cutInside(unit, decision);
    }
    cutWhenLate(unit, kind);
    if (state.firstClass === 0 && isWordClass(kind)) state.firstClass = kind;
    rememberUnit(state, unit, kind);
    if (isRunClass(kind) && options.findsWords && state.runStart < 0) state.runStart = state.cursor;
    state.cursor += 1;
    if (state.runStart >= 0 && state.cursor - state.runStart >= LONGEST_RUN) cutRun(false);
    return true;
  }

  /** The mark of a footnote belongs to the punctuation before it. */
  function skipNote(end: number): true {
    state.ending.end = end;
    state.lastUnit = unitAt(state, end - 1);
    state.lastClass = CLASS.close;
    state.cursor = end;
    return true;
  }

  /** A unit that ends the punctuation before it; an opening quote or bracket does, a closing one does not. */
  function isContent(kind: number, unit: number): boolean {
    if (isWordClass(kind) || kind === CLASS.open) return true;
    return (unit === 0x201c || unit === 0xab || unit === 0x201e) && classAt(state, state.ending.start - 1) === CLASS.ideograph && !state.ending.isQuoteClosed;
  }

  function cutInside(unit: number, decision: number): void {
    if (decision === DECISION.none) return;
    emit(state.ending.end, decision);
    beginToken(unit, decision === DECISION.sentence);
  }

  /** Nothing may hang because a text has no place to cut it. */
  function cutWhenLate(unit: number, kind: number): void {
    const length = state.cursor - Math.max(state.lastCut, state.tokenStart);
    if (length < LONGEST_WITHOUT_CUT || (unit >= 0xdc00 && unit <= 0xdfff)) return;
    const isJoined = kind === CLASS.mark || unitAt(state, state.cursor - 1) === 0x200d || isFlagPair(unit);
    if (isJoined && length < LONGEST_WITHOUT_CUT + LONGEST_CHARACTER) return;
    if (state.runStart >= 0) cutRun(true);
    emit(state.cursor, DECISION.word);
    beginToken(unit, false);
  }

  /** Two regional indicators are one flag; which of a row belong together is not worth counting. */
  function isFlagPair(unit: number): boolean {
    return unit === 0xd83c && unitAt(state, state.cursor - 2) === 0xd83c;
  }

  /** At a `<`: whether it began a tag; undefined when more text is needed. */
  function beginTag(): boolean | undefined {
    const isTag = isTagAhead(state, state.cursor);
    if (isTag !== true) return isTag;
    const isBlock = state.firstClass !== 0 ? isBlockTagAhead(state, state.cursor) : false;
    if (isBlock === undefined) return undefined;
    cutRun(true);
    cutWhenLate(unitAt(state, state.cursor), CLASS.less);
    if (isBlock) {
      emit(state.cursor, DECISION.sentence);
      beginToken(unitAt(state, state.cursor), true);
    }
    state.tagStart = state.cursor;
    state.cursor += 1;
    return true;
  }

  function readTag(unit: number): void {
    const isOver = unit === 0x3e;
    if (isOver) endTag(state);
    if (isOver || unit === 0x3c || state.cursor - state.tagStart > LONGEST_TAG) state.tagStart = -1;
    if (unit !== 0x3c) state.cursor += 1;
  }

  /** Cuts the words of a run without spaces: all of them, or all but the last when the run goes on. */
  function cutRun(isOver: boolean): void {
    if (state.runStart < 0) return;
    const length = state.cursor - state.runStart;
    const limit = isOver ? length : length - UNSURE_END;
    let start = state.runStart;
    if (length > 1) {
      for (const cut of unspacedWordCuts(state.buffer.slice(state.runStart, state.cursor), options.language)) {
        if (cut >= limit) break;
        emit(state.runStart + cut, DECISION.word);
        start = state.runStart + cut;
      }
    }
    if (isOver) state.runStart = -1;
    else state.runStart = start > state.runStart ? start : state.runStart + limit;
  }

  /** Letters and digits inside a token change nothing but what was read last: most of a text. */
  function readPlainUnits(): void {
    const { buffer } = state;
    const { units, base } = buffer;
    const end = Math.min(buffer.end, Math.max(state.lastCut, state.tokenStart) + LONGEST_WITHOUT_CUT);
    let { cursor } = state;
    while (cursor < end) {
      const unit = units[cursor - base] ?? 0;
      const kind = classOf(unit);
      if (kind < CLASS.lower || kind > CLASS.digit) break;
      state.lastUnit = unit;
      state.lastClass = kind;
      cursor += 1;
    }
    state.cursor = cursor;
  }

  /** Whether nothing is under way that a letter would end. */
  function isPlain(): boolean {
    return state.gapStart < 0 && state.firstClass !== 0 && state.ending.start < 0 && state.runStart < 0 && state.tagStart < 0;
  }

  /** Where the next cut could still come. */
  function undecidedFrom(): number {
    if (state.gapStart >= 0) return state.gapStart;
    if (state.runStart >= 0) return state.runStart;
    return state.ending.start >= 0 ? state.ending.start : state.cursor;
  }

  function finish(): void {
    if (!state.ended || state.sentenceStart < 0 || state.cursor < state.buffer.end) return;
    cutRun(true);
    emit(state.gapStart >= 0 ? state.gapStart : state.cursor, DECISION.sentence);
  }

  return {
    state,
    scan(until) {
      const { buffer } = state;
      while (state.cursor < buffer.end) {
        if (state.cursor > until && undecidedFrom() > until) return;
        const unit = buffer.units[state.cursor - buffer.base] ?? 0;
        const kind = classOf(unit);
        if (state.tagStart >= 0) readTag(unit);
        else if (kind === CLASS.space || kind === CLASS.newline) readSpace(unit, kind);
        else if ((state.gapStart >= 0 || state.tokenStart < 0) && !leaveGap(unit, kind)) return;
        else if (!readUnit(unit, kind)) return;
        else if (isPlain()) readPlainUnits();
      }
      finish();
    },
  };
}

function isSpaceAt(state: ScanState, offset: number): boolean {
  const kind = classAt(state, offset);
  return offset >= 0 && (kind === CLASS.space || kind === CLASS.newline);
}

function isRunClass(kind: number): boolean {
  return kind === CLASS.ideograph || kind === CLASS.unspaced;
}

/** A tag is no part of the text: punctuation before it stays at the end, and one that closes a block is such punctuation. */
function endTag(state: ScanState): void {
  const { ending } = state;
  if (closesBlock(state, state.tagStart)) {
    ending.start = ending.start >= 0 ? ending.start : state.tagStart;
    ending.marks = ENDING.stop;
    ending.end = state.cursor + 1;
  } else if (ending.start >= 0 && isClosingTag(state, state.tagStart)) {
    ending.end = state.cursor + 1;
  }
}

/** Whether the token that ends at the cursor is the bullet or marker of an item; sets where in a list the sentence is. */
function isMarkerToken(state: ScanState): boolean {
  const isAtStart = state.tokenStart === state.sentenceStart;
  const isAfterBullet = state.tokens === 1 && state.markerEnd === state.sentenceStart + 1;
  if (!isAtStart && !isAfterBullet) return false;
  const first = unitAt(state, state.tokenStart);
  const hasBullet = isBullet(first);
  if (isAtStart && isLineBullet(first) && state.cursor - state.tokenStart === 1) return true;
  const marker = readMarker(state, hasBullet ? state.tokenStart + 1 : state.tokenStart);
  if (marker === undefined || marker === "more" || marker.end !== state.cursor) {
    state.list = undefined;
    return false;
  }
  state.list = canBeginList(marker) || isNextInList(state.list, marker) ? { style: marker.style, value: marker.value } : undefined;
  return true;
}
