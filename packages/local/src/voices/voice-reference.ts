import { createHash } from "node:crypto";
import { TTSError } from "@parlando/engine";
import type { ModelPreset } from "../models/model-preset.ts";
import type { VoiceReference } from "../runtime/model-spec.ts";
import { cleanText } from "../text/clean-text.ts";
import type { TextFrontEnd } from "../text/text-front-end.ts";
import type { NeuralVoice } from "./neural-voice.ts";

/** How long a code sounds, in milliseconds. */
const codeMs = 20;

/** What turns a voice into the form that a model was trained on. */
export interface ReferenceOptions {
  readonly engine: string;
  readonly preset: ModelPreset;
  readonly frontEnd: TextFrontEnd;
  readonly signal: AbortSignal;
}

/**
 * A voice as a prompt has it: its transcript as phonemes where the preset wants these (its own, or made now), and its codes.
 *
 * @throws TTSError `INVALID_CONFIG` where the recording is shorter or longer than the preset allows; what the phonemizer throws.
 */
export async function referenceOf(voice: NeuralVoice, { engine, preset, frontEnd, signal }: ReferenceOptions): Promise<VoiceReference> {
  const { minimum, maximum } = preset.referenceMs;
  const lengthMs = voice.codes.length * codeMs;
  if (lengthMs < minimum || lengthMs > maximum) {
    throw new TTSError("INVALID_CONFIG", `Using the voice "${voice.name}" with the preset ${preset.id}: its recording has ${String(lengthMs)} ms, expected ${String(minimum)} to ${String(maximum)} ms. Use a recording of that length.`, { engine });
  }
  const own = preset.text === "phonemes" && voice.phonemes !== undefined ? cleanText(voice.phonemes) : undefined;
  const text = own?.text ?? (await frontEnd.prepare(voice.refText, { language: languageOf(voice), signal })).text;
  const codes = Int32Array.from(voice.codes);
  return { key: createHash("sha256").update(text).update("\0").update(codes).digest("hex").slice(0, 32), text, codes };
}

/** The language of a voice's transcript; undefined where its script must tell. */
function languageOf({ metadata }: NeuralVoice): string | undefined {
  const language = metadata?.lang;
  return language === undefined || language === "multilingual" ? undefined : language;
}
