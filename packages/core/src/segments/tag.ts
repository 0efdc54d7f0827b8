import { CLASS } from "./character-class.ts";
import { beginToken, cutRun, cutWhenLate, emitCut } from "./cut-places.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";

/** A `<` that is not closed after so many units was none of a tag. */
const LONGEST_TAG = 400;
const LONGEST_NAME = 10;
const SLASH = 0x2f;

/** Elements of HTML and SSML that are a sentence, a paragraph or a line of their own. */
const blocks = new Set("p s div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 br hr tr td th table blockquote section article header footer speak pre title".split(" "));

/** Whether the `<` at an offset begins a tag; undefined when more text is needed to tell. */
function isTagAhead(state: ScanState, offset: number): boolean | undefined {
  const kind = classAt(state, offset + 1);
  if (kind === CLASS.need) return undefined;
  const unit = unitAt(state, offset + 1);
  return kind === CLASS.lower || kind === CLASS.upper || unit === SLASH || unit === 0x21 || unit === 0x3f;
}

/** Whether the `<` at an offset opens an element that begins a new sentence; undefined when more text is needed to tell. */
export function isBlockTagAhead(state: ScanState, offset: number): boolean | undefined {
  const end = nameEnd(state, offset + 1);
  if (classAt(state, end) === CLASS.need) return undefined;
  return blocks.has(state.buffer.slice(offset + 1, end).toLowerCase());
}

/** Whether the tag that begins at an offset closes an element that is a sentence of its own. */
function closesBlock(state: ScanState, offset: number): boolean {
  if (!isClosingTag(state, offset)) return false;
  return blocks.has(state.buffer.slice(offset + 2, nameEnd(state, offset + 2)).toLowerCase());
}

/** Whether the tag that begins at an offset closes an element. */
function isClosingTag(state: ScanState, offset: number): boolean {
  return unitAt(state, offset + 1) === SLASH;
}

function nameEnd(state: ScanState, start: number): number {
  let end = start;
  while (end - start < LONGEST_NAME && isName(classAt(state, end))) end += 1;
  return end;
}

function isName(kind: number): boolean {
  return kind === CLASS.lower || kind === CLASS.upper || kind === CLASS.digit;
}

/** At a `<`: whether it began a tag; undefined when more text is needed. */
export function beginTag(state: ScanState): boolean | undefined {
  const isTag = isTagAhead(state, state.cursor);
  if (isTag !== true) return isTag;
  const isBlock = state.firstClass !== 0 ? isBlockTagAhead(state, state.cursor) : false;
  if (isBlock === undefined) return undefined;
  cutRun(state, true);
  cutWhenLate(state, unitAt(state, state.cursor), CLASS.less);
  if (isBlock) {
    emitCut(state, state.cursor, DECISION.sentence);
    beginToken(state, unitAt(state, state.cursor), true);
  }
  state.tagStart = state.cursor;
  state.cursor += 1;
  return true;
}

/** Reads a unit inside a tag. */
export function readTag(state: ScanState, unit: number): void {
  const isOver = unit === 0x3e;
  if (isOver) endTag(state);
  if (isOver || unit === 0x3c || state.cursor - state.tagStart > LONGEST_TAG) state.tagStart = -1;
  if (unit !== 0x3c) state.cursor += 1;
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
