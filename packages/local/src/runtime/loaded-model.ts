import type { CodeGenerator, CodeTokens } from "../backbone/code-generator.ts";
import type { ChunkPlanner, MachineSpeed } from "../chunks/chunk-planner.ts";
import type { SpeechAssembler } from "../codec/speech-assembler.ts";
import type { PromptBuilder } from "./build-prompt.ts";
import type { DeviceMemory } from "./device.ts";
import type { ModelReport, ModelSpec, SpeechJob, VoiceReference } from "./model-spec.ts";

/** A model in memory, with all that a speech is made with. */
export interface LoadedModel {
  readonly report: ModelReport;
  readonly generator: CodeGenerator;
  readonly codeTokens: CodeTokens;
  readonly prompts: PromptBuilder;
  /** Tokens that prompt and speech may have together: the least of what the preset and the model's files say. */
  readonly contextTokens: number;
  readonly speed: SpeedRecorder;
  /** Time of the decoder for one code of a long piece, windows and all, by what was measured. */
  decodeMsPerCode(): number;
  /** Joins windows to one speech that follows the voice's reference. */
  openAssembler(voice: VoiceReference): SpeechAssembler;
  openPlanner(job: SpeechJob, assembler: SpeechAssembler): ChunkPlanner;
  memory(): Promise<DeviceMemory>;
  close(): Promise<void>;
}

/** What is measured while speeches are made. */
export interface SpeedRecorder {
  /** Time that one code took at its share of the device, and for how much of it a window was decoded. */
  code(ms: number, decodingMs: number): void;
  /** Time that a window of so many codes took to decode. */
  window(codes: number, ms: number): void;
  speed(): MachineSpeed;
}

/** Loads a model. Handed to whoever serves models, so that tests can give one of their own. */
export type LoadModel = (spec: ModelSpec) => Promise<LoadedModel>;
