import { basename } from "node:path";
import { audarPresets } from "./audar-presets.ts";
import type { ModelPreset } from "./model-preset.ts";

/** As the files of the first generation are named, which speak phonemes. */
const firstGeneration = /^audar-tts-flash-v1/;

/**
 * The preset of a config: the one that is named, else by the name of the model's file, else the second generation, which needs no phonemizer.
 *
 * @param options - `preset`: an id; `model`: a file or folder. As in the options of the engine.
 * @returns undefined where no preset has that id.
 *
 * @example
 * ```ts
 * choosePreset({ model: "models/audar-tts-flash-v1-q8_0.gguf" })?.id; // "audar-v1-phonemes"
 * ```
 */
export function choosePreset({ preset, model }: { preset?: string | undefined; model?: string | undefined }): ModelPreset | undefined {
  const id = preset ?? (model !== undefined && firstGeneration.test(basename(model)) ? "audar-v1-phonemes" : "audar-v1-flash");
  return audarPresets.find((candidate) => candidate.id === id);
}
