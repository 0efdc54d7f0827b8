import { resolve } from "node:path";
import { TTSError } from "@parlando/engine";
import type { TextFrontEnd } from "../text/text-front-end.ts";
import { encodeRecording, type Recording } from "../voices/encode-voice.ts";
import type { NeuralVoice, VoiceMetadata } from "../voices/neural-voice.ts";
import { checkVoice } from "../voices/read-voice.ts";
import { audarId } from "./audar-options.ts";
import type { AudarSettings } from "./audar-settings.ts";

/** What a voice is made of. */
export interface VoiceRecording extends Recording {
  /** Letters, digits, `-`, `_` and spaces. */
  readonly name: string;
  /** What is said in the recording, word for word. */
  readonly refText: string;
  readonly metadata?: VoiceMetadata | undefined;
}

/** What making a voice needs of the engine. */
export interface CreateVoiceOptions {
  readonly settings: AudarSettings;
  readonly frontEnd: TextFrontEnd;
  readonly signal: AbortSignal;
}

/** Makes a voice of a recording, with the encoder that is configured. */
export async function createVoice({ name, refText, metadata, samples, sampleRate }: VoiceRecording, { settings, frontEnd, signal }: CreateVoiceOptions): Promise<NeuralVoice> {
  const { options, preset } = settings;
  if (options.encoder === undefined) {
    throw new TTSError("INVALID_CONFIG", `Making a voice for ${audarId}: no encoder is configured, and no public one of NeuCodec in ONNX is known. Set the option \`encoder\` to its file; or encode the recording with upstream's own tools, and write name, refText and codes into a JSON file in your \`voicesFolder\`.`, { engine: audarId });
  }
  const lengthMs = (samples.length / sampleRate) * 1_000;
  const { minimum, maximum } = preset.referenceMs;
  if (!(lengthMs >= minimum && lengthMs <= maximum)) {
    throw new TTSError("INVALID_INPUT", `Making a voice for ${audarId}: the recording has ${String(Math.round(lengthMs))} ms, expected ${String(minimum)} to ${String(maximum)} ms for ${preset.id}. Cut it at a pause.`, { engine: audarId });
  }
  const checked = checkVoice({ name, refText, metadata, codes: [0] }, { engine: audarId, what: "the recording of a voice" });
  const codes = [...(await encodeRecording({ samples, sampleRate }, { engine: audarId, path: resolve(options.encoder), runtime: options.runtimes?.onnx ?? "onnxruntime-node", signal }))];
  if (preset.text === "plain") return { ...checked, codes };
  const language = metadata?.lang === "multilingual" ? undefined : metadata?.lang;
  return { ...checked, phonemes: (await frontEnd.prepare(refText, { language, signal })).text, codes };
}
