import { chinese } from "./languages/chinese.ts";

/** A boundary of words in a script without spaces. */
interface WordSegmenter {
  segment(text: string): Iterable<{ index: number; segment: string; isWordLike?: boolean | undefined }>;
}

const { leaning } = chinese;
const LONGEST_SHORT_KANA = 3;

let shared: WordSegmenter | undefined;
let isAsked = false;

/**
 * `Intl.Segmenter` knows words by a dictionary, the same one for every language. The first one of a process takes about ten
 * milliseconds (the start of ICU in V8 of Node 20), so there is only one, and only where such a script is met. A runtime
 * without it only gets the cuts that a bound forces.
 */
function wordSegmenter(): WordSegmenter | undefined {
  if (isAsked) return shared;
  isAsked = true;
  try {
    shared = new Intl.Segmenter("en", { granularity: "word" });
  } catch {
    shared = undefined;
  }
  return shared;
}

/**
 * Where a short run of Han, kana, Thai, Lao, Khmer or Burmese may be cut between words. Only ever given a bounded run:
 * `Intl.Segmenter` takes quadratic time (V8 of Node 20).
 */
export function unspacedWordCuts(run: string): readonly number[] {
  const cuts: number[] = [];
  const segmenter = wordSegmenter();
  if (segmenter === undefined) return cuts;
  let isAfterWord = false;
  for (const { index, segment, isWordLike } of segmenter.segment(run)) {
    const isWord = isWordLike === true;
    if (isAfterWord && isWord && !leansOnWordBefore(segment)) cuts.push(index);
    isAfterWord = isWord;
  }
  return cuts;
}

function leansOnWordBefore(word: string): boolean {
  if (word.length > LONGEST_SHORT_KANA) return false;
  for (let index = 0; index < word.length; index += 1) if (!isHiragana(word.charCodeAt(index))) return word.length === 1 && leaning.includes(word);
  return true;
}

function isHiragana(unit: number): boolean {
  return (unit >= 0x3040 && unit <= 0x309f) || unit === 0x30fc;
}
