import { maskMarkup } from "./mask-markup.ts";
import { spokenMs, type SpokenWordContext } from "./spoken-length.ts";

/**
 * The words of a text that are read aloud, with what is known of their lengths before they are heard. In columns, a place in each for each word: all streams
 * together keep the words of all that they are saying, and as objects these would be a third of what the garbage collector has to look at.
 */
export class SpokenWords {
  readonly #text: string;
  /** Offsets in the text. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Of each word at a common pace, in milliseconds. */
  readonly lengthsMs: number[] = [];
  /** Of the pause that the punctuation behind a word asks for, at a common pace; 0 where there is none. */
  readonly pausesMs: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get count(): number {
    return this.starts.length;
  }

  valueAt(index: number): string {
    return this.#text.slice(this.starts[index], this.ends[index]);
  }

  /** Of the words from one up to another, and of the pauses between them, at a common pace. */
  lengthMs(from = 0, to: number = this.count): number {
    let total = 0;
    for (let index = from; index < to; index += 1) total += (this.lengthsMs[index] ?? 0) + (index + 1 < to ? (this.pausesMs[index] ?? 0) : 0);
    return total;
  }

  /** Of the words alone. */
  speechMs(from = 0, to: number = this.count): number {
    let total = 0;
    for (let index = from; index < to; index += 1) total += this.lengthsMs[index] ?? 0;
    return total;
  }

  /** Place of the first word that ends behind an offset; {@link SpokenWords.count} where none does. */
  firstEndingBehind(offset: number): number {
    const index = this.ends.findIndex((end) => end > offset);
    return index < 0 ? this.count : index;
  }

  /** Place of the first word that begins at an offset or behind it; {@link SpokenWords.count} where none does. */
  firstFrom(offset: number): number {
    const index = this.starts.findIndex((start) => start >= offset);
    return index < 0 ? this.count : index;
  }
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
const ASCII_UNITS = 0x80;
const asciiUnits = Array.from({ length: ASCII_UNITS }, (_, unit) => String.fromCharCode(unit));
const asciiEdges = asciiUnits.map((letter) => EDGE.test(letter));
const asciiRead = asciiUnits.map((letter) => READ.test(letter));
/** White space beyond ASCII, a dash and dots. */
const OTHER_BREAKS = new Set([0xa0, 0x1680, ...Array.from({ length: 11 }, (_, index) => 0x2000 + index), 0x2014, 0x2026, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\u3005]/u;
const SENTENCE_END = /[.!?…。！？｡।॥؟۔።։‼⁇⁈⁉]/u;
const CLAUSE_END = /[,;:،؛、，；：·—–…]/u;
const ASIDE = /[()[\]«»“”„"（）「」『』]/u;
/** `Intl.Segmenter` takes quadratic time (V8 of Node 20), so it only gets so much at once. */
const LONGEST_RUN = 160;

/** The words of a text that are read aloud, in order, without the punctuation around them. */
export function spokenWords(text: string, options: SpokenWordsOptions = {}): SpokenWords {
  const readable = options.markup === true ? maskMarkup(text) : text;
  const context: SpokenWordContext = { mixedCase: /\p{Ll}/u.test(readable) };
  const words = new SpokenWords(readable);
  readSpans(readable, options.language, (start, end) => {
    const last = words.count - 1;
    if (last >= 0) words.pausesMs[last] = pauseBetween(readable, words.ends[last] ?? start, start);
    words.starts.push(start);
    words.ends.push(end);
    words.lengthsMs.push(spokenMs(readable.slice(start, end), context));
    words.pausesMs.push(0);
  });
  return words;
}

type TellSpan = (start: number, end: number) => void;

/** Tells the spans of the words. Unit by unit and without a string for each, since every segment is read so, mostly while its first audio is waited for. */
function readSpans(text: string, language: string | undefined, tell: TellSpan): void {
  for (let start = 0; start < text.length;) {
    let end = start;
    let units = 0;
    for (; end < text.length && !isBreak(text.charCodeAt(end)); end += 1) units |= text.charCodeAt(end);
    if (units >= ASCII_UNITS) readToken(text.slice(start, end), start, { language, tell });
    else if (end > start) tellTrimmed(text, { start, end }, tell);
    start = end + 1;
  }
}

/** White space, and a dash or dots without spaces around them: these part two words; a dash between digits does not. */
function isBreak(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return unit >= 0xa0 && OTHER_BREAKS.has(unit);
}

/** Tells one token of other letters than ASCII, which may be several words. */
function readToken(token: string, offset: number, { language, tell }: { language: string | undefined; tell: TellSpan }): void {
  if (!READ.test(token)) return;
  const tellInside: TellSpan = (start, end) => tell(offset + start, offset + end);
  if (!UNSPACED.test(token)) return tellTrimmed(token, { start: 0, end: token.length }, tellInside);
  for (let from = 0; from < token.length;) {
    const run = runFrom(token, from);
    for (const { index, segment } of segmenterFor(language ?? "ja").segment(run)) {
      const start = from + index;
      if (READ.test(segment)) tellTrimmed(token, { start, end: start + segment.length }, tellInside);
    }
    from += run.length;
  }
}

/** Tells a stretch without the punctuation at its ends, unless nothing of it is read. */
function tellTrimmed(text: string, stretch: { readonly start: number; readonly end: number }, tell: TellSpan): void {
  let { start, end } = stretch;
  let isRead = false;
  for (let index = start; index < end && !isRead; index += 1) isRead = isReadUnit(text.charCodeAt(index));
  if (!isRead) return;
  while (start < end && !isEdge(text.charCodeAt(start))) start += 1;
  while (end > start && !isEdge(text.charCodeAt(end - 1))) end -= 1;
  if (start < end) tell(start, end);
}

/** Of letters beyond ASCII it was asked before, for all of them at once. */
function isReadUnit(unit: number): boolean {
  return unit >= ASCII_UNITS || asciiRead[unit] === true;
}

function isEdge(unit: number): boolean {
  return unit < ASCII_UNITS ? asciiEdges[unit] === true : EDGE.test(String.fromCharCode(unit));
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

function pauseBetween(text: string, end: number, start: number): number {
  return start - end === 1 && text.charCodeAt(end) === 0x20 ? 0 : pauseOf(text.slice(end, start));
}

function pauseOf(gap: string): number {
  if (/\n\s*\n/u.test(gap)) return PAUSE_MS.paragraph;
  if (SENTENCE_END.test(gap)) return PAUSE_MS.sentence;
  if (CLAUSE_END.test(gap) || /\s-\s/u.test(gap) || gap.includes("\n")) return PAUSE_MS.clause;
  return ASIDE.test(gap) ? PAUSE_MS.aside : 0;
}
