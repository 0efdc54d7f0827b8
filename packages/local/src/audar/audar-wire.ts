import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import type { ModelPreset } from "../models/model-preset.ts";
import type { SpeechJob, VoiceReference } from "../runtime/model-spec.ts";
import type { SpeechMetrics } from "../runtime/speech-metrics.ts";
import { audarId, type AudarEngineOptions, type AudarRequestOptions } from "./audar-options.ts";
import type { AudarSettings } from "./audar-settings.ts";

/** Upstream's own limit for what it makes at once, in UTF-16 units. */
const upstreamPart = 300;
/** Texts over this are refused: half an hour of speech. */
const longestText = 20_000;
/** Names of tokens and the words around them in a prompt. */
const promptTokens = 64;
/** No byte of text becomes more than one token; a character of Arabic has two bytes, and one of IPA two at most. */
const bytesPerCharacter = 2.5;
/** Speech may be slower than the preset's mean. */
const slowness = 1.25;

/**
 * How long a text may be that is made at once, in UTF-16 units: what upstream allows, what the context has left beside the reference, and what the
 * longest speech holds.
 *
 * @param preset - Of the model.
 * @param reference - Of the voice; undefined: the longest that the preset allows.
 * @param maximumCodes - Of the options, where given.
 */
export function longestPartOf(preset: ModelPreset, reference: VoiceReference | undefined, maximumCodes: number | undefined): number {
  const used = reference === undefined ? preset.referenceMs.maximum / 20 + upstreamPart * bytesPerCharacter : reference.codes.length + Buffer.byteLength(reference.text);
  const left = (preset.contextTokens - promptTokens - used) / (preset.codesPerCharacter * slowness + bytesPerCharacter);
  const spoken = (maximumCodes ?? preset.limits(upstreamPart).maximumCodes) / (preset.codesPerCharacter * slowness);
  return Math.max(10, Math.floor(Math.min(upstreamPart, left, spoken)));
}

/**
 * Refuses what this engine cannot speak.
 *
 * @throws TTSError `UNSUPPORTED` for SSML, `INVALID_INPUT` for no text, `TEXT_TOO_LONG`.
 */
export function checkRequest({ text, ssml }: SynthesisRequest): void {
  if (ssml) throw new TTSError("UNSUPPORTED", `Speaking with ${audarId}: SSML was given, and the model reads plain text only. Streams take tags out before; expressions are written in brackets, such as [laughs].`, { engine: audarId });
  if (text === "") throw new TTSError("INVALID_INPUT", `Speaking with ${audarId}: the text is empty. Give at least one character.`, { engine: audarId });
  if (text.length > longestText) throw new TTSError("TEXT_TOO_LONG", `Speaking with ${audarId}: the text has ${String(text.length)} characters, at most ${String(longestText)} are taken at once. Cut it at sentences, as a stream does.`, { engine: audarId });
}

/** Warnings for what is asked and cannot be changed. */
export function requestWarnings({ rate = 1, pitch = 0, volume = 1, language }: SynthesisRequest, { languages }: ModelPreset): readonly EngineEvent[] {
  const asked = [["rate", rate !== 1], ["pitch", pitch !== 0], ["volume", volume !== 1]] as const;
  const ignored = asked.filter(([, isAsked]) => isAsked).map(([name]) => warning("OPTION_IGNORED", `Audar changes no ${name}; it stays as the voice has it.`));
  const base = language?.toLowerCase().split(/[-_]/, 1).join("");
  const known = base === undefined || languages.includes(base);
  return known ? ignored : [...ignored, warning("LANGUAGE_UNSUPPORTED", `Audar was trained on ${languages.join(" and ")}; other languages are read as well as it can.`)];
}

/** One part of a text, ready to be spoken. */
export interface PartToSpeak {
  readonly settings: AudarSettings;
  readonly options: AudarEngineOptions;
  readonly voice: VoiceReference;
  /** As the model wants it. */
  readonly text: string;
  /** Of the text before it became that, in UTF-16 units. */
  readonly characters: number;
  /** Counted from 0. */
  readonly part: number;
  /** Of the request. */
  readonly seed: number;
}

/** What the model process is asked. Every part of a text has a seed of its own. */
export function jobOf({ settings, options, voice, text, characters, part, seed }: PartToSpeak): SpeechJob {
  const { preset } = settings;
  const chosen = { ...withoutUndefined(settings.options), ...withoutUndefined(options) };
  const { temperature, topK, topP, minP, repetitionPenalty, repetitionWindow } = { ...preset.sampling, ...chosen };
  const usual = preset.limits(characters);
  const maximumCodes = chosen.maximumCodes ?? usual.maximumCodes;
  const minimumCodes = Math.min(maximumCodes, chosen.minimumCodes ?? usual.minimumCodes);
  return {
    voice,
    text,
    sampling: { temperature, topK, topP, minP, repetitionPenalty, repetitionWindow, seed: (seed + part) % 2 ** 32 },
    limits: { minimumCodes, maximumCodes },
    chunkCodes: chosen.chunkCodes ?? "adaptive",
    seeded: chosen.seed !== undefined,
    expectedCodes: Math.max(1, minimumCodes, Math.min(maximumCodes, Math.round(preset.codesPerCharacter * characters))),
    highWaterMs: settings.options.highWaterMs ?? 2_000,
    maximumWaitMs: settings.options.maximumWaitMs ?? 10_000,
  };
}

/** The report of a request: characters as code points, and the sum of what its parts were measured at. */
export function usageOf(text: string, parts: readonly SpeechMetrics[]): EngineEvent {
  const sum = (value: (metrics: SpeechMetrics) => number): number => parts.reduce((total, metrics) => total + value(metrics), 0);
  const workMs = sum((metrics) => metrics.elapsedMs - metrics.queuedMs);
  const audioMs = sum((metrics) => metrics.audioMs);
  const codes = sum((metrics) => metrics.codes);
  return {
    type: "usage",
    characters: [...text].length,
    details: {
      parts: parts.length,
      chunks: sum((metrics) => metrics.chunks),
      codes,
      audioMs,
      elapsedMs: sum((metrics) => metrics.elapsedMs),
      queuedMs: sum((metrics) => metrics.queuedMs),
      prefillMs: sum((metrics) => metrics.prefillMs),
      firstChunkMs: parts[0]?.firstChunkMs ?? 0,
      codesPerSecond: ratio(codes * 1000, workMs),
      realTimeFactor: ratio(workMs, audioMs),
      evaluatedPrefixTokens: sum((metrics) => metrics.evaluatedPrefixTokens),
      evaluatedPromptTokens: sum((metrics) => metrics.evaluatedPromptTokens),
    },
  };
}

/** What is told when the model did not end by itself. */
export function lengthWarning({ endedBy, codes }: SpeechMetrics): readonly EngineEvent[] {
  if (endedBy === "stop") return [];
  return [warning("SPEECH_CUT", `The model did not end its speech within ${String(codes)} codes, and was stopped there: the end of the text may be missing, or something was said twice. Another seed helps, or a lower temperature.`)];
}

/**
 * Samples in [-1, 1]: a decoder may overshoot a little.
 *
 * @throws TTSError `BAD_AUDIO` for what is no number.
 */
export function boundedSamples(samples: Float32Array): Float32Array {
  let loudest = 0;
  for (const sample of samples) {
    if (Number.isNaN(sample)) throw new TTSError("BAD_AUDIO", `Speaking with ${audarId}: the codec gave samples that are no numbers. Check the codec's file with \`parlando models --hash\`.`, { engine: audarId });
    loudest = Math.max(loudest, Math.abs(sample));
  }
  return loudest <= 1 ? samples : samples.map((sample) => Math.min(1, Math.max(-1, sample)));
}

/** A warning as an event. */
export function warning(code: string, message: string): EngineEvent {
  return { type: "warning", code, message };
}

function ratio(value: number, by: number): number {
  return by > 0 ? value / by : 0;
}

function withoutUndefined(options: AudarRequestOptions): { [Name in keyof AudarRequestOptions]?: NonNullable<AudarRequestOptions[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
