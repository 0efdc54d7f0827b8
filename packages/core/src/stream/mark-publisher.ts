import type { Mark, MarkKind } from "@parlando/engine";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { PlacedWord } from "../ledger/placed-word-list.ts";
import { orderOf, type Ledger } from "../ledger/ledger.ts";
import { sourceRange } from "../ledger/source-range.ts";
import { frameOfTime, isUnmade } from "../ledger/placed-words.ts";
import { BookmarkMarks } from "./bookmark-marks.ts";
import type { MarkupElement } from "../text/text-markup.ts";
import type { PublishedMark } from "./published-mark.ts";
import type { SentenceFinder } from "./sentence-finder.ts";
import { SentenceMarks } from "./sentence-marks.ts";

/** What {@link MarkPublisher} works with. */
export interface MarkPublisherOptions {
  readonly ledger: Ledger;
  readonly sampleRate: number;
  /** The kinds of marks that the app is told of. */
  readonly wanted: readonly MarkKind[];
  readonly sentences: SentenceFinder;
  /** The text is SSML. */
  readonly markup: boolean;
  /** Units that were fed so far. */
  readonly fedUnits: () => number;
}

/** How long before the listener hears it a word is told by a guess, in milliseconds: until then a better one may come. */
const GUESS_AHEAD_MS = 200;

const NONE: readonly PublishedMark[] = [];

/** How far a stream is. */
interface Progress {
  /** Handed out up to here. */
  readonly frame: number;
  /** Estimates that begin before here cannot wait for the audio to be complete. */
  readonly guessFrame: number;
}

/**
 * Turns the marks of engines into marks of the stream, once each, when their audio is handed out. Estimated words become known when
 * the audio of their segment is complete, or when the listener is about to hear them.
 */
export class MarkPublisher {
  readonly #options: MarkPublisherOptions;
  readonly #sentences: SentenceMarks | undefined;
  /** Those of SSML; undefined where nobody wants them. */
  readonly #bookmarks: BookmarkMarks | undefined;
  readonly #needsWords: boolean;
  /** Everything was told of the entries before this place. */
  #toldBefore = 0;
  /** The last entry of which everything was told. */
  #lastTold: LedgerEntry | undefined;
  /** Where the last word ends that was told by an estimate: the next one does not begin before it. */
  #wordEnd = 0;
  /** Units of the fed text that marks were told of. */
  #toldUnits = 0;
  /** Where the last sentence begins that was told by a word. */
  #sentenceFrame = 0;
  #isEnded = false;

  constructor(options: MarkPublisherOptions) {
    this.#options = options;
    if (options.markup && options.wanted.includes("bookmark")) this.#bookmarks = new BookmarkMarks({ sampleRate: options.sampleRate });
    this.#needsWords = this.#bookmarks !== undefined || options.wanted.includes("word") || options.wanted.includes("sentence");
    if (options.wanted.includes("sentence")) this.#sentences = new SentenceMarks({ finder: options.sentences, sampleRate: options.sampleRate });
  }

  /** The marks before `frame` of the stream that are known and were not published yet, in order of time. The listener is at `heardFrame`. */
  publishUntil(frame: number, heardFrame: number): readonly PublishedMark[] {
    const { ledger, sampleRate } = this.#options;
    const progress: Progress = { frame, guessFrame: heardFrame + (GUESS_AHEAD_MS * sampleRate) / 1000 };
    // Made when there is any: this is asked for every chunk.
    let published: PublishedMark[] | undefined;
    let last = this.#lastTold;
    for (let place = ledger.placeFrom(this.#toldBefore); place < ledger.entries.length; place += 1) {
      const entry = ledger.entries[place];
      if (entry?.startFrame === undefined || entry.startFrame > frame) break;
      last = entry;
      const isOver = entry.complete && entry.startFrame + entry.frames <= frame;
      const told = this.#takeDue(entry, frame, isOver);
      const estimated = this.#takeEstimated(entry, progress, isOver);
      const due = told.length === 0 ? estimated : estimated.length === 0 ? told : [...told, ...estimated].sort((left, right) => left.frame - right.frame);
      for (const mark of due) (published ??= []).push(...this.#tell(mark, entry));
      if (isOver) (published ??= []).push(...this.#endEntry(entry));
    }
    if (last !== undefined && last === this.#lastTold) (published ??= []).push(...this.#endText(last));
    if (this.#isEnded) (published ??= []).push(...(this.#bookmarks?.passed(Infinity, { frame, source: "estimated" }) ?? []));
    return published ?? NONE;
  }

  /** A `mark` of SSML was read in the fed text. */
  bookmarkRead(element: MarkupElement): void {
    this.#bookmarks?.add(element);
  }

  /** All that is spoken was handed out. */
  end(): void {
    this.#isEnded = true;
  }

  /** What another attempt goes on with may begin with words of which a part, or more, was heard: they were told then. */
  #isSaidAgain({ mark: { textStart, textEnd } }: PublishedMark, { segment }: LedgerEntry): boolean {
    const isAgain = (segment.part ?? 0) > 0 && textStart < this.#toldUnits;
    this.#toldUnits = Math.max(this.#toldUnits, textEnd);
    return isAgain;
  }

  #tell(mark: PublishedMark, entry: LedgerEntry): PublishedMark[] {
    const { kind } = mark.mark;
    if (kind === "bookmark" && this.#bookmarks !== undefined) {
      const told = this.#bookmarks.told(mark);
      return told === undefined ? [] : [told];
    }
    if (this.#isSaidAgain(mark, entry)) return [];
    const bookmarks = this.#bookmarksBefore(mark, entry);
    const found = kind === "word" ? (this.#sentences?.word(mark) ?? []) : [];
    const sentences = found.map((sentence) => {
      const placed = sentence.mark.source === "native" ? sentence : this.#atOwnTime(sentence, mark, entry);
      this.#sentenceFrame = placed.frame;
      return placed;
    });
    return this.#options.wanted.includes(kind) ? [...sentences, ...bookmarks, mark] : [...sentences, ...bookmarks];
  }

  /** The bookmarks that stand before a word. An engine that tells them has until the end of its segment. */
  #bookmarksBefore({ mark, frame }: PublishedMark, entry: LedgerEntry): PublishedMark[] {
    if (this.#bookmarks === undefined || mark.kind !== "word") return [];
    const until = entry.tellsBookmarks === true ? entry.segment.coverStart : mark.textStart + 1;
    return this.#bookmarks.passed(until, { frame, source: mark.source });
  }

  /** An engine that tells no words may know when a sentence begins. Never after its first word, nor before the sentence before it: marks are told in the order of time. */
  #atOwnTime(sentence: PublishedMark, firstWord: PublishedMark, entry: LedgerEntry): PublishedMark {
    const { sampleRate } = this.#options;
    const isIts = (source: number): boolean => source >= sentence.mark.textStart && source <= firstWord.mark.textStart;
    const own = entry.marks.find(({ kind, textStart }) => kind === "sentence" && isIts(entry.segment.sourceAt(textStart)));
    if (own === undefined) return sentence;
    const frame = (entry.startFrame ?? 0) + frameOfTime(entry, own.timeMs, sampleRate);
    if (frame > sentence.frame || frame < this.#sentenceFrame) return sentence;
    return { mark: { ...sentence.mark, timeMs: (frame * 1000) / sampleRate, source: own.source }, frame };
  }

  #endEntry(entry: LedgerEntry): PublishedMark[] {
    this.#lastTold = entry;
    this.#toldBefore = orderOf(entry) + 1;
    if (entry.broken === true) return [];
    const { coverEnd } = entry.segment;
    const bookmarks = this.#bookmarks?.passed(coverEnd, { frame: endOf(entry), source: "estimated" }) ?? [];
    return [...(this.#sentences?.passed(coverEnd, endOf(entry)) ?? []), ...bookmarks];
  }

  /** When the writer pauses and everything is said, a sentence that looks finished need not wait for the next one. */
  #endText(last: LedgerEntry): PublishedMark[] {
    const fedUnits = this.#options.fedUnits();
    // White space that came after the last segment was sent is in none.
    if (last.broken === true || (!this.#isEnded && last.segment.coverEnd < fedUnits)) return [];
    const bookmarks = this.#bookmarks?.passed(fedUnits, { frame: endOf(last), source: "estimated" }) ?? [];
    if (this.#sentences === undefined) return bookmarks;
    this.#options.sentences.endFinished();
    return [...this.#sentences.passed(fedUnits, endOf(last)), ...bookmarks];
  }

  #takeDue(entry: LedgerEntry, frame: number, isOver: boolean): readonly PublishedMark[] {
    return entry.unpublished.length === 0 ? NONE : this.#due(entry, frame, isOver);
  }

  #due(entry: LedgerEntry, frame: number, isOver: boolean): readonly PublishedMark[] {
    const start = entry.startFrame ?? 0;
    const isDue = (mark: Mark): boolean => isOver || start + frameOfTime(entry, mark.timeMs, this.#options.sampleRate) < frame;
    const due = entry.unpublished.filter(isDue).filter((mark) => !isUnmade(entry, mark, this.#options.sampleRate)).sort((left, right) => left.timeMs - right.timeMs);
    if (isOver) entry.unpublished = [];
    else if (due.length > 0) entry.unpublished = entry.unpublished.filter((mark) => !due.includes(mark));
    return due.map((mark) => this.#place(entry, mark));
  }

  #place(entry: LedgerEntry, mark: Mark): PublishedMark {
    const { sampleRate } = this.#options;
    const frame = (entry.startFrame ?? 0) + frameOfTime(entry, mark.timeMs, sampleRate);
    const durationMs = this.#durationOf(entry, mark);
    const { kind, value, source } = mark;
    const { textStart, textEnd } = sourceRange(entry.segment, mark.textStart, mark.textEnd);
    const placed: Mark = { kind, timeMs: (frame * 1000) / sampleRate, textStart, textEnd, value, source };
    if (durationMs !== undefined) placed.durationMs = durationMs;
    return { mark: placed, frame };
  }

  /** A word without a length ends where the next begins, the last one where its segment ends; undefined while that is not known. */
  #durationOf(entry: LedgerEntry, mark: Mark): number | undefined {
    const { sampleRate } = this.#options;
    const leftMs = ((entry.frames - frameOfTime(entry, mark.timeMs, sampleRate)) * 1000) / sampleRate;
    const ownMs = mark.durationMs ?? (mark.kind === "word" ? this.#untilNext(entry, mark, leftMs) : undefined);
    return ownMs === undefined || !entry.complete ? ownMs : Math.max(0, Math.min(ownMs, leftMs));
  }

  #untilNext(entry: LedgerEntry, mark: Mark, leftMs: number): number | undefined {
    const next = entry.marks.find((other) => other.kind === "word" && other.timeMs > mark.timeMs);
    if (next !== undefined) return next.timeMs - mark.timeMs;
    return entry.complete ? leftMs : undefined;
  }

  /** Words that the engine does not tell: all of them, or those behind its last mark. */
  #takeEstimated(entry: LedgerEntry, progress: Progress, isOver: boolean): readonly PublishedMark[] {
    if (!this.#needsWords || (entry.estimatedWords === undefined && !entry.complete)) return NONE;
    const told = entry.estimatedWords ?? 0;
    let published: PublishedMark[] | undefined;
    // Looked through for every chunk, so that nothing is made where nothing is due.
    let place = 0;
    const words = this.#options.ledger.wordsOf(entry).list();
    // The last word of a text that still grows may be half a word.
    const last = entry.complete ? words.length : words.findLastIndex((word) => !word.isMark);
    for (let index = 0; index < last; index += 1) {
      const word = words[index];
      if (word === undefined || word.isMark) continue;
      place += 1;
      if (place <= told) continue;
      const estimate = this.#placeEstimate(entry, word);
      if (!isOver && (estimate.frame >= progress.frame || !isKnown(entry, word, place === 1 || estimate.frame < progress.guessFrame))) break;
      (published ??= []).push(estimate);
      this.#wordEnd = estimate.endFrame;
    }
    if (published === undefined) return NONE;
    entry.estimatedWords = told + published.length;
    return published;
  }

  /** Kept inside the audio of the entry and behind the word before it, which may have been told by a worse guess. */
  #placeEstimate(entry: LedgerEntry, word: PlacedWord): PublishedMark & { readonly endFrame: number } {
    const { sampleRate } = this.#options;
    const start = entry.startFrame ?? 0;
    const end = start + entry.frames;
    const from = Math.max(Math.min(start + word.startFrame, end), this.#wordEnd);
    const to = Math.max(from, Math.min(start + word.endFrame, end));
    const mark: Mark = {
      kind: "word",
      timeMs: (from * 1000) / sampleRate,
      durationMs: ((to - from) * 1000) / sampleRate,
      textStart: word.textStart,
      textEnd: word.textEnd,
      value: word.value,
      source: word.source,
    };
    return { mark, frame: from, endFrame: to };
  }
}

function endOf(entry: LedgerEntry): number {
  return (entry.startFrame ?? 0) + entry.frames;
}

/** A guess is only told when it has to be (the first word is none: it begins with the sound), and never taken back: its audio must be made to its end. */
function isKnown(entry: LedgerEntry, word: PlacedWord, isDue: boolean): boolean {
  return entry.complete || (isDue && word.endFrame <= entry.frames);
}
