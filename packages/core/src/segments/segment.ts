/** A stretch of text, as it was cut. */
export interface Segment {
  /** Exactly the text between {@link Segment.start} and {@link Segment.end}. */
  text: string;
  /** Offset of its first UTF-16 unit in all that was fed to the segmenter. */
  start: number;
  /** Offset after its last unit. */
  end: number;
  /** What ends with it. `word` and `clause` from `push` only when a sentence is longer than 5,000 units. */
  kind: "sentence" | "clause" | "word";
}

/** A place where text may be cut: directly after the last unit that is not white space. */
export interface Cut {
  /** Offset in UTF-16 units from the start of the text not yet taken. */
  at: number;
  /** What ends there. A finished sentence inside quotes or brackets counts as a clause. */
  kind: "sentence" | "clause" | "word";
}

/**
 * Cuts text that comes in pieces. Two ways to use it, not both on one instance: `push`/`flush` for plain splitting;
 * `add`/`cuts`/`take` where a planner decides. Neither depends on the pieces: a split surrogate pair or a word that comes
 * letter by letter changes nothing.
 */
export interface Segmenter {
  /** Adds text; returns the sentences that are finished, without the white space around them. */
  push(text: string): Segment[];
  /** The rest, when no more text comes. White space alone is no segment. */
  flush(): Segment[];
  /** Adds text for {@link Segmenter.cuts}; `ended` says that it was the last. */
  add(text: string, ended?: boolean): void;
  /**
   * Where the text not yet taken may be cut, finished sentences included, in offsets from its start; the first `limit` units
   * behind the white space at its head (default 2,000). Cheap to ask again.
   *
   * Only what no later text can change is listed, so that the list of a growing text only grows; when the text is over, its
   * end is a sentence. White space alone has no cuts.
   */
  cuts(limit?: number): readonly Cut[];
  /**
   * So much was sent; offsets count from there on. The segment holds every unit taken, white space included.
   *
   * @throws TTSError INTERNAL when more is taken than is held, or not a whole number above 0.
   */
  take(units: number): Segment;
}
