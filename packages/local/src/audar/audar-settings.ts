import { TTSError } from "@parlando/engine";
import { audarPresets } from "../models/audar-presets.ts";
import { choosePreset } from "../models/choose-preset.ts";
import type { ModelPreset } from "../models/model-preset.ts";
import { audarId, checkEngineOptions, type AudarOptions } from "./audar-options.ts";

/** What an engine works with: its options, checked, and what follows from them. */
export interface AudarSettings {
  readonly options: AudarOptions;
  readonly preset: ModelPreset;
  readonly slots: number;
  /** Whether the same request gives the same samples. */
  readonly seeded: boolean;
  readonly voice: string;
}

/**
 * Checks the options and chooses a preset. Reads no file.
 *
 * @throws TTSError `INVALID_CONFIG` for options that are wrong or unknown, and for a preset that there is not.
 */
export function readSettings(given: unknown): AudarSettings {
  const options = checkEngineOptions(given);
  const seeded = options.seed !== undefined;
  return { options, preset: presetOf(options), seeded, slots: options.slots ?? (seeded ? 1 : 2), voice: options.voice ?? "Eve" };
}

function presetOf(options: AudarOptions): ModelPreset {
  const found = choosePreset(options);
  if (found !== undefined) return found;
  throw new TTSError("INVALID_CONFIG", `Reading the options of the ${audarId} engine: there is no such \`preset\`. There are: ${audarPresets.map((candidate) => candidate.id).join(", ")}.`, { engine: audarId });
}
