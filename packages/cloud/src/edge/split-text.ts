/** A part of a text that fits into one request. */
export interface TextPiece {
  readonly text: string;
  /** Where it begins in the whole text, in UTF-16 units. */
  readonly start: number;
}

/** What a cut looks for, the best first: where the ear expects a pause. All are wanted in the second half, so that pieces do not get small. */
const cutPlaces: readonly RegExp[] = [/\n/g, /[.!?\u2026]["'\u201d\u2019)\]]*\s|[\u3002\uff01\uff1f]/g, /\s/g, /[,;:\u3001\uff0c\uff1b\uff1a]/g];

/** Longer clusters are not looked for: they are not what anybody writes. */
const LONGEST_CLUSTER = 64;

/**
 * Cuts a text into pieces whose escaped form has at most `limitBytes` of UTF-8: behind a line, else a sentence, else a word, else
 * behind any character, but never inside a surrogate pair, and inside a cluster of characters only where that is longer than all of
 * reason. White space around a piece and pieces without anything else are left out.
 */
export function splitText(text: string, limitBytes: number): TextPiece[] {
  const pieces: TextPiece[] = [];
  let start = nextInk(text, 0);
  while (start < text.length) {
    const reach = reachOf(text, start, limitBytes);
    const end = reach >= text.length ? text.length : cutBefore(text, start, reach);
    pieces.push({ text: text.slice(start, end).trimEnd(), start });
    start = nextInk(text, end);
  }
  return pieces;
}

function nextInk(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (!/\s/.test(text.charAt(at))) return at;
  return text.length;
}

/** How far the bytes reach, in whole code points; at least one. */
function reachOf(text: string, start: number, limitBytes: number): number {
  let bytes = 0;
  for (let at = start; at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    bytes += escapedBytes(code);
    if (bytes > limitBytes && at > start) return at;
    at += code > 0xffff ? 2 : 1;
  }
  return text.length;
}

/** UTF-8, with `&`, `<` and `>` as references. */
function escapedBytes(code: number): number {
  if (code === 0x26) return 5;
  if (code === 0x3c || code === 0x3e) return 4;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function cutBefore(text: string, start: number, reach: number): number {
  const half = start + ((reach - start) >> 1);
  // What stands at the end itself tells whether the cut there is a good one.
  const part = text.slice(half, Math.min(text.length, reach + 1));
  for (const place of cutPlaces) {
    const cut = lastCut(part, place, reach - half);
    if (cut > 0) return half + cut;
  }
  const early = lastCut(text.slice(start, half), /\s/g, half - start);
  return early > 0 ? start + early : clusterStart(text, start, reach);
}

/** Behind the last match that ends within `reach`; white space may lie beyond it, since it is left out. 0: there is none. */
function lastCut(part: string, place: RegExp, reach: number): number {
  let cut = 0;
  for (const match of part.matchAll(place)) {
    const end = match.index + match[0].length;
    if (match.index + match[0].trimEnd().length <= reach) cut = Math.min(end, part.length);
  }
  return cut;
}

/** The last place up to `reach` where a cluster of characters (a letter with its accents, a family of emoji, a flag) begins. */
function clusterStart(text: string, start: number, reach: number): number {
  let last = start;
  for (const { index } of new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text.slice(start, reach + LONGEST_CLUSTER))) {
    if (start + index > reach) break;
    last = start + index;
  }
  return last > start ? last : reach;
}
