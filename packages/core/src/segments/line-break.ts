import { CLASS, classOf } from "./character-class.ts";
import { isCircled, isLineBullet, isWideMarker, readMarker } from "./list-marker.ts";
import { contentAhead } from "./look-ahead.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import { isFenceHere } from "./fence.ts";
import { decideTerminator } from "./terminator.ts";

/** A line so long that does not end a sentence was wrapped by a program, not ended by a writer. */
const SHORTEST_WRAPPED_LINE = 60;
/** Particles after which a Japanese sentence goes on. */
const particles = "のがをにはとでもへや";
/** First units of lines that are a heading, a quotation, a table row. */
const lineMarks = "#>|";

/** What a single line break means: the end of a sentence, a heading or an item, or only the end of a line. */
export function decideLineBreak(state: ScanState): number {
  const starts = startsNewBlock(state);
  if (starts === DECISION.more) return starts;
  if (starts === DECISION.sentence || state.isLineMarked) return DECISION.sentence;

  const { marks } = state.ending;
  if ((marks & ~ENDING.clause) !== 0) return decideTerminator(state);
  if (state.lastUnit === 0x3a || state.lastUnit === 0xff1a) return DECISION.sentence;
  if (marks === ENDING.clause || state.lastClass === CLASS.dash) return DECISION.none;
  return decideUnfinishedLine(state);
}

/** Whether the next line is a heading, an item, a quotation, a fence or a tag. */
function startsNewBlock(state: ScanState): number {
  const unit = unitAt(state, state.cursor);
  if (lineMarks.includes(String.fromCharCode(unit)) || isCircled(unit) || isEmojiAgain(state)) return DECISION.sentence;
  if (isLineBullet(unit)) {
    const following = classAt(state, state.cursor + 1);
    if (following === CLASS.need) return DECISION.more;
    if (following === CLASS.space) return DECISION.sentence;
    return unit > 0x7f && following === CLASS.digit ? DECISION.sentence : DECISION.none;
  }
  if (classAt(state, state.cursor) === CLASS.backtick) return startsFence(state);
  const isWide = isWideMarker(state, state.cursor);
  if (isWide === undefined) return DECISION.more;
  if (isWide) return DECISION.sentence;
  const marker = readMarker(state, state.cursor);
  if (marker === "more") return DECISION.more;
  return marker === undefined ? DECISION.none : DECISION.sentence;
}

/** Lines that begin with emoji one after another are items, however long they are. */
function isEmojiAgain(state: ScanState): boolean {
  return classAt(state, state.cursor) === CLASS.emoji && classOf(state.firstUnit) === CLASS.emoji;
}

function startsFence(state: ScanState): number {
  if (classAt(state, state.cursor + 2) === CLASS.need) return DECISION.more;
  return isFenceHere(state) ? DECISION.sentence : DECISION.none;
}

/** A line without punctuation at its end: wrapped, or a line of its own. */
function decideUnfinishedLine(state: ScanState): number {
  const ahead = contentAhead(state, state.cursor);
  if (ahead === undefined) return DECISION.more;
  if (state.lastClass === CLASS.ideograph || ahead.kind === CLASS.ideograph) {
    return particles.includes(String.fromCharCode(state.lastUnit)) && ahead.kind === CLASS.ideograph ? DECISION.none : DECISION.sentence;
  }
  const isPadded = state.spacesBeforeNewline === 1 && state.spacesAfterNewline === 0;
  if (ahead.kind === CLASS.lower) return state.firstClass === CLASS.lower && !isPadded ? DECISION.sentence : DECISION.none;
  const isWrapped = state.gapStart - state.lineStart >= SHORTEST_WRAPPED_LINE && state.lastClass === CLASS.lower && state.list === undefined;
  return isPadded || isWrapped ? DECISION.none : DECISION.sentence;
}
