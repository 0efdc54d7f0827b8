/**
 * What models need: their presets, and the files that these ask for.
 *
 * @packageDocumentation
 */

export type { LengthLimits, SamplingOptions } from "../backbone/sampling-options.ts";
export type { MachineSpeed } from "../chunks/chunk-planner.ts";
export type { WindowRule } from "../codec/speech-assembler.ts";
export type { PromptNames } from "../runtime/model-spec.ts";
export { audarPresets } from "./audar-presets.ts";
export { checkFile, type CheckedFile, type CheckFileOptions } from "./check-file.ts";
export { choosePreset } from "./choose-preset.ts";
export { findModelFiles, type FindModelFilesOptions } from "./find-files.ts";
export type { ModelFileNeed, ModelFileState, ModelPreset } from "./model-preset.ts";
