import type { Mark } from "@parlando/engine";
import type { PhonemeSpan } from "../text/mapped-text.ts";

/** A text as SSML, with the way back. */
export interface PhonemeMarkup {
  readonly ssml: string;
  /** Offset in the text for an offset in the SSML; a tag stands where its word begins or ends. */
  textAt(index: number): number;
  /** A mark whose offsets are in the SSML, as one whose offsets are in the text. */
  markInText(mark: Mark): Mark;
}

/** A stretch of the SSML, and where it comes from: unit for unit, or as a whole. */
interface Part {
  readonly start: number;
  readonly from: number;
  readonly to: number;
  readonly isText: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** What XML 1.0 has no place for. */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu;

/**
 * Writes a text as SSML that tells how its words are pronounced: `<speak>...<phoneme alphabet="ipa" ph="...">word</phoneme>...</speak>`. For engines that
 * honour the element `phoneme`.
 *
 * @example
 * ```ts
 * phonemeMarkup("Hi Nguyen.", [{ start: 3, end: 9, ipa: "ŋwiən" }]).ssml;
 * // <speak>Hi <phoneme alphabet="ipa" ph="ŋwiən">Nguyen</phoneme>.</speak>
 * ```
 */
export function phonemeMarkup(text: string, phonemes: readonly PhonemeSpan[]): PhonemeMarkup {
  const parts: Part[] = [];
  let ssml = "";
  const add = (written: string, from: number, to: number, isText = false): void => {
    parts.push({ start: ssml.length, from, to, isText });
    ssml += written;
  };
  const addText = (from: number, to: number): void => {
    let start = from;
    for (const found of text.slice(from, to).matchAll(/[&<>"]/gu)) {
      const at = from + found.index;
      if (at > start) add(clean(text.slice(start, at)), start, at, true);
      add(ESCAPES[found[0]] ?? found[0], at, at + 1);
      start = at + 1;
    }
    if (to > start) add(clean(text.slice(start, to)), start, to, true);
  };

  add("<speak>", 0, 0);
  let done = 0;
  for (const { start, end, ipa } of phonemes) {
    if (start < done || end > text.length || start >= end) continue;
    addText(done, start);
    add(`<phoneme alphabet="ipa" ph="${escaped(ipa)}">`, start, start);
    addText(start, end);
    add("</phoneme>", end, end);
    done = end;
  }
  addText(done, text.length);
  add("</speak>", text.length, text.length);

  const textAt = (index: number): number => placeIn(parts, index, text.length);
  return { ssml, textAt, markInText: (mark) => ({ ...mark, textStart: textAt(mark.textStart), textEnd: textEnd(parts, mark.textEnd, textAt) }) };
}

function placeIn(parts: readonly Part[], index: number, length: number): number {
  const part = partAt(parts, index);
  if (part === undefined) return Math.max(0, Math.min(index, length));
  return part.isText ? Math.min(part.from + index - part.start, part.to) : part.from;
}

/** An end within an escaped character is behind that character. */
function textEnd(parts: readonly Part[], index: number, textAt: (index: number) => number): number {
  const part = partAt(parts, index);
  return part !== undefined && !part.isText && index > part.start ? part.to : textAt(index);
}

function partAt(parts: readonly Part[], index: number): Part | undefined {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return parts[low];
}

function clean(text: string): string {
  return text.replaceAll(FORBIDDEN, " ");
}

function escaped(text: string): string {
  return clean(text).replaceAll(/[&<>"]/gu, (letter) => ESCAPES[letter] ?? letter);
}
