import type { LedgerEntry } from "./ledger-entry.ts";
import { findCut, type EntryCut } from "./find-cut.ts";
import { hasWordMarks, isSamePlacement, isWhole, paceOf, paceOfMarks, placementOf, placeWords } from "./placed-words.ts";
import type { PlacedWords } from "./placed-word-list.ts";

/** Part of a chunk that came from one attempt at one segment. */
export interface LedgerSpan {
  readonly entry: LedgerEntry;
  readonly offsetFrames: number;
  readonly frames: number;
}

/** Attempts that one segment may be spread over are far fewer. */
const MOST_PARTS = 256;

/** Where an entry stands among others: by segment, then by part. */
export function orderOf({ segment }: LedgerEntry): number {
  return segment.index * MOST_PARTS + (segment.part ?? 0);
}

const isFrom = (entry: LedgerEntry, order: number): boolean => orderOf(entry) >= order;
const endsBehind = ({ startFrame, frames }: LedgerEntry, frame: number): boolean => startFrame === undefined || startFrame + frames > frame;
const startsAt = ({ startFrame }: LedgerEntry, frame: number): boolean => startFrame === undefined || startFrame >= frame;

/** How much the last segment changes what is known of an engine's pace. */
const LEARNING_RATE = 0.4;
/**
 * Where an attempt is cut by an estimate, its voice may have been so much slower than the segments before. Measured with the embedded voice over 32 sentences in
 * eight languages, the texts of `bench/word-marks.bench.mjs`: the next one was at most 1.2 times as slow as those before it, 1.17 in 19 of 20.
 */
const MOST_SLOWED = 1.2;

/** What the listener has heard, put to the ledger's entries. */
export interface HeardText {
  /** Offset in the fed text: the end of the last word whose middle was played. */
  readonly heardUntil: number;
  readonly basis: "marks" | "estimate";
}

/**
 * The record of a stream: which audio is which text. A plain data structure: it knows no time and starts nothing. What has been
 * heard is folded into totals, so that a stream may run for days.
 */
export class Ledger {
  readonly #sampleRate: number;
  readonly #entries: LedgerEntry[] = [];
  #foldedTextEnd = 0;
  #foldedBasis: "marks" | "estimate" | undefined;
  #foldedBilled = 0;
  /** How each engine spoke the last segment that it told no words of. */
  #paces: Map<string, number> | undefined;
  /** The same of the last segments that it told the words of. */
  #toldPaces: Map<string, number> | undefined;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Entries that are not folded, in order. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** An attempt at a segment begins. An earlier attempt at it leaves nothing but its bill: none of its audio was handed out. */
  begin(entry: LedgerEntry): void {
    const order = orderOf(entry);
    const place = this.#entries.findLastIndex((other) => orderOf(other) <= order);
    const earlier = this.#entries[place];
    if (earlier !== undefined && orderOf(earlier) === order) {
      this.#foldedBilled += earlier.billedCharacters;
      this.#entries[place] = entry;
    } else this.#entries.splice(place + 1, 0, entry);
  }

  /** Characters that were billed by the engines, for all that was sent. */
  billedCharacters(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.billedCharacters, this.#foldedBilled);
  }

  /** The words of an entry in order, with their places. Where the engine does not tell them, they may move until the entry is complete. */
  wordsOf(entry: LedgerEntry): PlacedWords {
    const known = entry.placed;
    const isSame = known !== undefined && known.whole === isWhole(entry) && known.units === entry.segment.text.length;
    if (isSame && known.frames === entry.frames && known.marks === entry.marks.length && entry.broken !== true) return known.words;
    const pace = isWhole(entry) ? undefined : this.#pacesFor(entry)?.get(entry.engine);
    const placement = placementOf(entry, this.#sampleRate, pace);
    if (isSame && isSamePlacement(known.placement, placement)) {
      known.frames = entry.frames;
      known.marks = entry.marks.length;
      return known.words;
    }
    const words = placeWords(entry, this.#sampleRate, pace);
    entry.placed = { words, units: entry.segment.text.length, frames: entry.frames, marks: entry.marks.length, placement, whole: isWhole(entry), begun: 0, begunUntil: 0 };
    if (isWhole(entry)) this.#learnPace(entry);
    return words;
  }

  /** Place in {@link Ledger.entries} of the first one at the place `order` of the stream (see {@link orderOf}) or behind it. A listener far behind keeps many entries, so they are not searched one by one. */
  placeFrom(order: number): number {
    return this.#firstWhere(isFrom, order);
  }

  /** Where what an entry has made can end, so that another attempt goes on: at or behind the frames of it that were handed out. */
  cutOf(entry: LedgerEntry, handedFrames: number): EntryCut {
    return findCut(entry, { sampleRate: this.#sampleRate, handedFrames, pace: this.#paceOfCut(entry) });
  }

  /** What lies in the frames from `from` up to `to`. */
  spans(from: number, to: number): LedgerSpan[] {
    let spans: LedgerSpan[] = [];
    for (let place = this.#firstWhere(endsBehind, from); place < this.#entries.length; place += 1) {
      const entry = this.#entries[place];
      if (entry?.startFrame === undefined || entry.startFrame >= to) break;
      const start = Math.max(from, entry.startFrame);
      const end = Math.min(to, entry.startFrame + entry.frames);
      if (end <= start) continue;
      const span = { entry, offsetFrames: start - from, frames: end - start };
      // Mostly there is one: a list that grows gets room for seventeen.
      spans = spans.length === 0 ? [span] : [...spans, span];
    }
    return spans;
  }

  /** The offset in the fed text up to which speech has begun before `frame`. */
  textBegunBefore(frame: number): number {
    const entry = this.#entries[this.#firstWhere(startsAt, frame) - 1];
    if (entry?.startFrame === undefined) return this.#foldedTextEnd;
    const isOver = isWhole(entry) && frame >= entry.startFrame + entry.frames;
    return Math.max(this.#foldedTextEnd, isOver ? entry.segment.coverEnd : this.#begunInside(entry, frame - entry.startFrame));
  }

  /** What was heard when `frame` frames of the stream were played. */
  heardAt(frame: number): HeardText {
    let heardUntil = this.#foldedTextEnd;
    let basis = this.#foldedBasis;
    for (const entry of this.#entries) {
      if (entry.startFrame === undefined || entry.startFrame >= frame) break;
      basis = hasWordMarks(entry) ? "marks" : "estimate";
      if (isWhole(entry) && frame >= entry.startFrame + entry.frames) heardUntil = Math.max(heardUntil, entry.segment.textEnd);
      else heardUntil = Math.max(heardUntil, this.#heardInside(entry, frame - entry.startFrame));
    }
    return { heardUntil, basis: basis ?? "estimate" };
  }

  /** Forgets the entries that end before `frame`, keeping their totals. Entries with marks still to be published stay. */
  fold(frame: number): void {
    for (;;) {
      const entry = this.#entries[0];
      if (entry?.startFrame === undefined || !entry.complete || entry.startFrame + entry.frames > frame || entry.unpublished.length > 0) return;
      this.#entries.shift();
      this.#foldedTextEnd = Math.max(this.#foldedTextEnd, isWhole(entry) ? entry.segment.textEnd : this.#heardInside(entry, entry.frames));
      this.#foldedBasis = hasWordMarks(entry) ? "marks" : "estimate";
      this.#foldedBilled += entry.billedCharacters;
    }
  }

  /** Place of the first entry for which `isBehind` holds; it holds for all after it. Asked for every chunk: a function that keeps `place` would be made for each. */
  #firstWhere(isBehind: (entry: LedgerEntry, place: number) => boolean, place: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry === undefined || isBehind(entry, place)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Never faster than it may have been: an estimate that is ahead of the voice would leave words out. */
  #paceOfCut(entry: LedgerEntry): number {
    return (this.#paces?.get(entry.engine) ?? entry.voicePace?.slowest ?? 1) * MOST_SLOWED;
  }

  #pacesFor(entry: LedgerEntry): ReadonlyMap<string, number> | undefined {
    return hasWordMarks(entry) ? this.#toldPaces : this.#paces;
  }

  #learnPace(entry: LedgerEntry): void {
    const isTold = hasWordMarks(entry);
    const pace = isTold ? paceOfMarks(entry) : paceOf(entry, this.#sampleRate);
    if (pace === undefined) return;
    if (!isTold) entry.voicePace?.learn(pace);
    const paces = isTold ? (this.#toldPaces ??= new Map<string, number>()) : (this.#paces ??= new Map<string, number>());
    const before = paces.get(entry.engine);
    paces.set(entry.engine, before === undefined ? pace : before + (pace - before) * LEARNING_RATE);
  }

  #begunInside(entry: LedgerEntry, frame: number): number {
    const words = this.wordsOf(entry);
    const { placed } = entry;
    const known = placed?.begun ?? 0;
    let next = known > 0 && words.startFrameAt(known - 1) >= frame ? 0 : known;
    while (next < words.count && !(words.startFrameAt(next) >= frame)) next += 1;
    if (next === 0) return entry.segment.coverStart;
    if (placed === undefined || placed.begun !== next) {
      const begunUntil = next < words.count ? words.textStartAt(next) : words.textEndAt(next - 1);
      if (placed === undefined) return begunUntil;
      placed.begun = next;
      placed.begunUntil = begunUntil;
    }
    return placed.begunUntil;
  }

  #heardInside(entry: LedgerEntry, frame: number): number {
    const heard = this.wordsOf(entry).list().findLast((word) => (word.startFrame + word.endFrame) / 2 <= frame);
    return heard?.textEnd ?? 0;
  }
}
