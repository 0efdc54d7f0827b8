import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { checkRequestOptions, type EspeakVoiceOptions } from "./espeak-options.ts";
import type { SpeakJob } from "./espeak-wire.ts";

/** UTF-16 units in one request: about five minutes of speech, which bounds what a worker that cannot be held back makes. */
export const longestText = 5_000;

/** Words a minute at rate 1: the library's own normal. */
const normalRate = 175;
/** The library's limits, in words a minute. */
const rateLimits = { least: 80, most: 450 } as const;
/**
 * Semitones for one step of the library's pitch scale, with the range of the melody scaled along. Measured as the shift of the
 * median fundamental frequency, for the voices en-us, de and ar from step 0 to step 99: 0.19 to 0.21.
 */
const semitonesPerStep = 0.204;
const pitchLimits = { least: 0, normal: 50, most: 99 } as const;
const loudest = 4;

/** A job, and the warnings about what it cannot honour. */
export interface PreparedJob {
  job: SpeakJob;
  warnings: EngineEvent[];
}

/**
 * Checks a request and puts it in the library's units.
 *
 * @param request - As core gives it.
 * @param defaults - What the engine was made with.
 * @throws TTSError `INVALID_INPUT`, `INVALID_CONFIG` or `TEXT_TOO_LONG`.
 */
export function prepareJob(request: SynthesisRequest, defaults: EspeakVoiceOptions): PreparedJob {
  checkText(request.text);
  const options = checkRequestOptions(request.engineOptions);
  const warnings: EngineEvent[] = [];
  const wordsPerMinute = clamp({ name: "rate", given: finite(request.rate, 1, "rate"), scale: normalRate, ...rateLimits }, warnings);
  const semitones = finite(request.pitch, 0, "pitch");
  const steps = pitchLimits.normal + semitones / semitonesPerStep;
  if (steps < pitchLimits.least - 1 || steps > pitchLimits.most + 1) warnings.push(pitchWarning(semitones));
  const pitch = Math.round(Math.min(pitchLimits.most, Math.max(pitchLimits.least, steps)));
  const range = pitchLimits.normal * 2 ** ((pitch - pitchLimits.normal) / pitchLimits.normal) * (options.intonation ?? defaults.intonation ?? 1);
  const job: SpeakJob = {
    text: request.text,
    ssml: request.ssml,
    voice: request.voice,
    language: request.language,
    variant: options.variant ?? (request.voice?.includes("+") === true ? undefined : defaults.variant),
    wordsPerMinute: Math.round(wordsPerMinute),
    pitch,
    range: Math.round(Math.min(pitchLimits.most, range)),
    volume: clamp({ name: "volume", given: finite(request.volume, 1, "volume"), scale: 1, least: 0, most: loudest }, warnings),
    marks: request.marks,
  };
  return { job, warnings };
}

function checkText(text: string): void {
  if (text === "") throw new TTSError("INVALID_INPUT", "Speaking with espeak: the text is empty. Give at least one character.", { engine: "espeak" });
  if (text.length <= longestText) return;
  throw new TTSError("TEXT_TOO_LONG", `Speaking with espeak: the text has ${String(text.length)} characters, at most ${String(longestText)} are taken at once. Cut it at sentences, as a stream does.`, { engine: "espeak" });
}

function finite(value: number | undefined, normal: number, name: string): number {
  const number = value ?? normal;
  if (Number.isFinite(number)) return number;
  throw new TTSError("INVALID_INPUT", `Speaking with espeak: ${name} is ${String(number)}, expected a finite number.`, { engine: "espeak" });
}

interface Clamped {
  name: string;
  given: number;
  scale: number;
  least: number;
  most: number;
}

function clamp({ name, given, scale, least, most }: Clamped, warnings: EngineEvent[]): number {
  const wanted = given * scale;
  const value = Math.min(most, Math.max(least, wanted));
  if (value !== wanted) {
    const range = `${(least / scale).toFixed(2)} to ${(most / scale).toFixed(2)}`;
    warnings.push({ type: "warning", code: "OPTION_CLAMPED", message: `espeak speaks with a ${name} of ${range}; ${String(given)} was asked for, ${(value / scale).toFixed(2)} is used.` });
  }
  return value;
}

function pitchWarning(given: number): EngineEvent {
  const least = ((pitchLimits.least - pitchLimits.normal) * semitonesPerStep).toFixed(1);
  const most = ((pitchLimits.most - pitchLimits.normal) * semitonesPerStep).toFixed(1);
  return { type: "warning", code: "OPTION_CLAMPED", message: `espeak changes the pitch by ${least} to ${most} semitones; ${String(given)} was asked for, the nearest is used.` };
}
