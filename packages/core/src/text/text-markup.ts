/**
 * An element of SSML. Compared by identity: stretches of a text that share the object stand in the same element, however the text was cut.
 */
export interface MarkupElement {
  /** As it was written, with its prefix: `prosody`, `vendor:effect`. */
  readonly name: string;
  /** Values without quotes, references resolved; in the order in which they were written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The element around it; undefined at the top. */
  readonly parent: MarkupElement | undefined;
  /** 1 at the top. */
  readonly depth: number;
  /** Where its opening tag begins, in UTF-16 units of the text that was fed. */
  readonly start: number;
  /** Where its opening tag ends. */
  readonly end: number;
}

/** A stretch of a text, in UTF-16 units, and the innermost element it stands in. */
export interface MarkupRun {
  readonly start: number;
  readonly end: number;
  readonly element: MarkupElement | undefined;
}

/** An element without text, such as `break` and `mark`, and where in the text it stands. */
export interface MarkupPoint {
  readonly at: number;
  readonly element: MarkupElement;
}

/** The elements of a text from which the tags were taken. */
export interface TextMarkup {
  /** In order, without gaps: together they are the text. */
  readonly runs: readonly MarkupRun[];
  /** In order. */
  readonly points: readonly MarkupPoint[];
}
