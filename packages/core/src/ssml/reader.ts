import type { MarkupElement } from "../text/text-markup.ts";
import { ssmlError, type SsmlProblem, type SsmlProblemKind } from "./ssml-problem.ts";
import type { SsmlTag } from "./read-tag.ts";
import { SsmlTokenizer } from "./tokenizer.ts";

/** What a reader finds, in order. Offsets are in UTF-16 units of all that was pushed. */
export type SsmlEvent =
  /** Text of an element. Where `isLiteral`, it stands in the document unit for unit; else it is the character of a reference. */
  | { readonly type: "text"; readonly text: string; readonly start: number; readonly end: number; readonly isLiteral: boolean; readonly element: MarkupElement | undefined }
  | { readonly type: "open"; readonly element: MarkupElement; readonly start: number; readonly end: number }
  /** `isEmpty`: there was neither text nor an element in it. An element that was never closed is closed where the text ends, without a length. */
  | { readonly type: "close"; readonly element: MarkupElement; readonly start: number; readonly end: number; readonly isEmpty: boolean };

/** How {@link createSsmlReader} reads. */
export interface SsmlReaderOptions {
  /** "strict" throws INVALID_INPUT at the first problem; "lenient" makes the best of it. Default "strict". */
  readonly mode?: "strict" | "lenient" | undefined;
  /** Elements inside each other, at most. Default 32. */
  readonly maxDepth?: number | undefined;
  /** Units in all, at most: more throw INVALID_INPUT, also in lenient mode. Default unlimited: what is read is not kept. */
  readonly maxCharacters?: number | undefined;
  /** Told of each problem in lenient mode. */
  readonly onProblem?: ((problem: SsmlProblem) => void) | undefined;
  /** Where a unit begins in the text that was fed, for documents that were changed on their way. */
  readonly sourceStartAt?: ((offset: number) => number) | undefined;
  /** Where the unit before an offset ends in the text that was fed. */
  readonly sourceEndAt?: ((offset: number) => number) | undefined;
}

/** Reads SSML that comes in pieces. */
export interface SsmlReader {
  /** The element in which the text stands that comes next. */
  readonly element: MarkupElement | undefined;
  /** Where the markup begins of which the end has not come; everything before it was told. */
  readonly heldStart: number;
  /**
   * Reads on.
   *
   * @throws TTSError INVALID_INPUT in strict mode, with the offset; and past `maxCharacters`.
   */
  push(text: string): SsmlEvent[];
  /**
   * No more text comes: closes what is open.
   *
   * @throws TTSError INVALID_INPUT in strict mode.
   */
  end(): SsmlEvent[];
}

const DEFAULT_DEPTH = 32;

/**
 * A reader of SSML that comes in pieces, cut anywhere. Linear in time; holds one tag at most; knows no entities besides XML's five and numbers.
 *
 * @example
 * ```ts
 * const reader = createSsmlReader({ mode: "lenient" });
 * for await (const piece of pieces) for (const event of reader.push(piece)) console.log(event.type);
 * reader.end();
 * ```
 */
export function createSsmlReader(options: SsmlReaderOptions = {}): SsmlReader {
  return new Reader(options);
}

class Reader implements SsmlReader {
  readonly #options: SsmlReaderOptions;
  readonly #tokenizer: SsmlTokenizer;
  #events: SsmlEvent[] = [];
  #element: MarkupElement | undefined;
  /** Nothing has come since the innermost element was opened. */
  #isEmpty = false;
  /** Elements that are open but not read, for they lie too deep. */
  #tooDeep = 0;
  #length = 0;
  /** The text outside of elements that is being read was told of. */
  #isStray = false;
  #roots = 0;

  constructor(options: SsmlReaderOptions) {
    this.#options = options;
    this.#tokenizer = new SsmlTokenizer({
      text: (text, start, end) => this.#text(text, start, end),
      tag: (tag, start, end) => this.#tag(tag, start, end),
      problem: (kind, offset) => this.#problem(kind, offset),
    });
  }

  get element(): MarkupElement | undefined {
    return this.#element;
  }

  get heldStart(): number {
    return this.#tokenizer.heldStart;
  }

  push(text: string): SsmlEvent[] {
    this.#length += text.length;
    if (this.#length > (this.#options.maxCharacters ?? Infinity)) throw ssmlError({ kind: "length", offset: this.#options.maxCharacters ?? 0 });
    this.#tokenizer.push(text);
    return this.#taken();
  }

  end(): SsmlEvent[] {
    this.#tokenizer.end();
    if (this.#element !== undefined || this.#tooDeep > 0) this.#problem("unclosed", this.#length);
    if (this.#roots === 0) this.#problem("root", this.#length);
    this.#tooDeep = 0;
    while (this.#element !== undefined) this.#close(this.#element, this.#length, this.#length);
    return this.#taken();
  }

  #taken(): SsmlEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #text(text: string, start: number, end: number): void {
    if (text === "") return;
    const letter = this.#element === undefined && !this.#isStray ? text.search(/\S/u) : -1;
    if (letter >= 0) {
      this.#isStray = true;
      this.#problem("root", start + letter);
    }
    this.#isEmpty = false;
    this.#events.push({ type: "text", text, start, end, isLiteral: text.length === end - start, element: this.#element });
  }

  #tag(tag: SsmlTag, start: number, end: number): void {
    this.#isStray = false;
    if (tag.kind === "close") return this.#closeNamed(tag.name, start, end);
    this.#noteRoot(tag, start);
    const { maxDepth = DEFAULT_DEPTH } = this.#options;
    if (this.#tooDeep > 0 || (this.#element?.depth ?? 0) >= maxDepth) {
      this.#problem("depth", start);
      if (tag.kind === "open") this.#tooDeep += 1;
      return;
    }
    const { sourceStartAt, sourceEndAt } = this.#options;
    const parent = this.#element;
    const element: MarkupElement = {
      name: tag.name,
      attributes: tag.attributes,
      parent,
      depth: (parent?.depth ?? 0) + 1,
      start: sourceStartAt?.(start) ?? start,
      end: sourceEndAt?.(end) ?? end,
    };
    this.#element = element;
    this.#isEmpty = true;
    this.#events.push({ type: "open", element, start, end });
    if (tag.kind === "empty") this.#close(element, start, end);
  }

  #noteRoot(tag: SsmlTag, start: number): void {
    const isTop = this.#element === undefined && this.#tooDeep === 0;
    if (tag.name === "speak" && isTop) this.#roots += 1;
    if ((tag.name === "speak") !== isTop || (isTop && this.#roots > 1)) this.#problem("root", start);
  }

  #closeNamed(name: string, start: number, end: number): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#element?.name === name) return this.#close(this.#element, start, end);
    this.#problem("nesting", start);
    let open = this.#element;
    while (open !== undefined && open.name !== name) open = open.parent;
    if (open === undefined) return;
    while (this.#element !== undefined && this.#element !== open) this.#close(this.#element, start, start);
    this.#close(open, start, end);
  }

  #close(element: MarkupElement, start: number, end: number): void {
    this.#events.push({ type: "close", element, start, end, isEmpty: this.#isEmpty });
    this.#element = element.parent;
    this.#isEmpty = false;
  }

  #problem(kind: SsmlProblemKind, offset: number): void {
    if ((this.#options.mode ?? "strict") === "strict") throw ssmlError({ kind, offset });
    this.#options.onProblem?.({ kind, offset });
  }
}
