/** Text after a stage, with the way back to what was fed. */
export interface MappedText {
  text: string;
  /** Offset in the fed text for an offset in `text`. */
  sourceAt(index: number): number;
}

/** A streaming change of text (Markdown, emoji, pronunciations), one for each stream. */
export interface TextStage {
  push(text: MappedText): MappedText;
  flush(): MappedText;
}
