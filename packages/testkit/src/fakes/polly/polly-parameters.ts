import type { FakeSpeechFormat } from "../shared/fake-speech.ts";
import { pollyMarkTypes, type PollyMarkType } from "./polly-marks.ts";
import type { PollySettings } from "./polly-options.ts";
import { invalidParameter, refusal, type PollyRefusal } from "./polly-refusal.ts";
import { isPollyEngine, type FakePollyEngine } from "./polly-voices.ts";

/** What a client asks for, as it came: from a body or from headers. */
export interface AskedParameters {
  OutputFormat?: unknown;
  VoiceId?: unknown;
  Engine?: unknown;
  LanguageCode?: unknown;
  SampleRate?: unknown;
  TextType?: unknown;
  LexiconNames?: unknown;
  SpeechMarkTypes?: unknown;
}

/** What a client asks for, checked. */
export interface PollyParameters {
  engine: FakePollyEngine;
  ssml: boolean;
  /** Of audio; of marks the rate of the audio that they go with. */
  sampleRate: number;
  /** Undefined: marks are asked for. */
  format: FakeSpeechFormat | undefined;
  contentType: string;
  markTypes: readonly PollyMarkType[];
}

interface OutputFormat {
  format: FakeSpeechFormat | undefined;
  contentType: string;
  /** The first is the default. */
  sampleRates: readonly number[];
}

const outputFormats: Readonly<Record<string, OutputFormat>> = {
  pcm: { format: "pcm-s16le", contentType: "audio/pcm", sampleRates: [16_000, 8000] },
  mulaw: { format: "mulaw", contentType: "audio/mulaw", sampleRates: [8000] },
  alaw: { format: "alaw", contentType: "audio/alaw", sampleRates: [8000] },
  json: { format: undefined, contentType: "application/x-json-stream", sampleRates: [16_000, 8000, 22_050, 24_000, 44_100, 48_000] },
};

/** Checks parameters in Polly's words, as far as these are known. mp3 and Ogg are refused: the fake encodes nothing. */
export function readParameters(asked: AskedParameters, settings: Pick<PollySettings, "voices" | "lexicons">): PollyParameters | PollyRefusal {
  const { OutputFormat, SampleRate, TextType = "text", SpeechMarkTypes = [], LexiconNames = [] } = asked;
  const output = typeof OutputFormat === "string" ? outputFormats[OutputFormat] : undefined;
  if (output === undefined) return invalidParameter("outputFormat", OutputFormat, Object.keys(outputFormats));
  if (TextType !== "text" && TextType !== "ssml") return invalidParameter("textType", TextType, ["ssml", "text"]);
  const engine = checkVoice(asked, settings);
  if (typeof engine !== "string") return engine;
  const sampleRate = SampleRate === undefined ? output.sampleRates[0] : output.sampleRates.find((rate) => String(rate) === SampleRate);
  if (sampleRate === undefined) return refusal("InvalidSampleRateException");
  const markTypes = pollyMarkTypes.filter((type) => Array.isArray(SpeechMarkTypes) && SpeechMarkTypes.includes(type));
  if (!Array.isArray(SpeechMarkTypes) || markTypes.length < SpeechMarkTypes.length) return invalidParameter("speechMarkTypes", SpeechMarkTypes, pollyMarkTypes);
  if (markTypes.length > 0 && output.format !== undefined) return refusal("MarksNotSupportedForFormatException");
  if (markTypes.length === 0 && output.format === undefined) return invalidParameter("speechMarkTypes", "", pollyMarkTypes);
  if (markTypes.includes("ssml") && TextType === "text") return refusal("SsmlMarksNotSupportedForTextTypeException");
  if (!Array.isArray(LexiconNames) || LexiconNames.length > 5) return invalidParameter("lexiconNames", LexiconNames, ["at most five"]);
  if (LexiconNames.some((name) => !settings.lexicons.includes(String(name)))) return refusal("LexiconNotFoundException");
  return { engine, ssml: TextType === "ssml", sampleRate, format: output.format, contentType: output.contentType, markTypes };
}

function checkVoice({ VoiceId, Engine = "standard", LanguageCode }: AskedParameters, { voices }: Pick<PollySettings, "voices">): FakePollyEngine | PollyRefusal {
  const voice = voices.find(({ Id }) => Id === VoiceId);
  if (voice === undefined) return invalidParameter("voiceId", VoiceId, voices.map(({ Id }) => Id));
  if (typeof Engine !== "string" || !isPollyEngine(Engine)) return invalidParameter("engine", Engine, ["standard", "neural", "long-form", "generative"]);
  if (!voice.SupportedEngines.includes(Engine)) return refusal("EngineNotSupportedException", { message: `This voice does not support the selected engine: ${Engine}` });
  const languages: readonly unknown[] = [undefined, voice.LanguageCode, ...(voice.AdditionalLanguageCodes ?? [])];
  return languages.includes(LanguageCode) ? Engine : refusal("LanguageNotSupportedException");
}
