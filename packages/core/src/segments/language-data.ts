/**
 * What a full stop after a known abbreviation can mean.
 *
 * - `title`: stands before a name; never ends a sentence.
 * - `never`: stands before what it points at (`e.g.`, `vs.`); never ends a sentence.
 * - `number`: stands before a number (`p. 5`, `No. 7`); otherwise like any word.
 * - `proper`: like `inner`, but only when written with a capital, since it is a word as well (`Sat.`, `Mass.`).
 * - `inner`: may end a sentence, which only shows when the next word is one that begins sentences.
 * - `closing`: ends a sentence whenever a capital follows (`etc.`).
 */
export type AbbreviationKind = "title" | "never" | "number" | "inner" | "proper" | "closing";

/** Data of a language; words are separated by spaces, written in lower case and without their last full stop. */
export interface LanguageData extends Partial<Readonly<Record<AbbreviationKind, string>>> {
  /** Words that often begin a sentence and are not names. */
  readonly starters?: string | undefined;
  /** Words of one letter, with what signs it carries, that are no initials, where letters have no case. */
  readonly words?: string | undefined;
  /** Ends of compounds that are abbreviations of the kind `inner` (`Goethestr.`). */
  readonly endings?: string | undefined;
  /** Ordinal numbers are written with a full stop (`12. Juni`). */
  readonly ordinals?: boolean | undefined;
  /** Nouns are written with a capital, so that many begin like a word that begins sentences (`Unternehmen`, `Diesel`). */
  readonly capitalNouns?: boolean | undefined;
}
