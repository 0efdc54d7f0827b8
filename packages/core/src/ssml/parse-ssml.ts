import { TTSError } from "@parlando/engine";
import { createMarkupStage } from "./markup-stage.ts";
import { createSsmlReader, type SsmlReaderOptions } from "./reader.ts";

/** A stretch of text in a document, references resolved. */
export interface SsmlText {
  readonly type: "text";
  readonly text: string;
  /** UTF-16 units from the start of the document. */
  readonly start: number;
  readonly end: number;
}

/** An element of a document. */
export interface SsmlElement {
  readonly type: "element";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SsmlNode[];
  /** From its opening tag to the end of its closing tag, in UTF-16 units from the start of the document. */
  readonly start: number;
  readonly end: number;
}

/** What a document consists of. */
export type SsmlNode = SsmlText | SsmlElement;

/** How {@link parseSsml} reads. */
export type ParseSsmlOptions = Pick<SsmlReaderOptions, "mode" | "maxDepth" | "maxCharacters" | "onProblem">;

/** A document that was read. */
export interface SsmlDocument {
  /** One element, `speak`, with white space around it where the document was read strictly. */
  readonly children: readonly SsmlNode[];
  /** The words as they are spoken: without tags, blocks set apart by empty lines. */
  readonly text: string;
}

/** The longest document that is read at once, in UTF-16 units, where no other bound is given. */
const LONGEST_DOCUMENT = 1_000_000;

/**
 * Reads a whole SSML document into a tree. Document types, comments and processing instructions are passed over (a document type only in
 * lenient mode); no entity is ever expanded besides XML's five and characters by number.
 *
 * @throws TTSError INVALID_INPUT with the offset of the first problem, in strict mode (the default); in both when it is longer than
 * `maxCharacters` (default 1,000,000).
 * @example
 * ```ts
 * const { text } = parseSsml("<speak>Fish &amp; <emphasis>chips</emphasis></speak>"); // "Fish & chips"
 * ```
 */
export function parseSsml(document: string, options: ParseSsmlOptions = {}): SsmlDocument {
  if (typeof document !== "string") throw new TTSError("INVALID_INPUT", `parseSsml() was given a value of type ${typeof document}; it takes a string.`);
  const reader = createSsmlReader({ ...options, maxCharacters: options.maxCharacters ?? LONGEST_DOCUMENT });
  const top: SsmlNode[] = [];
  const open: { children: SsmlNode[]; start: number }[] = [];
  for (const event of [...reader.push(document), ...reader.end()]) {
    const children = open.at(-1)?.children ?? top;
    if (event.type === "open") open.push({ children: [], start: event.start });
    else if (event.type === "text") children.push({ type: "text", text: event.text, start: event.start, end: event.end });
    else {
      const closed = open.pop();
      const { name, attributes } = event.element;
      (open.at(-1)?.children ?? top).push({ type: "element", name, attributes, children: closed?.children ?? [], start: closed?.start ?? event.start, end: event.end });
    }
  }
  const { text } = createMarkupStage().end({ text: document, sourceAt: (index) => index });
  return { children: top, text: text.trim() };
}
