import type { CodecGeometry } from "../codec/codec.ts";
import type { BackboneFacts } from "../backbone/code-generator.ts";
import type { LengthLimits, SamplingOptions } from "../backbone/sampling-options.ts";
import type { WindowRule } from "../codec/speech-assembler.ts";
import type { MachineSpeed } from "../chunks/chunk-planner.ts";
import type { Device, DeviceAttempt, DeviceChoice, DeviceMemory } from "./device.ts";

/** Names or `file:` URLs of modules that the model process imports: the packages themselves, or runtimes that are compatible with them. */
export interface RuntimeModules {
  /** Like `onnxruntime-node`, its default. */
  readonly onnx: string;
  /** Like `node-llama-cpp`, its default. */
  readonly llama: string;
}

/** All that the model process must know to load a model: plain data. Two specs that are equal as JSON are the same model, loaded once. */
export interface ModelSpec {
  /** Absolute. `.gguf`, or `.onnx` with `tokenizer.json` beside it or in `tokenizerPath`. */
  readonly backbonePath: string;
  readonly tokenizerPath: string | undefined;
  /** Absolute: the decoder's `.onnx`. */
  readonly codecPath: string;
  readonly backboneDevice: DeviceChoice;
  readonly codecDevice: DeviceChoice;
  readonly modules: RuntimeModules;
  /** Names of the tokens that the prompt is made of, and how many codes there are. */
  readonly prompt: PromptNames;
  readonly contextTokens: number;
  /** How many speeches may be in the making at once. */
  readonly slots: number;
  /** Threads of the processor for the backbone and for the codec; undefined: its cores are shared out between the two. */
  readonly threads: { readonly backbone: number | undefined; readonly codec: number | undefined };
  readonly window: WindowRule;
  /** Until something was measured. */
  readonly speed: MachineSpeed;
}

/** The names of control tokens in a prompt, exactly as in the vocabulary. */
export interface PromptNames {
  readonly opening: string;
  readonly refTextStart: string;
  readonly refTextEnd: string;
  readonly refSpeechStart: string;
  readonly refSpeechEnd: string;
  readonly targetTextStart: string;
  readonly targetTextEnd: string;
  /** Plain text between the target's end and the codes: a line end and `assistant:`. */
  readonly answer: string;
  readonly targetCodesStart: string;
  readonly stop: string;
  readonly codes: number;
}

/** What a voice gives to a prompt, in the form the model was trained on (phonemes or text). */
export interface VoiceReference {
  /** The same key means the same reference, for this model. */
  readonly key: string;
  readonly text: string;
  readonly codes: Int32Array;
}

/** One speech, as the model process gets it: plain data, checked already. */
export interface SpeechJob {
  readonly voice: VoiceReference;
  /** Phonemes or text, as the preset wants it. */
  readonly text: string;
  readonly sampling: SamplingOptions;
  readonly limits: LengthLimits;
  /** Codes a piece, or by measured speed. */
  readonly chunkCodes: number | "adaptive";
  /** Somebody chose the seed: pieces are cut at the same codes each time, whatever the machine's speed is, so that the sound is the same to the bit. */
  readonly seeded?: boolean | undefined;
  /** Of the sound, by estimate, in codes. */
  readonly expectedCodes: number;
  /** Sound that may lie unread before the model rests, in milliseconds. */
  readonly highWaterMs: number;
  /** The longest wait in the queue that is acceptable; a longer one, by estimate, is refused with `CONCURRENCY_LIMIT` at once. */
  readonly maximumWaitMs: number;
}

/** What was found when a model was loaded. */
export interface ModelReport {
  readonly backbone: BackboneFacts;
  readonly codec: CodecGeometry;
  readonly device: Device;
  readonly codecDevice: Device;
  /** Devices that were tried before, and why they did not work. */
  readonly tried: readonly DeviceAttempt[];
  /** What a user should know of how it was loaded: a device that was passed over (`DEVICE_FALLBACK`), memory for fewer speeches. Told with the first speech. */
  readonly warnings?: readonly { readonly code: string; readonly message: string }[] | undefined;
  readonly memory: DeviceMemory;
  readonly loadMs: number;
}
