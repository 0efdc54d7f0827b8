import { CLASS } from "./character-class.ts";
import { classAt, unitAt, type ScanState } from "./scan-state.ts";

/** A `<` that is not closed after so many units was none of a tag. */
export const LONGEST_TAG = 400;
const LONGEST_NAME = 10;
const SLASH = 0x2f;

/** Elements of HTML and SSML that are a sentence, a paragraph or a line of their own. */
const blocks = new Set("p s div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 br hr tr td th table blockquote section article header footer speak pre title".split(" "));

/** Whether the `<` at an offset begins a tag; undefined when more text is needed to tell. */
export function isTagAhead(state: ScanState, offset: number): boolean | undefined {
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
export function closesBlock(state: ScanState, offset: number): boolean {
  if (!isClosingTag(state, offset)) return false;
  return blocks.has(state.buffer.slice(offset + 2, nameEnd(state, offset + 2)).toLowerCase());
}

/** Whether the tag that begins at an offset closes an element. */
export function isClosingTag(state: ScanState, offset: number): boolean {
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
