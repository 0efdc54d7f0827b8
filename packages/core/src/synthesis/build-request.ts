import type { Capabilities, MarkKind, SynthesisRequest } from "@parlando/engine";
import { chooseFormat } from "./choose-format.ts";
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
  /** Whether the text is SSML. Default: as the app says, where the engine knows any of it. */
  readonly ssml?: boolean | undefined;
  readonly previousText: string;
  readonly wishes: SpeechWishes;
  readonly route: EngineRoute;
  /** Voice and language of the stream's options are meant for the first engine of the list only. */
  readonly isFirstRoute: boolean;
  readonly capabilities: Capabilities;
  readonly sampleRate: number;
  /** Whether compressed audio can be read too. */
  readonly hasCodecs: boolean;
  readonly marks: readonly MarkKind[];
}

/** The request for one segment. A lone surrogate becomes U+FFFD, which is as long, so that no engine gets text it cannot encode. */
export function buildRequest(parts: RequestParts): SynthesisRequest {
  const { wishes, route, capabilities } = parts;
  const honoured = (name: "rate" | "pitch" | "volume"): number | undefined => (capabilities.prosody.includes(name) ? wishes[name] : undefined);
  return {
    text: toWellFormed(parts.text),
    ssml: parts.ssml ?? (wishes.ssml === true && capabilities.ssml.length > 0),
    voice: (parts.isFirstRoute ? wishes.voice : undefined) ?? route.voice,
    language: (parts.isFirstRoute ? wishes.language : undefined) ?? route.language ?? wishes.language,
    rate: honoured("rate"),
    pitch: honoured("pitch"),
    volume: honoured("volume"),
    format: chooseFormat({ formats: capabilities.formats, sampleRate: parts.sampleRate, hasCodecs: parts.hasCodecs, engine: route.engine.id }),
    marks: wantedMarks(parts.marks, capabilities),
    previousText: parts.previousText === "" ? undefined : parts.previousText,
    engineOptions: joinedOptions(route.options, parts.isFirstRoute ? wishes.engineOptions : undefined),
  };
}

type EngineOptions = SpeechWishes["engineOptions"];

/** Those of the stream over those of the route; undefined where there are none, as in most requests. */
function joinedOptions(ofRoute: EngineOptions, ofStream: EngineOptions): EngineOptions {
  if (ofRoute === undefined && ofStream === undefined) return undefined;
  const joined = { ...ofRoute, ...ofStream };
  return Object.keys(joined).length === 0 ? undefined : joined;
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

/** Replaces lone surrogates, which no encoding can carry, by U+FFFD; the length stays. */
export function toWellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
