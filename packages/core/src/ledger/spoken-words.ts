import { maskMarkup } from "./mask-markup.ts";
import { spokenMs, type SpokenWordContext } from "./spoken-length.ts";

/** A word of a text, with what is known of its length before it is heard. */
export interface SpokenWord {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** At a common pace, in milliseconds. */
  readonly lengthMs: number;
  /** Of the pause that the punctuation behind it asks for, at a common pace; 0 where there is none. */
  readonly pauseMs: number;
}

/** How {@link spokenWords} reads. */
export interface SpokenWordsOptions {
  /** The text is SSML. */
  readonly markup?: boolean | undefined;
  /** BCP 47; chooses the dictionary of a script without spaces. */
  readonly language?: string | undefined;
}

const PAUSE_MS = { clause: 150, aside: 110, sentence: 300, paragraph: 350 } as const;
/** What a word may begin and end with. Signs that are read (%, $, &, emoji) belong to it. */
const EDGE = /[\p{L}\p{N}\p{M}\p{S}@#%&§\u200d\ufe0f\ud800-\udfff]/u;
const READ = /[\p{L}\p{N}\p{Sc}%&@#+=°§\p{Extended_Pictographic}]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\u3005]/u;
const SENTENCE_END = /[.!?…。！？｡।॥؟۔።։‼⁇⁈⁉]/u;
const CLAUSE_END = /[,;:،؛、，；：·—–…]/u;
const ASIDE = /[()[\]«»“”„"（）「」『』]/u;
/** `Intl.Segmenter` takes quadratic time (V8 of Node 20), so it only gets so much at once. */
const LONGEST_RUN = 160;

/** The words of a text that are read aloud, in order, without the punctuation around them. */
export function spokenWords(text: string, options: SpokenWordsOptions = {}): SpokenWord[] {
  const readable = options.markup === true ? maskMarkup(text) : text;
  const context: SpokenWordContext = { mixedCase: /\p{Ll}/u.test(readable) };
  const spans = [...wordSpans(readable, options.language)];
  return spans.map(({ start, end }, index) => {
    const next = spans[index + 1];
    const value = readable.slice(start, end);
    return { start, end, value, lengthMs: spokenMs(value, context), pauseMs: next === undefined ? 0 : pauseOf(readable.slice(end, next.start)) };
  });
}

function* wordSpans(text: string, language: string | undefined): Generator<{ start: number; end: number }> {
  // A dash without spaces around it parts two words; one between digits does not.
  for (const found of text.matchAll(/(?:(?![—…])\S)+/gu)) {
    const token = found[0];
    if (!READ.test(token)) continue;
    if (UNSPACED.test(token)) yield* unspacedSpans(token, found.index, language);
    else yield* trimmed(token, found.index);
  }
}

function* trimmed(token: string, offset: number): Generator<{ start: number; end: number }> {
  let start = 0;
  let end = token.length;
  while (start < end && !EDGE.test(token.charAt(start))) start += 1;
  while (end > start && !EDGE.test(token.charAt(end - 1))) end -= 1;
  if (start < end) yield { start: offset + start, end: offset + end };
}

function* unspacedSpans(token: string, offset: number, language: string | undefined): Generator<{ start: number; end: number }> {
  for (let from = 0; from < token.length;) {
    const run = runFrom(token, from);
    for (const { index, segment } of segmenterFor(language ?? "ja").segment(run)) {
      if (READ.test(segment)) yield* trimmed(segment, offset + from + index);
    }
    from += run.length;
  }
}

/** A bounded piece that does not part a pair of surrogates. */
function runFrom(token: string, from: number): string {
  const run = token.slice(from, from + LONGEST_RUN);
  return /[\ud800-\udbff]$/u.test(run) && run.length > 1 ? run.slice(0, -1) : run;
}

interface WordSegmenter {
  segment(text: string): Iterable<{ index: number; segment: string }>;
}

const segmenters = new Map<string, WordSegmenter>();
const MOST_SEGMENTERS = 16;

/** A runtime without a dictionary, or an unknown language, gets one character after another. */
function segmenterFor(language: string): WordSegmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  if (segmenters.size >= MOST_SEGMENTERS) segmenters.clear();
  const made = createSegmenter(language);
  segmenters.set(language, made);
  return made;
}

function createSegmenter(language: string): WordSegmenter {
  try {
    return new Intl.Segmenter(language, { granularity: "word" });
  } catch {
    return { segment: (text) => [...text.matchAll(/./gsu)].map((found) => ({ index: found.index, segment: found[0] })) };
  }
}

function pauseOf(gap: string): number {
  if (/\n\s*\n/u.test(gap)) return PAUSE_MS.paragraph;
  if (SENTENCE_END.test(gap)) return PAUSE_MS.sentence;
  if (CLAUSE_END.test(gap) || /\s-\s/u.test(gap) || gap.includes("\n")) return PAUSE_MS.clause;
  return ASIDE.test(gap) ? PAUSE_MS.aside : 0;
}
