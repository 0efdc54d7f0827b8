/** What a mark tells about. */
export type MarkKind = "word" | "sentence" | "character" | "phoneme" | "viseme" | "bookmark";

/**
 * A timed event. In an `EngineEvent`, times and offsets count from the start of the request; in what a stream delivers,
 * from the start of the stream. Core maps the one to the other, and nobody else does.
 *
 * @example
 * ```ts
 * const mark: Mark = { kind: "word", timeMs: 120, durationMs: 310, textStart: 0, textEnd: 5, value: "Hello", source: "native" };
 * ```
 */
export interface Mark {
  kind: MarkKind;
  /** In milliseconds of audio. */
  timeMs: number;
  /** In milliseconds; a word without one ends where the next begins. */
  durationMs?: number | undefined;
  /** First UTF-16 unit of the text that the mark is about. */
  textStart: number;
  /** One past the last UTF-16 unit. */
  textEnd: number;
  /** The word, phoneme, viseme or bookmark name. */
  value: string;
  /** Where the time came from: told by the engine, found by alignment, or worked out from the text. */
  source: "native" | "aligned" | "estimated";
}
