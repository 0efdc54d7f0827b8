import type { Mark } from "@parlando/engine";

/** A mark with its place in the stream. */
export interface PublishedMark {
  readonly mark: Mark;
  readonly frame: number;
  /** Where it counts as heard: the middle of a word, the beginning of anything else. */
  readonly heardFrame: number;
}
