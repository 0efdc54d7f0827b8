import type { Clock } from "@parlando/core";
import { findCodeTokens } from "../backbone/code-tokens.ts";
import type { CodeGenerator } from "../backbone/code-generator.ts";
import type { ChunkPlanner, MachineSpeed } from "../chunks/chunk-planner.ts";
import type { WindowCodec } from "../codec/codec.ts";
import { createWindowAssembler } from "../codec/window-assembler.ts";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { createPromptBuilder } from "./build-prompt.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { ModelReport, ModelSpec, PromptNames, SpeechJob, VoiceReference } from "./model-spec.ts";

/** The names in the tiny vocabulary. */
export const promptNames: PromptNames = {
  opening: "user: Convert the text to speech:",
  refTextStart: "<|REF_TEXT_START|>", refTextEnd: "<|REF_TEXT_END|>", refSpeechStart: "<|REF_SPEECH_START|>", refSpeechEnd: "<|REF_SPEECH_END|>",
  targetTextStart: "<|TARGET_TEXT_START|>", targetTextEnd: "<|TARGET_TEXT_END|>", answer: "\nassistant:", targetCodesStart: "<|TARGET_CODES_START|>",
  stop: "<|TARGET_CODES_END|>", codes: 512,
};

export const testWindow = { lookBack: 51, lookAhead: 4, fade: 2, tail: 2 } as const;

export const testVoice: VoiceReference = { key: "voice", text: "what was said", codes: Int32Array.from({ length: 60 }, (_, index) => index) };

/** A spec of files that nobody reads. */
export const testSpec = (spec: Partial<ModelSpec> = {}): ModelSpec => ({
  backbonePath: "/models/backbone.gguf", tokenizerPath: undefined, codecPath: "/models/codec.onnx", backboneDevice: "auto", codecDevice: "cpu",
  modules: { onnx: "onnxruntime-node", llama: "node-llama-cpp" }, prompt: promptNames, contextTokens: 2_048, slots: 4, threads: { backbone: undefined, codec: undefined },
  window: testWindow, speed: testSpeed, ...spec,
});

export const testSpeed: MachineSpeed = { codeMs: 5, decode: { startMs: 2, perCodeMs: 0.1 }, samples: 0 };

export const testJob = (job: Partial<SpeechJob> = {}): SpeechJob => ({
  voice: testVoice, text: "hello", chunkCodes: 5, expectedCodes: 50, highWaterMs: 2_000, maximumWaitMs: 60_000,
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, repetitionWindow: 0, seed: 1 },
  limits: { minimumCodes: 0, maximumCodes: 500 }, ...job,
});

/** Takes always so many codes, and all at the end. */
export function fixedPlanner(count: number, tooSlow?: ChunkPlanner["tooSlow"]): ChunkPlanner {
  return { tooSlow, next: ({ generated, handed, ended }) => (ended ? generated - handed : generated - handed >= count + 6 ? count : 0) };
}

export interface ScriptedModelOptions {
  readonly generator: CodeGenerator;
  readonly codec?: WindowCodec | undefined;
  readonly clock?: Clock | undefined;
  readonly planner?: ((job: SpeechJob) => ChunkPlanner) | undefined;
  readonly speed?: MachineSpeed | undefined;
  readonly warnings?: ModelReport["warnings"];
}

/** A loaded model without files: what it measured and whether it was closed can be asked. */
export function createScriptedModel(options: ScriptedModelOptions): LoadedModel & { closed: number; readonly codeMs: number[]; readonly decodingMs: number[]; readonly windows: { codes: number; ms: number }[] } {
  const { generator, codec = createScriptedCodec(), planner = ({ chunkCodes }: SpeechJob) => fixedPlanner(chunkCodes === "adaptive" ? 10 : chunkCodes), speed = testSpeed } = options;
  const codeTokens = findCodeTokens(generator.tokenizer, { codes: 512, stop: promptNames.stop });
  const model = {
    closed: 0,
    codeMs: [] as number[],
    decodingMs: [] as number[],
    windows: [] as { codes: number; ms: number }[],
    report: {
      backbone: generator.facts, codec: codec.geometry, device: generator.device, codecDevice: codec.device, tried: [],
      warnings: options.warnings, memory: { totalBytes: undefined, freeBytes: undefined }, loadMs: 1,
    },
    generator, codeTokens,
    prompts: createPromptBuilder(generator.tokenizer, promptNames, codeTokens),
    contextTokens: generator.facts.contextTokens,
    speed: {
      code: (ms: number, decodingMs: number) => {
        model.codeMs.push(ms);
        model.decodingMs.push(decodingMs);
      },
      window: (codes: number, ms: number) => void model.windows.push({ codes, ms }),
      speed: () => speed,
    },
    decodeMsPerCode: () => speed.decode.perCodeMs,
    openAssembler: ({ codes }: VoiceReference) => createWindowAssembler({ codec, rule: testWindow, context: codes.subarray(-10) }),
    openPlanner: planner,
    memory: async () => ({ totalBytes: 1_024, freeBytes: 512 }),
    close: async () => {
      model.closed += 1;
      await generator.close();
      await codec.close();
    },
  };
  return model;
}
