import type { MappedText } from "../text/mapped-text.ts";
import type { MarkupElement } from "../text/text-markup.ts";
import { BETWEEN_WORDS, BLOCKS, UNSPOKEN, WHOLE } from "./element-names.ts";
import { MarkupOutput, type MarkedText } from "./markup-output.ts";
import { createSsmlReader, type SsmlEvent, type SsmlReader } from "./reader.ts";
import { SourceTrack } from "./source-track.ts";
import type { SsmlProblem } from "./ssml-problem.ts";

/** Takes the tags out of SSML that comes in pieces. One for each stream. */
export interface MarkupStage {
  push(text: MappedText): MarkedText;
  /** What is held back where the text is flushed: nothing of a tag, which goes on behind the flush. */
  flush(): MarkedText;
  /** The last text: what is open is closed. */
  end(text?: MappedText): MarkedText;
}

/** What {@link createMarkupStage} tells. */
export interface MarkupStageOptions {
  /** Told of each problem; offsets are in the text that was fed. */
  readonly onProblem?: ((problem: SsmlProblem) => void) | undefined;
  /** Told of each `mark` when it was read. */
  readonly onMark?: ((element: MarkupElement) => void) | undefined;
}

/** A whole that is longer may be cut like other text: it was never closed. */
const LONGEST_WHOLE = 400;

/** More elements without text between two words are not kept: what is held must be bounded. */
const MOST_POINTS = 256;

/**
 * Turns SSML into its words, which know in which elements they stand: so they are cut like any text, and written as SSML again for the engine that
 * speaks them. Blocks (`s`, `p`) are set apart by empty lines. It never throws: what is wrong is told, and read as well as can be.
 */
export function createMarkupStage(options: MarkupStageOptions = {}): MarkupStage {
  return new Stage(options);
}

class Stage implements MarkupStage {
  readonly #options: MarkupStageOptions;
  readonly #reader: SsmlReader;
  readonly #track = new SourceTrack();
  readonly #output = new MarkupOutput();
  /** Something has been said since the last empty line. */
  #hasBlock = false;
  #endsInSpace = true;
  #unspoken = 0;
  /** Elements without text since the last word. */
  #points = 0;
  /** Elements around the text that are one thing said, and the units since the outermost began. */
  #wholes = 0;
  #wholeUnits = 0;

  constructor(options: MarkupStageOptions) {
    this.#options = options;
    this.#reader = createSsmlReader({
      mode: "lenient",
      onProblem: ({ kind, offset }) => options.onProblem?.({ kind, offset: this.#track.startAt(offset) }),
      sourceStartAt: (offset) => this.#track.startAt(offset),
      sourceEndAt: (offset) => this.#track.endAt(offset),
    });
  }

  push(text: MappedText): MarkedText {
    this.#add(text);
    return this.#output.take();
  }

  #add(text: MappedText): void {
    this.#track.append(text);
    this.#take(this.#reader.push(text.text));
    this.#track.release(this.#reader.heldStart);
  }

  flush(): MarkedText {
    this.#hasBlock = false;
    this.#endsInSpace = true;
    return this.#output.take();
  }

  end(text?: MappedText): MarkedText {
    if (text !== undefined) this.#add(text);
    this.#take(this.#reader.end());
    return this.flush();
  }

  #take(events: readonly SsmlEvent[]): void {
    for (const event of events) {
      if (event.type === "text") this.#text(event);
      else if (event.type === "open") this.#open(event.element, event.start, event.end);
      else this.#close(event);
    }
  }

  #text({ text, start, end, isLiteral, element }: Extract<SsmlEvent, { type: "text" }>): void {
    if (this.#unspoken > 0) return;
    // Lines of a document mean nothing; an empty line here means a block.
    const spoken = text.replaceAll(/[\n\r\t\u0085\u2028\u2029]/gu, " ");
    this.#say(spoken, element, (index) => {
      return isLiteral ? [this.#track.startAt(start + index), this.#track.endAt(start + index + 1)] : [this.#track.startAt(start), this.#track.endAt(end)];
    });
    if (!/\S/u.test(spoken)) return;
    this.#hasBlock = true;
    this.#points = 0;
  }

  #say(text: string, element: MarkupElement | undefined, sourceOf: (index: number) => readonly [number, number]): void {
    const isWhole = this.#wholes > 0 && this.#wholeUnits < LONGEST_WHOLE;
    if (this.#wholes > 0) this.#wholeUnits += text.length;
    this.#output.add(text, isWhole ? text.replaceAll(/[^\p{L}\p{N}\p{M}]/gu, (sign) => "x".repeat(sign.length)) : text, element, sourceOf);
    this.#endsInSpace = /\s$/u.test(text);
  }

  #open(element: MarkupElement, start: number, end: number): void {
    const { name } = element;
    if (UNSPOKEN.has(name)) this.#unspoken += 1;
    if (BLOCKS.has(name)) this.#endBlock(element.parent, start, end);
    if (BETWEEN_WORDS.has(name) && this.#hasBlock && !this.#endsInSpace) this.#say(" ", element.parent, this.#between(start, end));
    if (WHOLE.has(name)) {
      if (this.#wholes === 0) this.#wholeUnits = 0;
      this.#wholes += 1;
    }
  }

  #addPoint(element: MarkupElement): void {
    this.#points += 1;
    this.#output.addPoint(element);
    if (element.name === "mark") this.#options.onMark?.(element);
  }

  #close({ element, start, end, isEmpty }: Extract<SsmlEvent, { type: "close" }>): void {
    const { name } = element;
    if (isEmpty && (this.#unspoken === 0 || UNSPOKEN.has(name)) && this.#points < MOST_POINTS) this.#addPoint(element);
    if (UNSPOKEN.has(name)) this.#unspoken -= 1;
    if (WHOLE.has(name)) this.#wholes -= 1;
    if (BLOCKS.has(name)) this.#endBlock(element.parent, start, end);
  }

  /** What stands before and behind a block are two sentences. */
  #endBlock(parent: MarkupElement | undefined, start: number, end: number): void {
    if (!this.#hasBlock || this.#unspoken > 0) return;
    this.#hasBlock = false;
    this.#say("\n\n", parent, this.#between(start, end));
  }

  /** White space that stands for a tag. */
  #between(start: number, end: number): () => readonly [number, number] {
    const range = [this.#track.startAt(start), Math.max(this.#track.startAt(start), this.#track.endAt(end))] as const;
    return () => range;
  }
}
