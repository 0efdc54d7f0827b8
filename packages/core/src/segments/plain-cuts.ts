import type { Cut } from "./segment.ts";

/** How far is looked when nobody says where the text may be cut. */
const LONGEST_LOOK = 2000;
const closing = "\"'”’»)]}";
const sentenceEnds = ".!?…。！？।؟۔";
const clauseEnds = ",;:—–،؛、，；：";

/**
 * Where a text may be cut, for programs that have no segmenter: before white space, ranked by the punctuation there. Its
 * end is a cut only when no more text comes.
 */
export function plainCuts(text: string, ended: boolean): readonly Cut[] {
  const cuts: Cut[] = [];
  const end = Math.min(text.length, LONGEST_LOOK);
  for (let at = 1; at < end; at += 1) {
    if (isSpace(text, at) && !isSpace(text, at - 1)) cuts.push({ at, kind: kindAt(text, at) });
  }
  const last = text.trimEnd().length;
  if (!ended || last === 0) return cuts;
  const kept = cuts.filter((cut) => cut.at < last);
  return [...kept, { at: last, kind: "sentence" }];
}

function isSpace(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit === 0x20 || unit === 0x0a || (unit !== 0x3000 && unit < 0x21) || unit === 0x3000 || unit === 0x2028 || unit === 0x2029;
}

function kindAt(text: string, at: number): Cut["kind"] {
  let index = at - 1;
  while (index > 0 && closing.includes(text.charAt(index))) index -= 1;
  const last = text.charAt(index);
  if (sentenceEnds.includes(last)) return "sentence";
  return clauseEnds.includes(last) ? "clause" : "word";
}
