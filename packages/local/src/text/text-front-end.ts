/** Text as a model wants it. */
export interface PreparedText {
  /** Phonemes or plain text, expression tags in place. */
  readonly text: string;
  /** For each thing that was left out or read otherwise. Holds no spoken text. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Makes text ready for a model: runs of languages, phonemes, tags, names of control tokens taken out. */
export interface TextFrontEnd {
  prepare(text: string, options: { readonly language: string | undefined; readonly signal: AbortSignal }): Promise<PreparedText>;
}
