export interface Segment {
  text: string;
  start: number;
  end: number;
  kind: "sentence" | "clause" | "word";
}

export interface Cut {
  at: number;
  kind: "sentence" | "clause" | "word";
}

/** Two ways to use it, not both on one instance: `push`/`flush` for plain splitting; `add`/`cuts`/`take` where a planner decides. */
export interface Segmenter {
  /** Adds text; returns the sentences that are finished. */
  push(text: string): Segment[];
  /** The rest, when no more text comes. */
  flush(): Segment[];
  add(text: string, ended?: boolean): void;
  /** Where the text not yet taken may be cut, finished sentences included, in offsets from its start; the first `limit` units (default 2,000). Cheap to ask again. */
  cuts(limit?: number): readonly Cut[];
  /** So much was sent; offsets count from there on. */
  take(units: number): Segment;
}
