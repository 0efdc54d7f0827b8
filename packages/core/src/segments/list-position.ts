/** A marker such as `2.`, `b)`, `(iv)` or `•`. */
export interface ListMarker {
  /** Digits, letters or roman numerals and the punctuation around them: markers of one list look alike. */
  style: string;
  value: number;
  /** Offset after it. */
  end: number;
}

/** Where in a list the sentence is: what the next marker must look like. */
export type ListPosition = Pick<ListMarker, "style" | "value">;
