import { CLASS } from "./character-class.ts";
import { isTitleClosed } from "./closed-quote.ts";
import type { AbbreviationKind } from "./language-data.ts";
import { contentAhead, isStarterAhead, isWholeStarterAhead, type Ahead } from "./look-ahead.ts";
import { isNextInList, readMarker } from "./list-marker.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";
import { isSyllable, isSyllableWord } from "./syllables.ts";

const LONGEST_CORE = 24;
const LONGEST_INITIALS = 11;
/** A word of so many letters before a full stop is a word, not an abbreviation that the lists do not know. */
const SHORTEST_SURE_WORD = 7;
/** The same for a word that ends in a vowel; abbreviations break off behind a consonant. */
const SHORTEST_OPEN_WORD = 4;
/** Tokens that a sentence needs before a time of day can end it (`At 5 a.m. Mr. Smith ...`). */
const TOKENS_BEFORE_TIME = 4;
const vowels = /[aeiouyäöüåæøáéíóúàèìòùâêîôûãõœıőűąęėįųūαεηιουωάέήίόύώаеёиоуыэюяіїє]/;

/** Where ordinals have a full stop, those in Roman numerals have one too (`XII. Pluk`); one letter alone counts as an initial. */
const romanNumeral = /^[IVXLC]{2,8}$/;

/** The number of a clause: of two parts where a line begins, of more anywhere (`1.1. Scope`, `3.2.1. The buyer`). */
const clauseNumber = /^\d{1,3}(?:\.\d{1,3}){1,6}$/;

/** Abbreviations that are words of English as well. */
const hanging = new Set(["feat", "ft", "op", "ver", "vol"]);
const apostrophes = new Set([0x27, 0x2018, 0x2019]);
/** Names that end in an exclamation mark. */
const exclaiming = new Set(["yahoo", "joomla", "kahoot", "jeopardy", "wham"]);

/** The word that a full stop hangs on. */
interface Core {
  text: string;
  lower: string;
  firstClass: number;
  /** Nothing but digits with separators. */
  isNumber: boolean;
  /** Single letters with full stops between, or one letter alone. */
  isInitials: boolean;
}

/** Whether the punctuation at the end of the token, followed by white space and more text, ends the sentence. */
export function decideTerminator(state: ScanState): number {
  const { ending } = state;
  if (state.firstClass === 0 || (state.newlines === 0 && isTitleClosed(state))) return DECISION.none;
  if ((ending.marks & ENDING.stop) !== 0) return DECISION.sentence;
  const ahead = contentAhead(state, state.cursor);
  if (ahead === undefined) return DECISION.more;
  if ((ending.marks & ENDING.exclaim) !== 0) return decideExclamation(state, ahead);
  const isEllipsis = (ending.marks & ENDING.ellipsis) !== 0 || ending.dots > 1;
  const decision = isEllipsis ? decideEllipsis(state, ahead) : decideFullStop(state, ahead);
  // What ends anyway need not wait to see whether an item follows.
  return decision === DECISION.none && mayEndBeforeItem(state) ? (markerDecision(state, ahead) ?? decision) : decision;
}

/** Behind an abbreviation, a letter with a full stop is rather the next part of it (`u. a.`, `s. r. o.`), outside of a list. */
function mayEndBeforeItem(state: ScanState): boolean {
  return state.list !== undefined || state.ending.dots !== 1 || !isAbbreviationHere(state);
}

function decideExclamation(state: ScanState, ahead: Ahead): number {
  if (state.newlines > 0) return DECISION.sentence;
  if (ahead.kind === CLASS.ideograph && isExclaimingName(state)) return DECISION.none;
  if (ahead.kind !== CLASS.lower) return DECISION.sentence;
  return markerDecision(state, ahead) ?? startsLikeName(state, ahead);
}

/** `iPhone` and `eBay` begin a sentence as a capital does, and so does the capital behind a letter of Dutch (`'s Avonds`). */
function startsLikeName(state: ScanState, ahead: Ahead): number {
  const second = classAt(state, ahead.offset + 1);
  if (second === CLASS.need) return DECISION.more;
  if (second === CLASS.space && apostrophes.has(unitAt(state, ahead.offset - 1)) && ahead.offset === state.cursor + 1) {
    const third = classAt(state, ahead.offset + 2);
    if (third === CLASS.need) return DECISION.more;
    return third === CLASS.upper ? DECISION.sentence : DECISION.none;
  }
  return second === CLASS.upper ? DECISION.sentence : DECISION.none;
}

/** An item of a list may begin with what looks like the middle of a sentence: `(b)`, `c.`, `2)`. */
function markerDecision(state: ScanState, ahead: Ahead): number | undefined {
  if (ahead.kind !== CLASS.lower && ahead.kind !== CLASS.digit) return undefined;
  const marker = readMarker(state, state.cursor);
  if (marker === "more") return DECISION.more;
  if (marker === undefined) return undefined;
  const isItem = isNextInList(state.list, marker) || (marker.value === 1 && marker.style !== "1.") || marker.style.startsWith("(");
  return isItem ? DECISION.sentence : undefined;
}

function decideEllipsis(state: ScanState, ahead: Ahead): number {
  if (ahead.kind === CLASS.lower) return state.newlines > 0 ? DECISION.sentence : DECISION.none;
  if (classAt(state, state.ending.start - 1) === CLASS.open || ahead.kind === CLASS.letter) return DECISION.none;
  const isUnattached = state.ending.start === state.tokenStart;
  return isUnattached && state.newlines === 0 ? DECISION.none : DECISION.sentence;
}

function decideFullStop(state: ScanState, ahead: Ahead): number {
  if (state.spacedDots > 0) return decideSpacedDots(state, ahead);
  const core = readCore(state);
  if (core.isNumber) return decideNumber(state, core, ahead);
  const isWord = core.isInitials && isSyllable(core.text, state.rules) && state.rules.kindOf(core.text) === undefined ? isSyllableWord(state, core.text, ahead) : false;
  if (isWord === undefined) return DECISION.more;
  const kind = isWord ? undefined : kindOf(state, core);
  if (kind !== undefined) {
    state.abbreviatedToken = state.tokens;
    return decideAbbreviation(state, core, kind, ahead);
  }
  if (state.rules.ordinals && romanNumeral.test(core.text)) return ahead.kind === CLASS.upper ? decideByStarter(state, core, ahead) : DECISION.none;
  if (ahead.kind !== CLASS.lower) return DECISION.sentence;
  if (state.newlines > 0 || ahead.isElided) return DECISION.sentence;
  const shortest = vowels.test(core.lower.slice(-1)) ? SHORTEST_OPEN_WORD : SHORTEST_SURE_WORD;
  const isSureWord = core.text.length >= shortest && !state.ending.isQuoteClosed && !core.text.includes(".");
  if (isSureWord && !ahead.isDashed) return DECISION.sentence;
  const named = startsLikeName(state, ahead);
  return named === DECISION.none && state.firstClass === CLASS.lower && isPlainWord(core) ? decideByStarter(state, core, ahead) : named;
}

/** Whoever writes without capitals begins sentences without them too. */
function isPlainWord(core: Core): boolean {
  return core.text.length > 1 && vowels.test(core.lower) && !core.text.includes(".");
}

/** Three full stops stand for what was left out, a fourth ends the sentence (The Chicago Manual of Style, 13.52). */
function decideSpacedDots(state: ScanState, ahead: Ahead): number {
  if (ahead.kind === CLASS.lower) return DECISION.none;
  const isLeftOut = state.areDotsAttached ? state.spacedDots < 3 : state.spacedDots === 3 || state.spacedDots === 2;
  return isLeftOut ? DECISION.none : DECISION.sentence;
}

function decideNumber(state: ScanState, core: Core, ahead: Ahead): number {
  if (ahead.kind === CLASS.lower || isClauseNumber(state, core)) return DECISION.none;
  const isOrdinal = state.rules.ordinals && /^\d{1,2}$/.test(core.text);
  if (!isOrdinal) return DECISION.sentence;
  return ahead.kind === CLASS.digit ? DECISION.none : decideByStarter(state, core, ahead);
}

/** Whether the number stands before the clause that it numbers. */
function isClauseNumber(state: ScanState, core: Core): boolean {
  if (state.newlines > 0 || state.tokenStart !== state.sentenceStart || !clauseNumber.test(core.text)) return false;
  return state.tokenStart === state.lineStart || core.text.indexOf(".") !== core.text.lastIndexOf(".");
}

function decideAbbreviation(state: ScanState, core: Core, kind: AbbreviationKind, ahead: Ahead): number {
  // In text without spaces, a sentence that ends in an abbreviation has the full stop of that script behind it.
  if (ahead.kind === CLASS.ideograph && state.newlines === 0) return DECISION.none;
  if (ahead.kind === CLASS.lower || kind === "never") return DECISION.none;
  if (ahead.kind === CLASS.digit) return DECISION.none;
  const isLetter = ahead.kind === CLASS.upper || ahead.kind === CLASS.letter;
  if (kind === "title" && isLetter && core.firstClass !== CLASS.lower) return core.lower === "st" && state.tokenStart !== state.sentenceStart ? decideByStarter(state, core, ahead) : DECISION.none;
  if (kind === "closing") return isTimeAtStart(state, core) ? decideByStarter(state, core, ahead) : DECISION.sentence;
  if (kind === "number") return core.isInitials && isLetter ? decideByStarter(state, core, ahead) : DECISION.sentence;
  if (!isLetter) return ahead.isEnclosed || ahead.kind === CLASS.symbol ? DECISION.none : DECISION.sentence;
  return decideByStarter(state, core, ahead);
}

function isTimeAtStart(state: ScanState, core: Core): boolean {
  return core.lower.endsWith(".m") && state.tokens < TOKENS_BEFORE_TIME;
}

/** A word that begins sentences shows that the sentence before is over. Behind an initial or `St.` stands a name: that is read to its end. */
function decideByStarter(state: ScanState, core: Core, ahead: Ahead): number {
  const isBeforeName = (core.isInitials && core.text.length === 1) || core.lower === "st";
  const isStarter = isBeforeName ? isWholeStarterAhead(state, ahead.offset) : isStarterAhead(state, ahead.offset);
  if (isStarter === undefined) return DECISION.more;
  return isStarter ? DECISION.sentence : DECISION.none;
}

function kindOf(state: ScanState, core: Core): AbbreviationKind | undefined {
  if (isClosingPair(state, core)) return "closing";
  const listed = state.rules.kindOf(core.lower) ?? elidedKind(state, core);
  // One capital is a name or a numeral, whatever the small letter stands for (`v.`, German `f.`).
  if ((listed === "never" || listed === "closing") && core.text.length === 1 && core.firstClass === CLASS.upper) return "inner";
  if (listed === "proper") return core.firstClass === CLASS.lower ? undefined : "inner";
  if (listed !== undefined) return listed;
  if (core.isInitials) return "inner";
  return looksAbbreviated(core) ? "inner" : undefined;
}

/** Whether the letter and the one before it are an abbreviation that is written with a space inside (`т. п.`). */
function isClosingPair(state: ScanState, core: Core): boolean {
  const { tokenStart } = state;
  if (core.text.length !== 1 || core.firstClass !== CLASS.lower || tokenStart !== state.ending.start - 1) return false;
  if (classAt(state, tokenStart - 1) !== CLASS.space || unitAt(state, tokenStart - 2) !== 0x2e || tokenStart - 3 < state.sentenceStart) return false;
  const before = tokenStart - 4 < state.sentenceStart ? CLASS.space : classAt(state, tokenStart - 4);
  if (before !== CLASS.space && before !== CLASS.newline) return false;
  return state.rules.kindOf(`${String.fromCharCode(unitAt(state, tokenStart - 3)).toLowerCase()}.${core.lower}`) === "closing";
}

/** Romance articles lose their vowel before a title or a number (`l'Ing. Rossi`, `l'art. 5`). */
function elidedKind(state: ScanState, core: Core): AbbreviationKind | undefined {
  const apostrophe = core.lower.search(/['’]/);
  const kind = apostrophe < 0 ? undefined : state.rules.kindOf(core.lower.slice(apostrophe + 1));
  if (kind === "title") return "never";
  return kind === "number" ? kind : undefined;
}

/** Latin letters without a vowel: `Blvd`, `Sgt`. In capitals they are a name that is read letter by letter (`BBC`). */
function looksAbbreviated(core: Core): boolean {
  if (core.text.length > 5 || core.text.length < 2 || !/^[A-Za-z]+$/.test(core.text)) return false;
  return !vowels.test(core.lower) && core.text.slice(1) === core.lower.slice(1);
}

function readCore(state: ScanState): Core {
  const end = state.ending.start;
  let start = end;
  let letters = 0;
  let digits = 0;
  let hasMark = false;
  for (const limit = Math.max(state.tokenStart, end - LONGEST_CORE); start > limit; start -= 1) {
    const kind = classAt(state, start - 1);
    if (!isCoreUnit(state, start - 1, kind)) break;
    if (kind === CLASS.digit) digits += 1;
    else if (kind === CLASS.mark) hasMark = true;
    else if (kind <= CLASS.letter) letters += 1;
  }
  const held = state.buffer.slice(start, end);
  const text = hasMark ? held.replace(/\p{Cf}/gu, "") : held;
  return {
    text,
    lower: text.toLowerCase(),
    firstClass: classAt(state, start),
    isNumber: letters === 0 && digits > 0 && classAt(state, end - 1) === CLASS.digit,
    isInitials: digits === 0 && letters > 0 && letters <= LONGEST_INITIALS && (letters === 1 || text.includes(".")) && isInitials(text),
  };
}

/** A letter may be written with combining marks. */
function isInitials(text: string): boolean {
  return /^\p{L}\p{M}*(?:\.-?\p{L}\p{M}*){0,10}$/u.test(text);
}

function isCoreUnit(state: ScanState, offset: number, kind: number): boolean {
  if (kind >= CLASS.lower && kind <= CLASS.mark) return true;
  const unit = unitAt(state, offset);
  return kind === CLASS.dot || unit === 0x27 || unit === 0x2019 || unit === 0xb0 || unit === 0x2c || unit === 0x2d || unit === 0xa7 || unit === 0x2116;
}

/** The word that a full stop inside a token hangs on is an abbreviation or an initial. */
export function isAbbreviationHere(state: ScanState): boolean {
  return kindOf(state, readCore(state)) !== undefined;
}

/** The same for those that are words of English too, but stand before a name in text without spaces (`feat.`). */
export function isHangingHere(state: ScanState): boolean {
  return isAbbreviationHere(state) || hanging.has(readCore(state).lower);
}

/** Whether the exclamation mark at the end of the token is part of a name (`Yahoo!奇摩`, `Yahoo!ニュース`). */
export function isExclaimingName(state: ScanState): boolean {
  const { start, end } = state.ending;
  return end === start + 1 && classAt(state, start - 1) === CLASS.lower && exclaiming.has(readCore(state).lower);
}
