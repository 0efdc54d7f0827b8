/**
 * Turns text of one language into IPA: what a neural engine with phonemes is handed. The function `phonemize` of `@parlando/espeak` has this form.
 * Punctuation stands between spaces, stress marks are kept.
 */
export type Phonemize = (text: string, language: string, options?: PhonemizeWishes) => Promise<string>;

/** What is asked of a phonemizer. */
export interface PhonemizeWishes {
  readonly stress?: boolean | undefined;
  readonly punctuation?: "spaced" | "attached" | "none" | undefined;
  /** False: the text is of one language already, nothing in it is to be guessed. */
  readonly latinLanguage?: string | false | undefined;
  readonly signal?: AbortSignal | undefined;
}
