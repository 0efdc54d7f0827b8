import type { Cut, Segmenter } from "../segments/segment.ts";
import { FedText } from "./fed-text.ts";
import { MappedBuffer } from "./mapped-buffer.ts";
import type { MappedText, TextStage } from "./mapped-text.ts";
import { createStageChain, type StageChain } from "./stage-chain.ts";
import type { MarkupPoint } from "./text-markup.ts";

/** Text is read by the segmenter up to this far ahead of what was sent: enough for every decision, and quickly done. */
const WINDOW_UNITS = 4096;

/** So much goes through the stages at once: what they write for it may be ten times as long, as the names of emoji are. */
const PIECE_UNITS = 512;

/** Cuts are looked for in so much of it: more than any segment needs but a few, and found within a few milliseconds in every script. */
const CUTS_UNITS = 1000;

/** So much SSML is read in one go: there may be any amount of it without a word. */
const READ_AT_ONCE_UNITS = 16_384;

/** Text between two flushes; nothing is ever cut across its end. */
interface Section {
  readonly segmenter: Segmenter;
  readonly buffer: MappedBuffer;
  ended: boolean;
  /** Up to where the fed text was read when the section ended: what the stages left out behind its last word belongs to it. */
  sourceEnd: number;
}

/** A place in the fed text at which what stands before it is to be spoken. */
interface Boundary {
  readonly at: number;
  /** The text goes on behind it; its writer has only paused. */
  readonly isPause: boolean;
}

/** The text that may be sent now. */
export interface TextView {
  readonly text: string;
  readonly cuts: readonly Cut[];
  /** No more text comes before the next flush or the end. */
  readonly ended: boolean;
}

/** Text taken out to be spoken. */
export interface TakenText extends MappedText {
  /** Up to where the fed text has been taken. */
  readonly sourceEnd: number;
}

/** The words of text that is SSML, and what decides where they may be cut: as long as they. */
export interface UnmarkedText extends MappedText {
  readonly cutText?: string | undefined;
}

/** Takes the tags out of text that is SSML, behind all stages. A tag may go on behind a flush, not behind the end. */
export interface MarkupRemover {
  push(text: MappedText): UnmarkedText;
  flush(): UnmarkedText;
  end(): UnmarkedText;
}

/** What {@link TextQueue} needs. */
export interface TextQueueOptions {
  readonly createSegmenter: () => Segmenter;
  /** No segment is longer: a cut behind it is wanted in sight. */
  readonly longestSegmentUnits: number;
  readonly stages: readonly (() => TextStage)[];
  /** For text that is SSML. */
  readonly markup?: MarkupRemover | undefined;
}

/** Holds the text between `feed()` and the engine: runs the stages, knows where it may be cut, and what is still waiting. */
export class TextQueue {
  readonly fed: FedText = new FedText();
  readonly #createSegmenter: () => Segmenter;
  readonly #longestSegmentUnits: number;
  readonly #stages: StageChain;
  readonly #markup: MarkupRemover | undefined;
  readonly #sections: Section[] = [];
  /** Where the fed text was flushed or ended, not yet reached. */
  readonly #boundaries: Boundary[] = [];
  /** Elements without text, behind the last word that was taken. */
  #loose: readonly MarkupPoint[] = [];
  #read = 0;
  #taken = 0;
  #ended = false;

  constructor(options: TextQueueOptions) {
    this.#createSegmenter = options.createSegmenter;
    this.#longestSegmentUnits = options.longestSegmentUnits;
    this.#stages = createStageChain(options.stages);
    this.#markup = options.markup;
  }

  /** Fed UTF-16 units that were not taken yet. What the stages left out, or hold back behind all that was taken, does not wait. */
  get waiting(): number {
    const isEmpty = this.#sections.every((section) => section.buffer.text === "");
    return this.fed.length - (isEmpty ? Math.max(this.#read, this.#taken) : this.#taken);
  }

  /** No more text comes, and all of it was taken. */
  get drained(): boolean {
    return this.#ended && this.#front() === undefined && !this.isBehind;
  }

  /** More may come in view without more being fed: it has to be asked again. */
  get isBehind(): boolean {
    if (this.#markup === undefined || this.#read >= this.fed.length) return false;
    const open = this.#sections.at(-1);
    return open === undefined || (open.ended ? open.buffer.text === "" : !this.#isFull(open.buffer.text));
  }

  feed(text: string): void {
    this.fed.append(text);
  }

  /** What was fed so far is to be spoken without waiting for more. */
  flush(): void {
    this.#boundaries.push({ at: this.fed.length, isPause: false });
  }

  /** As {@link TextQueue.flush}, but what follows goes on with the same text: its writer has only paused. */
  settle(): void {
    this.#boundaries.push({ at: this.fed.length, isPause: true });
  }

  end(): void {
    this.#ended = true;
    this.flush();
  }

  /** The text that comes next, or undefined when there is nothing to speak. */
  view(): TextView | undefined {
    const section = this.#front();
    return section === undefined ? undefined : { text: section.buffer.text, cuts: this.#cutsOf(section), ended: section.ended };
  }

  /** Where a section may be cut: as far as shows that the longest segment is over, which is further where cuts are far from each other. */
  #cutsOf({ segmenter, buffer }: Section): readonly Cut[] {
    const cuts = segmenter.cuts(CUTS_UNITS);
    const isEnough = buffer.text.length <= CUTS_UNITS || (cuts.at(-1)?.at ?? 0) > this.#longestSegmentUnits;
    return isEnough ? cuts : segmenter.cuts(buffer.text.length);
  }

  /** The section that has something to speak next. */
  #front(): Section | undefined {
    const until = this.#markup === undefined ? Infinity : this.#read + READ_AT_ONCE_UNITS;
    for (;;) {
      this.#fill(until);
      const section = this.#sections[0];
      if (section === undefined) return undefined;
      const text = section.buffer.text;
      if (/\S/u.test(text)) return section;
      // White space as long as the window would hide what comes behind it.
      if (!section.ended && text.length < WINDOW_UNITS) return undefined;
      if (text !== "") this.take(text.length);
      if (section.ended && this.#sections[0] === section) this.#leave(section);
    }
  }

  /** The first `units` of the text that {@link TextQueue.view} showed, as they would be taken; they stay. */
  peek(units: number): TakenText {
    const mapped = this.#sections[0]?.buffer.peek(units);
    if (mapped === undefined) return { text: "", sourceAt: () => this.#taken, sourceEnd: this.#taken };
    return takenText(this.#withLoose(mapped), Math.max(this.#taken, mapped.sourceAt(mapped.text.length)));
  }

  /** What stands behind its last word goes on to the next section. */
  #leave(section: Section): void {
    this.#sections.shift();
    if (section.buffer.points.length > 0) this.#loose = [...this.#loose, ...section.buffer.points.map(({ element }) => ({ at: 0, element }))];
  }

  #withLoose(mapped: MappedText): MappedText {
    if (this.#loose.length === 0 || mapped.markup === undefined || mapped.text.trim() === "") return mapped;
    return { ...mapped, markup: { runs: mapped.markup.runs, points: [...this.#loose, ...mapped.markup.points] } };
  }

  /** Takes `units` of the text that {@link TextQueue.view} showed. */
  take(units: number): TakenText {
    const section = this.#sections[0];
    if (section === undefined) return { text: "", sourceAt: () => this.#taken, sourceEnd: this.#taken };
    section.segmenter.take(units);
    const mapped = this.#withLoose(section.buffer.take(units));
    if (mapped.text.trim() !== "") this.#loose = [];
    const isLast = section.ended && section.buffer.text === "";
    this.#taken = Math.max(this.#taken, isLast ? section.sourceEnd : mapped.sourceAt(mapped.text.length));
    if (isLast) this.#leave(section);
    return takenText(mapped, this.#taken);
  }

  /** Reads what was fed, up to about `until`. */
  #fill(until: number): void {
    for (;;) {
      const boundary = this.#boundaries[0];
      const limit = boundary?.at ?? this.fed.length;
      const open = this.#sections.at(-1);
      if (this.#read >= limit) {
        if (boundary === undefined) return;
        this.#endSection(boundary);
        continue;
      }
      if (this.#read >= until) return;
      // A later section waits until the one before it is taken: the first is the only one that is looked at.
      if (open !== undefined && (open.ended ? open.buffer.text !== "" : this.#isFull(open.buffer.text))) return;
      const piece = this.fed.slice(this.#read, Math.min(limit, this.#read + PIECE_UNITS));
      const section = this.#openSection();
      this.#add(section, this.#unmarked(this.#stages.push(piece, this.#read)), false);
      this.#read += piece.length;
    }
  }

  /**
   * Nothing can be decided in the middle of white space, so it is read on to its end; and so far behind it that there is a cut at which the
   * longest segment is over, or those who wait for one would wait for ever.
   */
  #isFull(text: string): boolean {
    return text.length >= WINDOW_UNITS && /\S/u.test(text.slice(-PIECE_UNITS)) && /\S/u.test(text.slice(this.#longestSegmentUnits + 1, -PIECE_UNITS));
  }

  #openSection(): Section {
    const last = this.#sections.at(-1);
    if (last !== undefined && !last.ended) return last;
    const section: Section = { segmenter: this.#createSegmenter(), buffer: new MappedBuffer(), ended: false, sourceEnd: 0 };
    this.#sections.push(section);
    return section;
  }

  #endSection(boundary: Boundary): void {
    this.#boundaries.shift();
    const staged = boundary.isPause ? this.#stages.settle() : this.#stages.flush();
    const rest = this.#markup === undefined ? staged : this.#lastUnmarked(this.#markup, staged);
    const last = this.#sections.at(-1);
    if (rest.text === "" && (last === undefined || last.ended)) return;
    const section = this.#openSection();
    this.#add(section, rest, true);
    section.ended = true;
    section.sourceEnd = this.#read;
  }

  #unmarked(mapped: MappedText): UnmarkedText {
    return this.#markup === undefined || mapped.text === "" ? mapped : this.#markup.push(mapped);
  }

  #lastUnmarked(markup: MarkupRemover, staged: MappedText): UnmarkedText {
    const isEnd = this.#ended && this.#boundaries.length === 0;
    const [first, last] = [this.#unmarked(staged), isEnd ? markup.end() : markup.flush()];
    if (first.text === "") return last;
    const buffer = new MappedBuffer();
    buffer.append(first);
    buffer.append(last);
    return { ...buffer.take(first.text.length + last.text.length), cutText: (first.cutText ?? first.text) + (last.cutText ?? last.text) };
  }

  #add(section: Section, mapped: UnmarkedText, ended: boolean): void {
    section.buffer.append(mapped);
    section.segmenter.add(mapped.cutText ?? mapped.text, ended);
  }
}

/** Its parts are named one by one: what is spread gets a shape of its own each time, and every segment is such a text. */
function takenText({ text, sourceAt, sourceStartAt, sourceEndAt, phonemes, markup }: MappedText, sourceEnd: number): TakenText {
  return { text, sourceAt, sourceStartAt, sourceEndAt, phonemes, markup, sourceEnd };
}
