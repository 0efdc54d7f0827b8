import type { Voice } from "@parlando/engine";
import type { ModelPreset } from "../models/model-preset.ts";
import type { VoiceReference } from "../runtime/model-spec.ts";
import type { TextFrontEnd } from "../text/text-front-end.ts";
import type { NeuralVoice } from "../voices/neural-voice.ts";
import { referenceOf } from "../voices/voice-reference.ts";
import type { VoiceShelf } from "../voices/voice-shelf.ts";
import { audarFormat } from "./audar-capabilities.ts";
import { audarId } from "./audar-options.ts";

/** The voices of an engine, as a list and as what prompts need. */
export interface AudarVoices {
  list(): Promise<readonly Voice[]>;
  /** What a prompt needs of a voice by its name, or of one that was handed in. Made once for a voice. */
  referenceOf(voice: string | NeuralVoice, signal: AbortSignal): Promise<VoiceReference>;
}

/** What the voices of an engine are made of. */
export interface AudarVoicesOptions {
  readonly preset: ModelPreset;
  readonly frontEnd: TextFrontEnd;
  readonly shelf: VoiceShelf;
}

/** Makes the voices of an engine; no file is read yet. */
export function createAudarVoices({ preset, frontEnd, shelf }: AudarVoicesOptions): AudarVoices {
  const references = new WeakMap<NeuralVoice, VoiceReference>();
  return {
    async list() {
      const voices: Voice[] = [];
      for (const name of await shelf.names()) voices.push(describeVoice(await shelf.find(name), preset));
      return voices;
    },
    async referenceOf(given, signal) {
      const voice = typeof given === "string" ? await shelf.find(given) : given;
      const known = references.get(voice);
      if (known !== undefined) return known;
      const made = await referenceOf(voice, { engine: audarId, preset, frontEnd, signal });
      references.set(voice, made);
      return made;
    },
  };
}

function describeVoice({ name, metadata, codes }: NeuralVoice, { languages }: ModelPreset): Voice {
  const language = metadata?.lang;
  const own = language === undefined || language === "multilingual" || !isLanguage(language) ? languages : [language];
  return {
    id: name,
    name,
    engine: audarId,
    languages: own,
    gender: metadata?.gender ?? "unknown",
    sampleRates: [audarFormat.sampleRate],
    native: { description: metadata?.description, referenceMs: codes.length * 20 },
  };
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
