import type { Mark } from "@parlando/engine";

/** A mark with its place in the stream. */
export interface PublishedMark {
  readonly mark: Mark;
  /** Where it begins: when the listener is there, he has reached it. */
  readonly frame: number;
}
