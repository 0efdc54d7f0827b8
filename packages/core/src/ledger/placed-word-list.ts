import type { Mark } from "@parlando/engine";
import type { EstimatedPlaces } from "./estimate-words.ts";
import type { LedgerSegment } from "./ledger-segment.ts";
import { sourceRange } from "./source-range.ts";
import type { SpokenWords } from "./spoken-words.ts";

/** A word of an entry with its place: frames from the start of the entry, offsets in the fed text. */
export interface PlacedWord {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly textStart: number;
  readonly textEnd: number;
  /** `value` of the mark it came from, or the word itself. */
  readonly value: string;
  readonly source: Mark["source"];
  /** It is a mark of the engine, not an estimate of ours. */
  readonly isMark: boolean;
}

/** The words of an entry with their places, in order. */
export interface PlacedWords {
  readonly count: number;
  /** Where the audio of a word begins, in frames of the entry. */
  startFrameAt(index: number): number;
  /** Offsets of a word in the fed text. */
  textStartAt(index: number): number;
  textEndAt(index: number): number;
  /** All of them, in order; made when they are first asked for. */
  list(): readonly PlacedWord[];
}

/** Words of which some were told by an engine. */
export class ToldWords implements PlacedWords {
  readonly #words: readonly PlacedWord[];

  constructor(words: readonly PlacedWord[]) {
    this.#words = words;
  }

  get count(): number {
    return this.#words.length;
  }

  startFrameAt(index: number): number {
    return this.#words[index]?.startFrame ?? 0;
  }

  textStartAt(index: number): number {
    return this.#words[index]?.textStart ?? 0;
  }

  textEndAt(index: number): number {
    return this.#words[index]?.textEnd ?? 0;
  }

  list(): readonly PlacedWord[] {
    return this.#words;
  }
}

/**
 * Words that are all estimated. Mostly nobody asks for more of them than where speech has come to: so they stay in columns, and where they stand in the fed
 * text is looked up for those that are asked for.
 */
export class EstimatedWords implements PlacedWords {
  readonly count: number;
  readonly #segment: LedgerSegment;
  readonly #words: SpokenWords;
  readonly #places: EstimatedPlaces;
  #list: readonly PlacedWord[] | undefined;

  /** The first `count` of the words of a segment. */
  constructor(segment: LedgerSegment, { words, places, count }: { readonly words: SpokenWords; readonly places: EstimatedPlaces; readonly count: number }) {
    this.#segment = segment;
    this.#words = words;
    this.#places = places;
    this.count = count;
  }

  startFrameAt(index: number): number {
    return this.#places.startFrames[index] ?? 0;
  }

  textStartAt(index: number): number {
    return this.#rangeOf(index).textStart;
  }

  textEndAt(index: number): number {
    return this.#rangeOf(index).textEnd;
  }

  list(): readonly PlacedWord[] {
    this.#list ??= estimatedWordList(this.#segment, { words: this.#words, places: this.#places, firstWord: 0, count: this.count });
    return this.#list;
  }

  #rangeOf(index: number): { textStart: number; textEnd: number } {
    return sourceRange(this.#segment, this.#words.starts[index] ?? 0, this.#words.ends[index] ?? 0);
  }
}

/** Estimated words one by one: `count` of them from `firstWord` on, of which `places` has the places. */
export function estimatedWordList(
  segment: LedgerSegment,
  { words, places, firstWord, count }: { readonly words: SpokenWords; readonly places: EstimatedPlaces; readonly firstWord: number; readonly count: number },
): PlacedWord[] {
  return Array.from({ length: count }, (_, index): PlacedWord => {
    const word = firstWord + index;
    const { textStart, textEnd } = sourceRange(segment, words.starts[word] ?? 0, words.ends[word] ?? 0);
    return { startFrame: places.startFrames[index] ?? 0, endFrame: places.endFrames[index] ?? 0, textStart, textEnd, value: words.valueAt(word), source: "estimated", isMark: false };
  });
}
