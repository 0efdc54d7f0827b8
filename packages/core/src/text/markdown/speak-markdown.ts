import type { TextStage } from "../mapped-text.ts";
import { createRewriter, type RewriteCursor, type TextReader } from "../rewrite/rewriter.ts";
import { readFence } from "./fence.ts";
import { formulaWords } from "./formula.ts";
import { readInline } from "./inline.ts";
import { readLineStart } from "./line-start.ts";
import { markdownPhrasesFor } from "./markdown-phrases.ts";
import { createMarkdownState, type MarkdownSettings, type MarkdownState } from "./markdown-state.ts";

/** Options of {@link speakMarkdown}. */
export interface SpeakMarkdownOptions {
  /** The language that is spoken, as a BCP 47 tag: chooses the phrases. Default "en". */
  readonly language?: string | undefined;
  /**
   * A block of code: `"announce"` says a short phrase instead (`Code block in Python.`), `"omit"` nothing, `"read"` reads the code; a function says what
   * it returns for the programming language ("" where none is told). Default "announce".
   */
  readonly codeBlocks?: "announce" | "omit" | "read" | ((language: string) => string) | undefined;
  /** Code in a line: `"read"` as it is, `"omit"`, or what a function returns. Default "read". */
  readonly inlineCode?: "read" | "omit" | ((code: string) => string) | undefined;
  /** An image: `"alternative"` reads its alternative text, `"omit"` nothing, or what a function returns for that text. Default "alternative". */
  readonly images?: "alternative" | "omit" | ((alternative: string) => string) | undefined;
  /** A formula in LaTeX: `"read"` writes it as one line without commands (`x² / 2`), `"omit"` says nothing, `"keep"` leaves it as it is, or what a function returns for it. Default "read". */
  readonly formulas?: "read" | "omit" | "keep" | ((latex: string) => string) | undefined;
  /** What is said before a task, done and open; "" for nothing. Default: `Done:` and `To do:` in the language. */
  readonly tasks?: { readonly done: string; readonly open: string } | undefined;
}

/**
 * Reads Markdown as a person would: no markers, links by their text, images by their alternative text, tables cell by cell, a phrase for a block of code.
 * Headings, items and rows end as sentences. Stars and lines that mean something else stay (`2 * 3`, `snake_case`); formulas in LaTeX are written as engines can read them.
 *
 * Holds back at most 2,000 units, and mostly a letter or two: a link, a comment or the head of a table until it is seen to its end, emphasis that may be none
 * for 200 units, code in a line for 500.
 *
 * @example
 * ```ts
 * const stream = tts.createStream({ textStages: [speakMarkdown({ language: "en", codeBlocks: "omit" })] });
 * ```
 */
export function speakMarkdown(options: SpeakMarkdownOptions = {}): () => TextStage {
  const settings = settingsOf(options);
  return () => createRewriter(new MarkdownReader(settings));
}

function settingsOf(options: SpeakMarkdownOptions): MarkdownSettings {
  const { codeBlocks = "announce", inlineCode = "read", images = "alternative", formulas = "read" } = options;
  const phrases = markdownPhrasesFor(options.language ?? "en");
  const announce = (language: string): string => (language === "" ? phrases.code : phrases.codeIn(language));
  return {
    sayCodeBlock: typeof codeBlocks === "function" ? codeBlocks : { announce, omit: () => "", read: () => undefined }[codeBlocks],
    sayCode: typeof inlineCode === "function" ? inlineCode : () => (inlineCode === "omit" ? "" : undefined),
    sayImage: typeof images === "function" ? images : () => (images === "omit" ? "" : undefined),
    sayFormula: typeof formulas === "function" ? formulas : { read: formulaWords, omit: () => "", keep: () => undefined }[formulas],
    taskDone: options.tasks?.done ?? phrases.done,
    taskOpen: options.tasks?.open ?? phrases.open,
  };
}

class MarkdownReader implements TextReader {
  readonly #settings: MarkdownSettings;
  #state: MarkdownState;

  constructor(settings: MarkdownSettings) {
    this.#settings = settings;
    this.#state = createMarkdownState(settings);
  }

  restart(): void {
    this.#state = createMarkdownState(this.#settings);
  }

  read(cursor: RewriteCursor): boolean {
    const state = this.#state;
    if (state.fence !== undefined) return readFence(cursor, state, state.fence);
    if (state.atLineStart) {
      const isRead = readLineStart(cursor, state);
      if (isRead !== undefined) return isRead;
    }
    return readInline(cursor, state);
  }
}
