import { TTSError, type AudioFormat, type Capabilities, type SynthesisRequest, type Voice } from "@parlando/engine";
import { systemClock, type Clock } from "@parlando/core";
import { createRandom, type Random } from "../random.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { ScriptedFault } from "./scripted-fault.ts";
import type { ScriptedEngineOptions } from "./scripted-options.ts";

/** What the parts of one scripted engine share. */
export interface ScriptedSettings {
  options: ScriptedEngineOptions;
  id: string;
  clock: Clock;
  random: Random;
  capabilities: Capabilities;
  voices: readonly Voice[];
  log: RequestLog;
}

/** Fills in what the options leave out. */
export function resolveSettings(options: ScriptedEngineOptions): ScriptedSettings {
  const id = options.id ?? "scripted";
  return {
    options,
    id,
    clock: options.clock ?? systemClock,
    random: createRandom(options.seed ?? 1),
    capabilities: resolveCapabilities(options),
    voices: options.voices ?? [
      { id: "one", name: "One", engine: id, languages: ["en-US"], gender: "female" },
      { id: "two", name: "Two", engine: id, languages: ["ar", "en-US"], gender: "male" },
    ],
    log: createRequestLog(),
  };
}

function resolveCapabilities(options: ScriptedEngineOptions): Capabilities {
  const encoding = options.delivery === "bytes" ? "pcm-s16le" : "pcm-f32le";
  const formats: readonly AudioFormat[] = options.formats ?? [options.format ?? { encoding, sampleRate: 24_000, channels: 1 }];
  const msPerCharacter = options.msPerCharacter ?? 1000 / 15;
  return {
    input: options.input ?? ["segment"],
    output: options.output ?? "streaming",
    formats,
    marks: options.marks ?? ["word", "sentence"],
    ssml: [],
    languages: undefined,
    limits: options.limits ?? {},
    prosody: ["rate", "volume"],
    runsIn: ["node", "browser"],
    flush: options.input?.includes("incremental") ? "free" : undefined,
    cancelCost: "none",
    cost: { startMs: options.startMs ?? 0, perCharacterMs: options.perCharacterMs ?? (options.realTimeFactor ?? 0) * msPerCharacter },
    deterministic: true,
    ...options.capabilities,
  };
}

/** What really comes: fixed by the options, else what is asked where it is listed, else the first that is listed. */
export function formatFor(settings: ScriptedSettings, asked: AudioFormat): AudioFormat {
  const { formats } = settings.capabilities;
  const listed = formats.find((format) => format.encoding === asked.encoding && format.sampleRate === asked.sampleRate && format.channels === asked.channels);
  return settings.options.format ?? listed ?? formats[0] ?? asked;
}

/** Refuses what a real engine would refuse. */
export function validateRequest(settings: ScriptedSettings, request: Pick<SynthesisRequest, "ssml" | "voice"> & { text?: string }): void {
  const { capabilities, id, voices } = settings;
  const { segmentCharacters = Infinity, segmentBytes = Infinity } = capabilities.limits;
  const { voice, ssml, text = "" } = request;
  if (voice !== undefined && !voices.some((known) => known.id === voice)) {
    throw new TTSError("VOICE_NOT_FOUND", `While starting a request: engine "${id}" has no voice "${voice}". It has ${voices.map((known) => `"${known.id}"`).join(", ")}.`, { engine: id });
  }
  if (ssml && capabilities.ssml.length === 0) {
    throw new TTSError("UNSUPPORTED", `While starting a request: engine "${id}" takes plain text only, and SSML was given. Send the text without tags.`, { engine: id });
  }
  if (text.length > segmentCharacters || (segmentBytes < Infinity && Buffer.byteLength(text) > segmentBytes)) {
    throw new TTSError("TEXT_TOO_LONG", `While starting a request: the text has ${text.length} characters and ${Buffer.byteLength(text)} bytes; engine "${id}" takes ${segmentCharacters} and ${segmentBytes}. Cut it first.`, { engine: id });
  }
}

/** Chooses the fault of the request that comes next. */
export function faultFor(settings: ScriptedSettings, request: SynthesisRequest): ScriptedFault | undefined {
  const { fault } = settings.options;
  return typeof fault === "function" ? fault(request, settings.log.requests.length) : fault;
}

/** What is thrown when a request was called off. */
export function abortedError(settings: ScriptedSettings, reason: unknown): TTSError {
  return new TTSError("ABORTED", `While speaking a request: it was called off.`, { engine: settings.id, cause: reason });
}
