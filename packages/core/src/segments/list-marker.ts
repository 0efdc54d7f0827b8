import { CLASS, isWordClass } from "./character-class.ts";
import type { LanguageRules } from "./language-rules.ts";
import type { ListMarker, ListPosition } from "./list-position.ts";
import { classAt, unitAt, type ScanState } from "./scan-state.ts";

const LOWER_A = 0x61;
/** `(viii)` and `999.)` are the longest. */
const LONGEST_MARKER = 6;
const bullets = "•⁃▪◦‣●○■□▸►⦁∙";
/** Emoji and signs that stand before the items of a list, but behind a sentence too. */
const checkMarks = "✅❌❎☑☐☒✔✓✕✖✗✘";
/** A mark may be followed by a variation selector, which chooses how it looks. */
const MOST_SELECTORS = 2;
const FIRST_CIRCLED = 0x2460;
const LAST_CIRCLED = 0x24ff;
/** Characters that begin an item only when white space follows. */
const lineBullets = "-*+–—·";

/** Whether a unit is a bullet wherever it stands. */
export function isBullet(unit: number): boolean {
  return unit > 0x7f && bullets.includes(String.fromCharCode(unit));
}

/** Whether a unit is a check mark or a cross, which may stand before an item. */
export function isCheckMark(unit: number): boolean {
  return unit > 0x7f && checkMarks.includes(String.fromCharCode(unit));
}

/** Whether the check mark at an offset has an item behind it; undefined when more text is needed to tell. */
export function isCheckedItem(state: ScanState, start: number): boolean | undefined {
  let offset = start + 1;
  while (offset - start <= MOST_SELECTORS && classAt(state, offset) === CLASS.mark) offset += 1;
  if (classAt(state, offset) === CLASS.space) offset += 1;
  const kind = classAt(state, offset);
  return kind === CLASS.need ? undefined : isWordClass(kind);
}

/** Whether a unit is a bullet when it stands alone at the start of a line. */
export function isLineBullet(unit: number): boolean {
  return isBullet(unit) || (unit > 0 && lineBullets.includes(String.fromCharCode(unit)));
}

/** Whether a unit is a number or letter in a circle or brackets, which begins an item wherever a line begins with it. */
export function isCircled(unit: number): boolean {
  return unit >= FIRST_CIRCLED && unit <= LAST_CIRCLED;
}

const numerals = "一二三四五六七八九十百0123456789０１２３４５６７８９";
const LONGEST_WIDE_LABEL = 3;

/** Whether a marker of East Asia stands at an offset (`（一）`, `二、`, `３．`); undefined when the text ends too early to tell. */
export function isWideMarker(state: ScanState, start: number): boolean | undefined {
  const isOpened = unitAt(state, start) === 0xff08;
  const labelStart = isOpened ? start + 1 : start;
  let index = labelStart;
  while (index - labelStart < LONGEST_WIDE_LABEL && classAt(state, index) < CLASS.need && numerals.includes(String.fromCharCode(unitAt(state, index)))) index += 1;
  if (classAt(state, index) === CLASS.need) return undefined;
  if (index === labelStart) return false;
  const closer = unitAt(state, index);
  return isOpened ? closer === 0xff09 : closer === 0x3001 || closer === 0xff0e || closer === 0xff09;
}

/** The marker at an offset; undefined where there is none, `"more"` when the text ends too early to tell. */
export function readMarker(state: ScanState, start: number): ListMarker | "more" | undefined {
  let index = start;
  const isOpened = unitAt(state, index) === 0x28;
  if (isOpened) index += 1;
  const labelStart = index;
  while (index - labelStart < LONGEST_MARKER && isLabel(state, index) && (index === labelStart || isSameLabel(state, labelStart, index))) index += 1;
  if (classAt(state, index) === CLASS.need) return "more";
  const closingStart = index;
  if (!isOpened && unitAt(state, index) === 0x2e) index += 1;
  if (classAt(state, index) === CLASS.need) return "more";
  if (unitAt(state, index) === 0x29) index += 1;
  if (index === closingStart || (isOpened && unitAt(state, index - 1) !== 0x29)) return undefined;
  const following = classAt(state, index);
  if (following === CLASS.need) return "more";
  if (following > CLASS.newline && following !== CLASS.end) return undefined;
  const value = labelValue(state, labelStart, closingStart);
  if (value === undefined) return undefined;
  return { style: `${isOpened ? "(" : ""}${styleOf(state, labelStart, closingStart)}${closing(state, closingStart, index)}`, value, end: index };
}

function closing(state: ScanState, start: number, end: number): string {
  return state.buffer.slice(start, end);
}

function isLabel(state: ScanState, offset: number): boolean {
  const unit = unitAt(state, offset) | 0x20;
  const kind = classAt(state, offset);
  return (kind === CLASS.digit && unitAt(state, offset) < 0x80) || (kind !== CLASS.need && unit >= LOWER_A && unit <= LOWER_A + 25);
}

/** Digits go on with digits, and of letters only those of roman numerals follow each other. */
function isSameLabel(state: ScanState, start: number, offset: number): boolean {
  const kind = classAt(state, offset);
  if (kind !== classAt(state, start)) return false;
  return kind === CLASS.digit || (isRoman(unitAt(state, start)) && isRoman(unitAt(state, offset)));
}

function isRoman(unit: number): boolean {
  const lower = unit | 0x20;
  return lower === 0x69 || lower === 0x76 || lower === 0x78;
}

function styleOf(state: ScanState, start: number, end: number): string {
  if (classAt(state, start) === CLASS.digit) return "1";
  return `${end - start > 1 ? "i" : "a"}${String(classAt(state, start))}`;
}

function labelValue(state: ScanState, start: number, end: number): number | undefined {
  const label = state.buffer.slice(start, end).toLowerCase();
  if (/^\d{1,3}$/.test(label)) return Number(label);
  if (/^[a-z]$/.test(label)) return label.charCodeAt(0) - LOWER_A + 1;
  return /^[ivx]{2,6}$/.test(label) ? romanValue(label) : undefined;
}

function romanValue(label: string): number {
  const worth: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };
  let value = 0;
  for (let index = 0; index < label.length; index += 1) {
    const digit = worth[label.charAt(index)] ?? 0;
    value += digit < (worth[label.charAt(index + 1)] ?? 0) ? -digit : digit;
  }
  return value;
}

/** Whether a marker goes on with the list that the sentence is an item of. */
export function isNextInList(list: ListPosition | undefined, marker: ListMarker): boolean {
  return list !== undefined && list.style === marker.style && list.value + 1 === marker.value;
}

/** Whether a marker could begin a list. A number may: lists are quoted from their middle. */
export function canBeginList(marker: ListMarker): boolean {
  const lastUnit = marker.style.at(-1);
  return lastUnit === ")" || marker.style.startsWith("1") || (marker.value === 1 && marker.style !== `a${String(CLASS.upper)}.`);
}

/** Whether a marker in the middle of a line can begin a list. An ordinal with a full stop is rather a date or a rank (`Termin: 1. Mai`). */
export function isFirstInline(marker: ListMarker, rules: LanguageRules): boolean {
  return marker.value === 1 && canBeginList(marker) && !marker.style.startsWith("(") && !(rules.ordinals && marker.style === "1.");
}
