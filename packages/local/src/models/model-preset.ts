import type { LengthLimits, SamplingOptions } from "../backbone/sampling-options.ts";
import type { WindowRule } from "../codec/speech-assembler.ts";
import type { MachineSpeed } from "../chunks/chunk-planner.ts";
import type { PromptNames } from "../runtime/model-spec.ts";

/** What one generation of a model expects. Numbers of the model itself (layers, heads, token ids) are not here: its files tell. */
export interface ModelPreset {
  /** As in config: `audar-v1-phonemes`. */
  readonly id: string;
  readonly title: string;
  /** "phonemes": IPA of a phonemizer. "plain": the text itself. */
  readonly text: "phonemes" | "plain";
  /** BCP-47. */
  readonly languages: readonly string[];
  readonly prompt: PromptNames;
  /** Without the seed. */
  readonly sampling: Omit<SamplingOptions, "seed">;
  /** Tokens that prompt and speech have together, at most. */
  readonly contextTokens: number;
  /** How long speech may get, by the characters of its text. */
  readonly limits: (characters: number) => LengthLimits;
  /** How long a reference may be, in milliseconds. */
  readonly referenceMs: { readonly minimum: number; readonly maximum: number };
  /** Words in brackets that the model acts out, such as `laughs`. */
  readonly expressions: readonly string[];
  readonly window: WindowRule;
  /** Codes that a character of text becomes, for estimates. */
  readonly codesPerCharacter: number;
  readonly speed: MachineSpeed;
  readonly files: readonly ModelFileNeed[];
}

/** A file that a preset needs, or one of several that would do. */
export interface ModelFileNeed {
  readonly role: "backbone" | "tokenizer" | "codec";
  /** Where a file of the role would do with any of these names, in the order they are looked for. */
  readonly names: readonly string[];
  /** The page it is fetched from, by the user. */
  readonly source: string;
  readonly licence: string;
  /** Known good ones: what differs is told as "unknown", not as an error. */
  readonly known: readonly { readonly name: string; readonly bytes: number; readonly sha256: string | undefined }[];
  /** Whether the preset works without it: a GGUF carries its tokenizer. */
  readonly optional: boolean;
}

/** What was found for one need. */
export interface ModelFileState {
  readonly need: ModelFileNeed;
  /** Places that were looked in, in order. */
  readonly searched: readonly string[];
  readonly path: string | undefined;
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
  /** "unknown": it is there and of the right kind, but none of the known ones. "broken": cut short, of another kind, or of the wrong hash. */
  readonly state: "ok" | "unknown" | "missing" | "broken";
  /** What is wrong and what to do; empty when nothing is. */
  readonly problem: string;
}
