import { CLASS, isWide } from "./character-class.ts";
import { chinese } from "./languages/chinese.ts";
import { japanese } from "./languages/japanese.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import type { Continuation } from "./unspaced-language-data.ts";

const { quoting } = japanese;
const { saying, sayingBehind, aspects, negations, introducing, linking } = chinese;
const reporting = new Set(chinese.reporting.split(" "));
const continuations = new Map<string, Continuation>();
for (const continuation of chinese.continuations) for (const first of continuation.first) continuations.set(first, continuation);
/** With the sign behind it, this is as much look-ahead as speech can wait for. */
const LONGEST_SPEAKER = 5;
const colons = ":：";
const commas = ",，";
const bracketClosers = ")）]］}｝】〕〗";

/** Whether the punctuation at the end is that of a title (`《你好！》`), which ends no sentence. */
export function isTitleClosed(state: ScanState): boolean {
  const closer = unitAt(state, state.ending.end - 1);
  return closer === 0x300b || closer === 0x3009;
}

/**
 * What a full stop, question or exclamation mark divides that stands before a closed quote or bracket, in text without spaces. The
 * cursor stands on the first unit behind it.
 */
export function decideClosedQuote(state: ScanState): number {
  const closer = String.fromCharCode(unitAt(state, state.ending.end - 1));
  const next = String.fromCharCode(unitAt(state, state.cursor));
  if (quoting.includes(next)) return DECISION.clause;
  if (isTitleClosed(state) || state.enclosures.closedFrom() === state.ending.start - 1) return DECISION.word;
  const isAtStart = state.enclosures.closedFrom() === state.sentenceStart;
  const isUnknown = state.enclosures.closedFrom() < 0;
  if (bracketClosers.includes(closer)) return isAtStart || isUnknown || !isAsking(state) ? DECISION.sentence : DECISION.word;
  if (!isAtStart && !isUnknown && isAsking(state) && isPartOfClause(state)) return DECISION.clause;
  if (classAt(state, state.cursor) !== CLASS.ideograph) return DECISION.sentence;
  const continued = decideContinued(state, next, isAtStart || isUnknown);
  return continued === DECISION.sentence && (isAtStart || isUnknown) ? decideSpeaker(state) : continued;
}

/** A question or an exclamation, which may stand in the middle of a sentence. */
function isAsking(state: ScanState): boolean {
  if ((state.ending.marks & ENDING.exclaim) !== 0) return true;
  const unit = unitAt(state, state.ending.start);
  return unit === 0xff1f || unit === 0xff01;
}

/** Whether the quotation is a word of the sentence (`高喊“让一让！”冲进`), not what a colon, a comma or a verb introduces. */
function isPartOfClause(state: ScanState): boolean {
  const unit = state.enclosures.closedBehind();
  if (!isWide(unit) || introducing.includes(String.fromCharCode(unit))) return false;
  return (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xf900 && unit <= 0xfaff);
}

/** Words that need the quotation before them. */
function decideContinued(state: ScanState, next: string, isAtStart: boolean): number {
  const isNamed = isAsking(state) && (isAtStart || commas.includes(String.fromCharCode(state.enclosures.closedBehind())));
  const continuation = continuations.get(next);
  if (continuation === undefined || (continuation.isAfterMark === true && !isNamed)) return isNamed && linking.includes(next) ? DECISION.clause : DECISION.sentence;
  const secondClass = classAt(state, state.cursor + 1);
  if (secondClass === CLASS.need) return DECISION.more;
  return goesOn(continuation, String.fromCharCode(unitAt(state, state.cursor + 1)), secondClass) ? DECISION.clause : DECISION.sentence;
}

function goesOn({ second, unless, isBeforeQuote }: Continuation, found: string, foundClass: number): boolean {
  if (isBeforeQuote === true && foundClass !== CLASS.open && foundClass !== CLASS.quote) return false;
  if (second !== undefined && !second.includes(found)) return false;
  return unless === undefined || !unless.includes(found);
}

/** After a sentence in quotes, `他说，` goes on with it. What a colon follows (`他说：`) introduces the next. */
function decideSpeaker(state: ScanState): number {
  for (let offset = state.cursor; offset < state.cursor + LONGEST_SPEAKER; offset += 1) {
    const kind = classAt(state, offset);
    if (kind === CLASS.need) return DECISION.more;
    const unit = String.fromCharCode(unitAt(state, offset));
    if (kind !== CLASS.ideograph || isKana(unit) || negations.includes(unit)) return DECISION.sentence;
    if (!isSaying(state, offset, unit)) continue;
    const decision = decideAfterSpeaker(state, offset + 1);
    if (decision !== undefined) return decision;
  }
  return DECISION.sentence;
}

/** Japanese says who spoke behind a particle. */
function isKana(unit: string): boolean {
  return unit >= "\u3040" && unit <= "\u30ff";
}

function isSaying(state: ScanState, offset: number, unit: string): boolean {
  if (saying.includes(unit)) return true;
  if (unit !== sayingBehind.verb) return offset > state.cursor && reporting.has(String.fromCharCode(unitAt(state, offset - 1)) + unit);
  return offset > state.cursor && sayingBehind.before.includes(String.fromCharCode(unitAt(state, offset - 1)));
}

/** Undefined where the word goes on. */
function decideAfterSpeaker(state: ScanState, start: number): number | undefined {
  const isAspect = start < state.cursor + LONGEST_SPEAKER && classAt(state, start) === CLASS.ideograph && aspects.includes(String.fromCharCode(unitAt(state, start)));
  const offset = isAspect ? start + 1 : start;
  const kind = classAt(state, offset);
  if (kind === CLASS.need) return DECISION.more;
  if (colons.includes(String.fromCharCode(unitAt(state, offset)))) return DECISION.sentence;
  if (offset === state.cursor + LONGEST_SPEAKER && String.fromCharCode(unitAt(state, offset)) === sayingBehind.verb) return DECISION.clause;
  const isOver = kind <= CLASS.newline || kind === CLASS.end || (kind >= CLASS.dot && kind <= CLASS.dash);
  return isOver ? DECISION.clause : undefined;
}
