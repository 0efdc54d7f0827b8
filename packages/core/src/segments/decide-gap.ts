import { CLASS, isWide, isWordClass } from "./character-class.ts";
import { decideLineBreak } from "./line-break.ts";
import { isBullet, isCheckedItem, isCheckMark, isFirstInline, isNextInList, readMarker } from "./list-marker.ts";
import type { ListMarker } from "./list-position.ts";
import { contentAhead, spacedDotsAhead } from "./look-ahead.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import { decideSoftEnding } from "./soft-endings.ts";
import { isBlockTagAhead } from "./tag.ts";
import { decideTerminator } from "./terminator.ts";

/** Code is kept together up to here; from then on its lines are sent one by one. */
const LONGEST_FENCE = 600;

/** What the white space before the cursor divides. The cursor stands on the first unit after it. */
export function decideGap(state: ScanState): number {
  if (isBetweenWords(state)) return DECISION.word;
  if (state.fenceStart >= 0) return decideInFence(state);
  if (state.newlines > 1) return DECISION.sentence;
  if (state.firstClass !== 0 && classAt(state, state.cursor) === CLASS.less) {
    const block = isBlockTagAhead(state, state.cursor);
    if (block === undefined) return DECISION.more;
    if (block) return DECISION.sentence;
  }
  const checked = decideCheckMarkAhead(state);
  if (checked !== undefined) return checked;
  const punctuation = decidePunctuationAhead(state);
  if (punctuation !== undefined) return punctuation;
  if (state.markerEnd === state.gapStart) return DECISION.none;
  const item = decideItemAhead(state);
  if (item !== undefined) return item;
  const ended = decideEnding(state);
  if (ended === DECISION.more) return ended;
  if (ended === DECISION.sentence) return state.enclosures.isInside(state.cursor) && !isParagraphOfHan(state) ? DECISION.clause : ended;
  return smallerCut(state);
}

/** Two words with a space between, and nothing that asks for a closer look: most of a text. */
function isBetweenWords(state: ScanState): boolean {
  if (state.newlines > 0 || state.ending.start >= 0 || state.list !== undefined || state.fenceStart >= 0 || state.firstClass === 0) return false;
  if (state.lastClass < CLASS.lower || state.lastClass > CLASS.letter || state.markerEnd === state.gapStart) return false;
  const next = classAt(state, state.cursor);
  return next >= CLASS.lower && next <= CLASS.letter;
}

/** East Asia ends its paragraphs with a single line break; where one ends, what was quoted in it is over. */
function isParagraphOfHan(state: ScanState): boolean {
  return state.newlines > 0 && (state.ending.marks & ENDING.stop) !== 0 && isWide(unitAt(state, state.ending.start));
}

function decideInFence(state: ScanState): number {
  if (state.newlines === 0) return DECISION.word;
  return state.cursor - state.fenceStart > LONGEST_FENCE ? DECISION.sentence : DECISION.clause;
}

/** Punctuation after white space belongs to what stands before (`word !`, `. . .`): no cut in between. */
function decidePunctuationAhead(state: ScanState): number | undefined {
  const kind = classAt(state, state.cursor);
  if (kind === CLASS.dot) return decideDotAhead(state);
  if (kind === CLASS.emoji && (state.ending.marks & ~ENDING.clause) !== 0 && state.newlines === 0) return DECISION.none;
  if (kind === CLASS.close || kind === CLASS.ellipsis || kind === CLASS.stop || kind === CLASS.clause) return DECISION.none;
  if (kind !== CLASS.exclaim && kind !== CLASS.quote) return undefined;
  const following = classAt(state, state.cursor + 1);
  if (following === CLASS.need) return DECISION.more;
  const isAlone = following <= CLASS.newline || following === CLASS.end || following === kind;
  return isAlone && !(kind === CLASS.quote && opensQuote(state)) ? DECISION.none : undefined;
}

/** French sets its opening quotes with a space behind them. */
function opensQuote(state: ScanState): boolean {
  const unit = unitAt(state, state.cursor);
  return unit === 0xab || unit === 0x201c || unit === 0x201e || (unit === 0x22 && !state.enclosures.isInside(state.cursor));
}

function decideDotAhead(state: ScanState): number | undefined {
  const hung = dotsOnWordAhead(state);
  if (hung !== false) return hung === true ? undefined : DECISION.more;
  const dots = spacedDotsAhead(state, state.cursor);
  if (dots === undefined) return DECISION.more;
  const following = classAt(state, dots.end);
  const isLeftOut = dots.count === 3 && (state.ending.marks & ENDING.dot) !== 0 && state.spacedDots === 0;
  if (!isLeftOut || following === CLASS.end) return DECISION.none;
  const ahead = contentAhead(state, dots.end);
  if (ahead === undefined) return DECISION.more;
  return ahead.kind === CLASS.upper && !state.enclosures.isInside(state.cursor) ? DECISION.sentence : DECISION.none;
}

/** Whether the dots ahead begin a word (`.jpeg`, `...and`); undefined when more text is needed to tell. */
function dotsOnWordAhead(state: ScanState): boolean | undefined {
  let offset = state.cursor + 1;
  while (offset - state.cursor < 4 && classAt(state, offset) === CLASS.dot) offset += 1;
  const kind = classAt(state, offset);
  return kind === CLASS.need ? undefined : isWordClass(kind);
}

/** In a sentence that is an item of a list, the next marker begins the next item; behind a colon, the first one begins a list. */
function decideItemAhead(state: ScanState): number | undefined {
  const unit = unitAt(state, state.cursor);
  if (isBullet(unit)) return state.firstUnit === unit || state.newlines > 0 ? DECISION.sentence : undefined;
  const mayBegin = isBehindIntroduction(state);
  if (state.list === undefined && !mayBegin) return undefined;
  const marker = readMarker(state, state.cursor);
  if (marker === "more") return DECISION.more;
  if (marker === undefined) return undefined;
  if (isNextInList(state.list, marker)) return DECISION.sentence;
  return mayBegin && isFirstInline(marker, state.rules) ? decideFirstItem(state, marker) : undefined;
}

/** The check mark that the sentence began with begins the next item (`✅ Fast ✅ Cheap`); behind the last one it stands alone. */
function decideCheckMarkAhead(state: ScanState): number | undefined {
  if (!isCheckMark(state.firstUnit) || unitAt(state, state.cursor) !== state.firstUnit) return undefined;
  if (state.firstClass === 0 || state.newlines > 0 || state.enclosures.isInside(state.cursor)) return undefined;
  const isItem = isCheckedItem(state, state.cursor);
  if (isItem === undefined) return DECISION.more;
  return isItem ? DECISION.sentence : undefined;
}

/** Whether a word with a colon stands before the gap, not the number of a ratio or a time (`2: 1.`). */
function isBehindIntroduction(state: ScanState): boolean {
  const { marks, start } = state.ending;
  if (marks !== ENDING.clause || state.newlines > 0 || !isColon(unitAt(state, start)) || state.enclosures.isInside(state.cursor)) return false;
  // French sets a space before its colons.
  const offset = classAt(state, start - 1) === CLASS.space ? start - 2 : start - 1;
  const before = classAt(state, offset);
  return offset >= state.lastCut && before !== CLASS.digit && isWordClass(before);
}

function isColon(unit: number): boolean {
  return unit === 0x3a || unit === 0xff1a;
}

/** What is counted within a sentence is written small (`We need: 1) eggs, 2) milk.`). */
function decideFirstItem(state: ScanState, marker: ListMarker): number | undefined {
  const ahead = contentAhead(state, marker.end + 1);
  if (ahead === undefined) return DECISION.more;
  return ahead.kind === CLASS.upper ? DECISION.sentence : undefined;
}

function decideEnding(state: ScanState): number {
  if (state.newlines > 0) return decideLineBreak(state);
  return (state.ending.marks & ~ENDING.clause) === 0 ? decideSoftEnding(state) : decideTerminator(state);
}

/** Where the sentence goes on: after a clause, after a word, or nowhere. */
function smallerCut(state: ScanState): number {
  if (state.openedAt === state.gapStart || state.firstClass === 0) return DECISION.none;
  const next = classAt(state, state.cursor);
  if (state.lastClass === CLASS.digit && next === CLASS.digit) return DECISION.none;
  if (state.lastClass === CLASS.unspaced && next === CLASS.unspaced) return DECISION.clause;
  if (state.ending.marks !== 0) return isAbbreviationStop(state) ? DECISION.word : DECISION.clause;
  return state.lastClass === CLASS.dash && state.lastUnit !== 0x2d ? DECISION.clause : DECISION.word;
}

/** A single full stop that did not end the sentence hangs on an abbreviation: there is no pause after it. */
function isAbbreviationStop(state: ScanState): boolean {
  return state.ending.marks === ENDING.dot && state.ending.dots === 1;
}
