import type { LengthLimits } from "../backbone/sampling-options.ts";
import type { WindowRule } from "../codec/speech-assembler.ts";
import type { MachineSpeed } from "../chunks/chunk-planner.ts";
import type { PromptNames } from "../runtime/model-spec.ts";
import type { ModelFileNeed, ModelPreset } from "./model-preset.ts";

// What is the same for both generations was read in AudarAI/Audar-TTS-V1, `audar_tts.py` (0615229) and `audar_tts/audar_tts_infer.py` (39f3d8b). No weights
// were at hand: nothing here was tried with the real models.

/** The prompt is the same string in both generations. */
const prompt: PromptNames = {
  opening: "user: Convert the text to speech:",
  refTextStart: "<|REF_TEXT_START|>",
  refTextEnd: "<|REF_TEXT_END|>",
  refSpeechStart: "<|REF_SPEECH_START|>",
  refSpeechEnd: "<|REF_SPEECH_END|>",
  targetTextStart: "<|TARGET_TEXT_START|>",
  targetTextEnd: "<|TARGET_TEXT_END|>",
  answer: "\nassistant:",
  targetCodesStart: "<|TARGET_CODES_START|>",
  stop: "<|TARGET_CODES_END|>",
  // FSQ with eight digits of four levels: 4^8.
  codes: 65_536,
};

/** The windows of NeuTTS (neuphonic/neutts, `neutts.py`, 857bec0), whose codec this is; what it calls look-back 50 and overlap 1 is 51 and 2 here. */
const window: WindowRule = { lookBack: 51, lookAhead: 4, fade: 2, tail: 2 };

/** Until something was measured: the published real-time factor of 0.46, 9.2 ms for one code of 20 ms, split between model and codec by guess. */
const speed: MachineSpeed = { codeMs: 8, decode: { startMs: 20, perCodeMs: 0.6 }, samples: 0 };

/** Measured over the seven voices of the package: 2,797 codes for 613 characters of what they say. */
const codesPerCharacter = 4.6;

const codecNeed: ModelFileNeed = {
  role: "codec",
  names: ["neucodec-onnx-decoder-int8/model.onnx", "neucodec-onnx-decoder/model.onnx", "codec/model.onnx", "neucodec.onnx", "codec_decoder.onnx", "codec.onnx"],
  source: "https://huggingface.co/neuphonic/neucodec-onnx-decoder-int8",
  licence: "as its page says",
  known: [{ name: "neucodec-onnx-decoder-int8/model.onnx", bytes: 312_292_102, sha256: "3ddd9e56396e6029e0e948ac0255c89c803f981f23dcf4c154f50820bd74a6b3" }],
  optional: false,
};

function tokenizerNeed(source: string): ModelFileNeed {
  return { role: "tokenizer", names: ["tokenizer.json", "onnx/tokenizer.json"], source, licence: "as the model's", known: [], optional: true };
}

/** Names of an own ONNX export, as the two usual tools write them. */
const onnxNames = ["backbone.onnx", "model.onnx", "onnx/model.onnx", "onnx/model_fp16.onnx"];

/** As upstream: five codes for a character and 100 more, between 150 and 1,500. */
function phonemeLimits(characters: number): LengthLimits {
  return { minimumCodes: 0, maximumCodes: Math.min(1500, Math.max(150, Math.trunc(characters * 5) + 100)) };
}

const phonemes: ModelPreset = {
  id: "audar-v1-phonemes",
  title: "Audar-TTS V1, first generation: phonemes in",
  text: "phonemes",
  languages: ["en", "ar"],
  prompt,
  // The window of 64 tokens is that of llama-cpp-python where nothing is said, which upstream uses; general knowledge, not read there.
  sampling: { temperature: 0.3, topK: 40, topP: 0.95, minP: 0, repetitionPenalty: 1.1, repetitionWindow: 64 },
  contextTokens: 8192,
  limits: phonemeLimits,
  referenceMs: { minimum: 3000, maximum: 10_000 },
  expressions: [],
  window,
  codesPerCharacter,
  speed,
  files: [
    {
      role: "backbone",
      names: ["audar-tts-flash-v1-q8_0.gguf", "backbone.gguf", "audar-tts-flash-v1*.gguf", "*.gguf", ...onnxNames],
      source: "https://huggingface.co/audarai/audar_tts_flash_v1_gguf",
      licence: "Apache-2.0 by its repository; see the model's page",
      known: [],
      optional: false,
    },
    tokenizerNeed("https://huggingface.co/AudarAI/audar-tts-flash-v1"),
    codecNeed,
  ],
};

const flash: ModelPreset = {
  id: "audar-v1-flash",
  title: "Audar-TTS V1 Flash and Turbo: plain text in",
  text: "plain",
  languages: ["ar", "en"],
  prompt,
  // `repetition_penalty` of Transformers looks at all tokens there are, the prompt's own included.
  sampling: { temperature: 1, topK: 40, topP: 0.9, minP: 0, repetitionPenalty: 1.1, repetitionWindow: Infinity },
  contextTokens: 4096,
  limits: () => ({ minimumCodes: 50, maximumCodes: 1500 }),
  referenceMs: { minimum: 5000, maximum: 15_000 },
  expressions: ["laughs", "curious", "excited", "sighs", "exhales", "mischievously", "whispers", "sarcastic"],
  window,
  codesPerCharacter,
  speed,
  files: [
    {
      role: "backbone",
      names: ["Audar-TTS-V1-Flash-Q8_0.gguf", "backbone.gguf", "Audar-TTS-V1-*.gguf", "*.gguf", ...onnxNames],
      source: "https://huggingface.co/audarai/Audar-TTS-V1-Flash",
      licence: "AudarAI Open v1.0 (Flash), Community v1.0 (Turbo)",
      known: [],
      optional: false,
    },
    tokenizerNeed("https://huggingface.co/audarai/Audar-TTS-V1-Flash"),
    codecNeed,
  ],
};

/**
 * Both generations of Audar-TTS V1. Their prompts are equal, but one was trained on phonemes and the other on text: each model needs its own preset.
 *
 * @example
 * ```ts
 * const preset = audarPresets.find(({ id }) => id === "audar-v1-flash");
 * ```
 */
export const audarPresets: readonly ModelPreset[] = [phonemes, flash];
