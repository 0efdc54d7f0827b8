import { CLASS } from "./character-class.ts";
import { SURE_START } from "./language-rules.ts";
import { classAt, unitAt, type ScanState } from "./scan-state.ts";

/** How far openers, tags and dashes are skipped in search of the first letter. */
const LONGEST_APPROACH = 48;
const LONGEST_TAG_AHEAD = 32;
const LONGEST_WORD = 20;
/** Emphasis, headings, and the inverted marks of Spanish. */
const transparent = "*_~#¿¡@>";

/** The first unit ahead that says what kind of text follows. */
export interface Ahead {
  offset: number;
  kind: number;
  /** A dash stands before it. */
  isDashed: boolean;
  /** A quote or bracket stands before it. */
  isEnclosed: boolean;
  /** Dots stand before it, for what was left out. */
  isElided: boolean;
}

/** What follows an offset behind quotes, brackets, emphasis, tags and dashes; undefined when more text is needed to tell. */
export function contentAhead(state: ScanState, start: number): Ahead | undefined {
  const ahead: Ahead = { offset: start, kind: CLASS.need, isDashed: false, isEnclosed: false, isElided: false };
  const limit = start + LONGEST_APPROACH;
  while (ahead.offset < limit) {
    const { offset } = ahead;
    ahead.kind = classAt(state, offset);
    const next = skip(state, ahead);
    if (next === undefined) return undefined;
    if (next === offset) return ahead;
    ahead.offset = next;
  }
  ahead.kind = CLASS.symbol;
  return ahead;
}

/** The offset after what may be skipped; the same where there is nothing to skip. */
function skip(state: ScanState, ahead: Ahead): number | undefined {
  const { offset, kind } = ahead;
  switch (kind) {
    case CLASS.need:
      return undefined;
    case CLASS.open:
    case CLASS.quote:
      ahead.isEnclosed = true;
      return offset + 1;
    case CLASS.dash:
      ahead.isDashed = true;
      return offset + 1;
    case CLASS.dot:
    case CLASS.ellipsis:
      ahead.isElided = true;
      return offset + 1;
    case CLASS.mark:
    case CLASS.backtick:
      return offset + 1;
    case CLASS.space:
      return ahead.isDashed || ahead.isEnclosed ? offset + 1 : offset;
    case CLASS.symbol:
      return transparent.includes(String.fromCharCode(unitAt(state, offset))) ? offset + 1 : offset;
    case CLASS.less:
      return skipTag(state, offset);
    default:
      return offset;
  }
}

function skipTag(state: ScanState, start: number): number | undefined {
  for (let offset = start + 1; offset < start + LONGEST_TAG_AHEAD; offset += 1) {
    if (classAt(state, offset) === CLASS.need) return undefined;
    if (classAt(state, offset) === CLASS.end) return start;
    if (unitAt(state, offset) === 0x3e) return offset + 1;
  }
  return start;
}

/** The letters at an offset, at most so many; undefined when more text is needed to tell. */
export function wordAhead(state: ScanState, start: number, longest: number = LONGEST_WORD): string | undefined {
  let end = start;
  while (end - start < longest && isLetter(classAt(state, end))) end += 1;
  if (end - start < longest && classAt(state, end) === CLASS.need) return undefined;
  return state.buffer.slice(start, end);
}

/** Whether the word at an offset, read as far as needed, is one that begins sentences; undefined when more text is needed to tell. */
export function isStarterAhead(state: ScanState, offset: number): boolean | undefined {
  if (state.rules.capitalNouns) return isWholeStarterAhead(state, offset);
  const word = wordAhead(state, offset, SURE_START)?.toLowerCase();
  if (word === undefined) return undefined;
  return word.length < SURE_START ? isStarterWord(state, offset, word) : state.rules.isStarterSoFar(word);
}

/** The same for a word that is read to its end, since names or nouns begin like it (`The`, `Theodore`). */
export function isWholeStarterAhead(state: ScanState, offset: number): boolean | undefined {
  const word = wordAhead(state, offset)?.toLowerCase();
  return word === undefined ? undefined : isStarterWord(state, offset, word);
}

function isStarterWord(state: ScanState, offset: number, word: string): boolean {
  return !(word.length === 1 && isInitialEnd(classAt(state, offset + 1))) && state.rules.isStarter(word);
}

function isLetter(kind: number): boolean {
  return kind === CLASS.lower || kind === CLASS.upper || kind === CLASS.letter || kind === CLASS.mark;
}

/** A letter before a full stop or a hyphen is an initial, not a short word (`J.-C.`). */
function isInitialEnd(kind: number): boolean {
  return kind === CLASS.dot || kind === CLASS.dash;
}

/** How many lone full stops stand at an offset with single spaces between them; undefined when more text is needed to tell. */
export function spacedDotsAhead(state: ScanState, start: number): { count: number; end: number } | undefined {
  let count = 0;
  let offset = start;
  while (count < 8 && unitAt(state, offset) === 0x2e) {
    count += 1;
    offset += 1;
    if (classAt(state, offset) === CLASS.need) return undefined;
    if (classAt(state, offset) !== CLASS.space) break;
    offset += 1;
    if (classAt(state, offset) === CLASS.need) return undefined;
  }
  return { count, end: offset };
}
