import type { StreamOptions } from "@parlando/core";
import type { Engine } from "@parlando/engine";

/**
 * One engine: its name, the engine itself, or one of the two with settings of its own. `options` go to the maker of a named
 * engine (region, key, model); for an engine that is handed in they go along with every request.
 */
export type EngineChoice =
  | string
  | Engine
  | {
      engine: string | Engine;
      voice?: string | undefined;
      language?: string | undefined;
      options?: Readonly<Record<string, unknown>> | undefined;
    };

/**
 * What {@link createTTS} needs to know: which engine, and what its streams use where they say nothing themselves.
 *
 * `voice`, `url` and `engineOptions` belong to one engine, so of a list only the first one gets them (and others of the same name);
 * `language` goes to all. An entry that has its own keeps it.
 *
 * @example
 * ```ts
 * const config: TTSConfig = {
 *   engine: [myEngine, { engine: "espeak", voice: "en-us" }],
 *   voice: "ada",
 *   rate: 1.1,
 * };
 * ```
 */
export interface TTSConfig
  extends Omit<StreamOptions, "onChunk" | "onMark" | "onSpoken" | "onSegment" | "onWarning" | "onMetrics" | "onError" | "onDone" | "signal"> {
  /** A name, an engine, one with options of its own, or a list to fail over along. */
  engine: EngineChoice | readonly EngineChoice[];
  /** Where the named engine is reached, for one that speaks over the wire: short for its option `url`. As `voice`, of a list it goes to the first. */
  url?: string | undefined;
}
