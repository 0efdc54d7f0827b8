import type { Cut, Segmenter } from "../segments/segment.ts";
import { FedText } from "./fed-text.ts";
import { MappedBuffer } from "./mapped-buffer.ts";
import type { MappedText, TextStage } from "./mapped-text.ts";
import { createStageChain, type StageChain } from "./stage-chain.ts";

/** Text is read by the segmenter up to this far ahead of what was sent: enough for every decision, and quickly done. */
const WINDOW_UNITS = 4096;

/** So much goes through the stages at once: what they write for it may be ten times as long, as the names of emoji are. */
const PIECE_UNITS = 512;

/** Cuts are looked for in so much of it: more than any segment needs, and found within a few milliseconds in every script. */
const CUTS_UNITS = 1000;

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

/** What {@link TextQueue} needs. */
export interface TextQueueOptions {
  readonly createSegmenter: () => Segmenter;
  readonly stages: readonly (() => TextStage)[];
  /** How far the segmenter reads ahead of what was sent; unlimited for text that is only cut at flushes. */
  readonly windowUnits?: number | undefined;
}

/** Holds the text between `feed()` and the engine: runs the stages, knows where it may be cut, and what is still waiting. */
export class TextQueue {
  readonly fed: FedText = new FedText();
  readonly #createSegmenter: () => Segmenter;
  readonly #stages: StageChain;
  readonly #windowUnits: number;
  readonly #sections: Section[] = [];
  /** Where the fed text was flushed or ended, not yet reached. */
  readonly #boundaries: Boundary[] = [];
  #read = 0;
  #taken = 0;
  #ended = false;

  constructor(options: TextQueueOptions) {
    this.#createSegmenter = options.createSegmenter;
    this.#stages = createStageChain(options.stages);
    this.#windowUnits = options.windowUnits ?? WINDOW_UNITS;
  }

  /** Fed UTF-16 units that were not taken yet. What the stages left out, or hold back behind all that was taken, does not wait. */
  get waiting(): number {
    const isEmpty = this.#sections.every((section) => section.buffer.text === "");
    return this.fed.length - (isEmpty ? Math.max(this.#read, this.#taken) : this.#taken);
  }

  /** No more text comes, and all of it was taken. */
  get drained(): boolean {
    return this.#ended && this.#front() === undefined;
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
    return section === undefined ? undefined : { text: section.buffer.text, cuts: section.segmenter.cuts(CUTS_UNITS), ended: section.ended };
  }

  /** The section that has something to speak next. */
  #front(): Section | undefined {
    for (;;) {
      this.#fill();
      const section = this.#sections[0];
      if (section === undefined) return undefined;
      const text = section.buffer.text;
      if (/\S/u.test(text)) return section;
      // White space as long as the window would hide what comes behind it.
      if (!section.ended && text.length < this.#windowUnits) return undefined;
      if (text !== "") this.take(text.length);
      if (section.ended && this.#sections[0] === section) this.#sections.shift();
    }
  }

  /** The first `units` of the text that {@link TextQueue.view} showed, as they would be taken; they stay. */
  peek(units: number): TakenText {
    const mapped = this.#sections[0]?.buffer.peek(units);
    if (mapped === undefined) return { text: "", sourceAt: () => this.#taken, sourceEnd: this.#taken };
    return { ...mapped, sourceEnd: Math.max(this.#taken, mapped.sourceAt(mapped.text.length)) };
  }

  /** Takes `units` of the text that {@link TextQueue.view} showed. */
  take(units: number): TakenText {
    const section = this.#sections[0];
    if (section === undefined) return { text: "", sourceAt: () => this.#taken, sourceEnd: this.#taken };
    section.segmenter.take(units);
    const mapped = section.buffer.take(units);
    const isLast = section.ended && section.buffer.text === "";
    this.#taken = Math.max(this.#taken, isLast ? section.sourceEnd : mapped.sourceAt(mapped.text.length));
    if (isLast) this.#sections.shift();
    return { ...mapped, sourceEnd: this.#taken };
  }

  #fill(): void {
    for (;;) {
      const boundary = this.#boundaries[0];
      const limit = boundary?.at ?? this.fed.length;
      const open = this.#sections.at(-1);
      if (this.#read >= limit) {
        if (boundary === undefined) return;
        this.#endSection(boundary);
        continue;
      }
      // A later section waits until the one before it is taken: the first is the only one that is looked at.
      if (open !== undefined && (open.ended ? open.buffer.text !== "" : this.#isFull(open.buffer.text))) return;
      const piece = this.fed.slice(this.#read, Math.min(limit, this.#read + Math.min(this.#windowUnits, PIECE_UNITS)));
      const section = this.#openSection();
      this.#add(section, this.#stages.push(piece, this.#read), false);
      this.#read += piece.length;
    }
  }

  /** Nothing can be decided in the middle of white space, so it is read on to its end. */
  #isFull(text: string): boolean {
    return text.length >= this.#windowUnits && /\S/u.test(text.slice(-PIECE_UNITS));
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
    const rest = boundary.isPause ? this.#stages.settle() : this.#stages.flush();
    const last = this.#sections.at(-1);
    if (rest.text === "" && (last === undefined || last.ended)) return;
    const section = this.#openSection();
    this.#add(section, rest, true);
    section.ended = true;
    section.sourceEnd = this.#read;
  }

  #add(section: Section, mapped: MappedText, ended: boolean): void {
    section.buffer.append(mapped);
    section.segmenter.add(mapped.text, ended);
  }
}
