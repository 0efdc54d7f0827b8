/**
 * What models need: their presets, and the files that these ask for.
 *
 * @packageDocumentation
 */

export type { LengthLimits, SamplingOptions } from "../backbone/sampling-options.ts";
export type { MachineSpeed } from "../chunks/chunk-planner.ts";
export type { WindowRule } from "../codec/speech-assembler.ts";
export type { PromptNames } from "../runtime/model-spec.ts";
export type { ModelFileNeed, ModelFileState, ModelPreset } from "./model-preset.ts";
