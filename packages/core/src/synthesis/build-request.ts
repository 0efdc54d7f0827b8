import { TTSError, type AudioFormat, type Capabilities, type MarkKind, type SynthesisRequest } from "@parlando/engine";
import type { EngineRoute } from "./engine-route.ts";

/** What the app wants of the voice, for all segments of a stream. */
export interface SpeechWishes {
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  readonly rate?: number | undefined;
  readonly pitch?: number | undefined;
  readonly volume?: number | undefined;
  readonly ssml?: boolean | undefined;
  readonly engineOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** What {@link buildRequest} puts together. */
export interface RequestParts {
  readonly text: string;
  readonly previousText: string;
  readonly wishes: SpeechWishes;
  readonly route: EngineRoute;
  /** Voice and language of the stream's options are meant for the first engine of the list only. */
  readonly isFirstRoute: boolean;
  readonly capabilities: Capabilities;
  readonly sampleRate: number;
  readonly marks: readonly MarkKind[];
}

/** Encodings that core reads itself. */
const READABLE: ReadonlySet<AudioFormat["encoding"]> = new Set(["pcm-s16le", "pcm-f32le", "wav", "mulaw", "alaw"]);

/** The request for one segment. A lone surrogate becomes U+FFFD, which is as long, so that no engine gets text it cannot encode. */
export function buildRequest(parts: RequestParts): SynthesisRequest {
  const { wishes, route, capabilities } = parts;
  const engineOptions = { ...route.options, ...(parts.isFirstRoute ? wishes.engineOptions : undefined) };
  const honoured = (name: "rate" | "pitch" | "volume"): number | undefined => (capabilities.prosody.includes(name) ? wishes[name] : undefined);
  return {
    text: toWellFormed(parts.text),
    ssml: wishes.ssml === true && capabilities.ssml.length > 0,
    voice: (parts.isFirstRoute ? wishes.voice : undefined) ?? route.voice,
    language: (parts.isFirstRoute ? wishes.language : undefined) ?? route.language ?? wishes.language,
    rate: honoured("rate"),
    pitch: honoured("pitch"),
    volume: honoured("volume"),
    format: chooseFormat(capabilities, parts.sampleRate, route.engine.id),
    marks: wantedMarks(parts.marks, capabilities),
    previousText: parts.previousText === "" ? undefined : parts.previousText,
    engineOptions: Object.keys(engineOptions).length === 0 ? undefined : engineOptions,
  };
}

/** Names of prosody options that this engine cannot honour, and core cannot honour for it (volume is a gain). */
export function unsupportedProsody(wishes: SpeechWishes, capabilities: Capabilities): ("rate" | "pitch")[] {
  const changed = { rate: (wishes.rate ?? 1) !== 1, pitch: (wishes.pitch ?? 0) !== 0 };
  return (["rate", "pitch"] as const).filter((name) => changed[name] && !capabilities.prosody.includes(name));
}

/** Words are always asked for where the engine has them: they tell what was heard. */
function wantedMarks(wanted: readonly MarkKind[], capabilities: Capabilities): readonly MarkKind[] {
  return capabilities.marks.filter((kind) => kind === "word" || wanted.includes(kind));
}

/** PCM at the stream's own rate saves a conversion; otherwise the engine's fastest format that can be read. */
function chooseFormat(capabilities: Capabilities, sampleRate: number, engine: string): AudioFormat {
  const readable = capabilities.formats.filter((format) => READABLE.has(format.encoding));
  const exact = readable.find((format) => format.sampleRate === sampleRate && format.encoding.startsWith("pcm"));
  const chosen = exact ?? readable[0] ?? capabilities.formats[0];
  if (chosen !== undefined) return chosen;
  throw new TTSError("UNSUPPORTED", `The engine "${engine}" declares no audio format.`, { engine });
}

function toWellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
