/** A boundary of words in a script without spaces. */
interface WordSegmenter {
  segment(text: string): Iterable<{ index: number; segment: string; isWordLike?: boolean | undefined }>;
}

/** Short words of Chinese that lean on the word before; Japanese ones are known by their letters. */
const leaning = "的了吗呢吧们着过地得嘛啊呀儿";
const shortKana = /^[\u3040-\u309F\u30FC]{1,3}$/u;

const segmenters = new Map<string, WordSegmenter | undefined>();

function segmenterFor(language: string): WordSegmenter | undefined {
  if (segmenters.has(language)) return segmenters.get(language);
  const segmenter = createWordSegmenter(language);
  segmenters.set(language, segmenter);
  return segmenter;
}

/** `Intl.Segmenter` knows words by a dictionary; a runtime without it only gets the cuts that a bound forces. */
function createWordSegmenter(language: string): WordSegmenter | undefined {
  try {
    return new Intl.Segmenter(language, { granularity: "word" });
  } catch {
    return undefined;
  }
}

/**
 * Where a short run of Han, kana, Thai, Lao, Khmer or Burmese may be cut between words. Only ever given a bounded run:
 * `Intl.Segmenter` takes quadratic time (V8 of Node 20).
 */
export function unspacedWordCuts(run: string, language: string | undefined): readonly number[] {
  const cuts: number[] = [];
  let isAfterWord = false;
  for (const { index, segment, isWordLike } of segmenterFor(language ?? "en")?.segment(run) ?? []) {
    const isWord = isWordLike === true;
    if (isAfterWord && isWord && !leaning.includes(segment) && !shortKana.test(segment)) cuts.push(index);
    isAfterWord = isWord;
  }
  return cuts;
}
