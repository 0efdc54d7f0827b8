import type { SpeechStream, StreamOptions } from "@parlando/core";
import type { Engine, Voice } from "@parlando/engine";

/**
 * What the server needs of a TTS; the one of `createTTS()` has it. Stays its maker's: the server closes the streams that it made, never the TTS.
 *
 * @example
 * ```ts
 * const tts = await createTTS({ engine: "espeak" });
 * const server = await createServer(tts);
 * ```
 */
export interface ServedTTS {
  /** In the order in which they take over from each other. */
  readonly engines: readonly Engine[];
  /** A stream that takes text piece by piece. */
  createStream(options?: StreamOptions): SpeechStream;
  /** The voices of all engines. */
  voices(): Promise<readonly Voice[]>;
}

/** What is served: one TTS, as the model `default`, or several by the names that requests use as `model`; the first is the default. */
export type ServedModels = ServedTTS | Readonly<Record<string, ServedTTS>>;
