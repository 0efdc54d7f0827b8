/**
 * Text after a stage, with the way back to what was fed.
 *
 * @example
 * ```ts
 * // "&" was fed at offset 10 and is now spoken as "and".
 * const mapped: MappedText = { text: "and", sourceAt: (index) => (index < 3 ? 10 : 11) };
 * ```
 */
export interface MappedText {
  text: string;
  /** Offset in the fed text for an offset in `text`; never decreasing, defined up to and including `text.length`. */
  sourceAt(index: number): number;
}

/** A streaming change of text (Markdown, emoji, pronunciations), one for each stream. */
export interface TextStage {
  /** Takes the next text; returns what is certain by now. */
  push(text: MappedText): MappedText;
  /** Returns what was held back; the stage may be used again for text that follows. */
  flush(): MappedText;
}

/** Text that was not changed: it begins at `start` of what was fed. */
export function unchangedText(text: string, start: number): MappedText {
  return { text, sourceAt: (index) => start + index };
}
