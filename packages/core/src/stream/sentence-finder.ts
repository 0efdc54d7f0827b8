import { createSegmenter } from "../segments/create-segmenter.ts";
import type { Segment, Segmenter } from "../segments/segment.ts";
import { createMarkupStage, type MarkupStage } from "../ssml/markup-stage.ts";
import type { FedText } from "../text/fed-text.ts";
import { MappedBuffer } from "../text/mapped-buffer.ts";
import { sourceRangeOf, unchangedText } from "../text/mapped-text.ts";

/** A sentence of the fed text. Offsets are in all that was fed. */
export interface FedSentence {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What {@link SentenceFinder} needs. */
export interface SentenceFinderOptions {
  readonly fed: FedText;
  /** BCP 47; chooses abbreviations. */
  readonly language?: string | undefined;
  /** The text is SSML. */
  readonly markup: boolean;
}

/** Read at once, and so far ahead of what is spoken: about a minute of speech. */
const WINDOW_UNITS = 2048;
const FINISHED = /[.!?…。！？｡।॥؟۔։።‼⁇⁈⁉][\p{Pe}\p{Pf}"'”’»\s]*$/u;

/**
 * Finds the sentences of the fed text, whatever segments it is sent in. It reads only as far ahead as asked, so that a book that was
 * fed at once is not cut at once. Sentences do not depend on the pieces that were fed, nor on time; a flush and the end close what stands
 * before them.
 */
export class SentenceFinder {
  readonly #options: SentenceFinderOptions;
  /** Offsets of flushes and of the end that were not reached by reading. */
  readonly #boundaries: number[] = [];
  #found: FedSentence[] = [];
  /** Takes the tags out of SSML. */
  readonly #markup: MarkupStage | undefined;
  /** The words of SSML that the segmenter holds, and how many before them it was given. */
  #words: MappedBuffer | undefined;
  #wordsStart = 0;
  /** Made when a sentence is looked for: where nobody wants them, a stream does without. */
  #segmenter: Segmenter | undefined;
  /** Where what the segmenter was given begins. */
  #base = 0;
  #read = 0;
  /** End of the last sentence found. */
  #foundEnd = 0;

  constructor(options: SentenceFinderOptions) {
    this.#options = options;
    if (options.markup) this.#markup = createMarkupStage();
  }

  /** What was fed so far does not go on in what follows. */
  boundary(): void {
    const { length } = this.#options.fed;
    if (this.#boundaries.at(-1) !== length) this.#boundaries.push(length);
  }

  /** Ends the sentence that all fed text ends with, where it looks finished. */
  endFinished(): void {
    const { fed, markup } = this.#options;
    if (!markup && this.#foundEnd < fed.length && FINISHED.test(fed.slice(Math.max(this.#foundEnd, fed.length - WINDOW_UNITS)))) this.boundary();
  }

  /** The sentences that begin before `offset` and whose ends are known, in order, each only once. */
  takeUntil(offset: number): FedSentence[] {
    while (this.#foundEnd <= offset && this.#readOn());
    const count = this.#found.findIndex((sentence) => sentence.start >= offset);
    return this.#found.splice(0, count < 0 ? this.#found.length : count);
  }

  /** Reads the next piece; false when there is none. */
  #readOn(): boolean {
    const { fed } = this.#options;
    const boundary = this.#boundaries[0];
    const limit = boundary ?? fed.length;
    if (boundary !== undefined && this.#read >= boundary) {
      this.#boundaries.shift();
      this.#note(this.#segmenter?.flush() ?? []);
      this.#markup?.flush();
      this.#words = undefined;
      this.#wordsStart = 0;
      this.#base = boundary;
      this.#foundEnd = Math.max(this.#foundEnd, boundary);
      this.#segmenter = undefined;
      return true;
    }
    if (this.#read >= limit) return false;
    const end = Math.min(limit, this.#read + WINDOW_UNITS);
    const piece = fed.slice(this.#read, end);
    const words = this.#markup?.push(unchangedText(piece, this.#read));
    this.#read = end;
    if (words !== undefined) (this.#words ??= new MappedBuffer()).append(words);
    this.#segmenter ??= this.#createSegmenter();
    this.#note(this.#segmenter.push(words?.cutText ?? piece));
    return true;
  }

  #note(segments: readonly Segment[]): void {
    for (const { start, end, text } of segments) {
      const sentence = this.#markup === undefined ? { start: this.#base + start, end: this.#base + end, text } : this.#inMarkup(start, end);
      this.#foundEnd = sentence.end;
      this.#found.push(sentence);
    }
  }

  #inMarkup(start: number, end: number): FedSentence {
    const lead = start - this.#wordsStart;
    const taken = (this.#words ??= new MappedBuffer()).take(end - this.#wordsStart);
    this.#wordsStart = end;
    return { ...sourceRangeOf(taken, lead, taken.text.length), text: taken.text.slice(lead).replaceAll(/\s+/gu, " ") };
  }

  #createSegmenter(): Segmenter {
    const { language } = this.#options;
    return createSegmenter(language === undefined ? {} : { language });
  }
}
