import type { Voice } from "@parlando/engine";
import type { ServedTTS } from "../served-tts.ts";

/** A TTS and the name that it is served by. */
export interface ServedModel {
  readonly name: string;
  readonly tts: ServedTTS;
}

/** What is served, by name: names are keys of a map, never paths. */
export interface ModelShelf {
  /** The first is the default. */
  readonly models: readonly ServedModel[];
  /** @throws Problem 404 `model_not_found` with the names there are; 400 for what can be no name. */
  find(name: string | undefined): ServedModel;
  /**
   * The engine's voice for a name of a request: by alias; OpenAI's own names lead to the default where no engine of the model has such a voice (its list is asked for
   * once, and not waited for long). What is left is given to the engine, which knows. Never rejects.
   */
  voiceOf(name: string | undefined, model: ServedModel): Promise<string | undefined>;
  /** The voices of all models, kept for a minute. */
  voices(signal: AbortSignal): Promise<readonly (Voice & { readonly model: string })[]>;
}
