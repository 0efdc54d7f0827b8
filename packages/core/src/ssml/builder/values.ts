import { readTimeMs } from "../lower/pause-length.ts";
import { invalid } from "./fragment.ts";

/** A time of CSS: `500ms`, `1.5s`. */
export type SsmlTime = `${number}ms` | `${number}s`;
/** How long a pause is felt. */
export type SsmlStrength = "none" | "x-weak" | "weak" | "medium" | "strong" | "x-strong";
/** 1 is normal; or a name of SSML, or a percentage of normal. */
export type SsmlRate = number | "x-slow" | "slow" | "medium" | "fast" | "x-fast" | "default" | `${number}%`;
/** Semitones, 0 is normal; or a name of SSML, a change in semitones, percent or hertz, or hertz. */
export type SsmlPitch = number | "x-low" | "low" | "medium" | "high" | "x-high" | "default" | `${"+" | "-"}${number}${"st" | "%" | "Hz"}` | `${number}Hz`;
/** Linear, 1 is normal; or a name of SSML, or a change in decibels. */
export type SsmlVolume = number | "silent" | "x-soft" | "soft" | "medium" | "loud" | "x-loud" | "default" | `${"+" | "-"}${number}dB`;

/** No engine pauses longer. */
const LONGEST_BREAK_MS = 10_000;
const SIGNED = String.raw`[+-]\d{1,4}(?:\.\d{1,4})?`;
const RATE = /^(?:x-slow|slow|medium|fast|x-fast|default|\d{1,3}(?:\.\d{1,4})?%)$/u;
const PITCH = new RegExp(`^(?:x-low|low|medium|high|x-high|default|${SIGNED}(?:st|%|Hz)|\\d{1,4}(?:\\.\\d{1,4})?Hz)$`, "u");
const VOLUME = new RegExp(`^(?:silent|x-soft|soft|medium|loud|x-loud|default|${SIGNED}dB)$`, "u");
const STRENGTHS: ReadonlySet<string> = new Set(["none", "x-weak", "weak", "medium", "strong", "x-strong"]);

/** A length of a pause: milliseconds, or as in CSS; up to 10 s. */
export function timeValue(time: SsmlTime | number): string {
  const ms = typeof time === "number" ? time : readTimeMs(time);
  if (ms === undefined || !(ms >= 0 && ms <= LONGEST_BREAK_MS)) throw invalid("time of a break", "milliseconds, or a text such as \"500ms\" or \"1.5s\", from 0 to 10 seconds,");
  return typeof time === "number" ? `${Math.round(time)}ms` : time;
}

/** The strength of a pause. */
export function strengthValue(strength: SsmlStrength): string {
  if (!STRENGTHS.has(strength)) throw invalid("strength of a break", [...STRENGTHS].map((name) => `"${name}"`).join(", "));
  return strength;
}

/** How fast: a factor becomes a percentage. */
export function rateValue(rate: SsmlRate): string {
  if (typeof rate === "number" ? rate >= 0.1 && rate <= 9.99 : RATE.test(rate)) return typeof rate === "number" ? `${rounded(rate * 100)}%` : rate;
  throw invalid("rate of a prosody", "a factor from 0.1 to 9.99, a percentage such as \"120%\", or a name from \"x-slow\" to \"x-fast\"");
}

/** How high: a number is semitones. */
export function pitchValue(pitch: SsmlPitch): string {
  if (typeof pitch === "number" ? Math.abs(pitch) <= 48 : PITCH.test(pitch)) return typeof pitch === "number" ? `${pitch < 0 ? "-" : "+"}${rounded(Math.abs(pitch))}st` : pitch;
  throw invalid("pitch of a prosody", "semitones from -48 to 48, a change such as \"+2st\", \"-10%\" or \"+20Hz\", or a name from \"x-low\" to \"x-high\"");
}

/** How loud: a factor becomes decibels. */
export function volumeValue(volume: SsmlVolume): string {
  if (typeof volume === "string" && VOLUME.test(volume)) return volume;
  if (volume === 0) return "silent";
  if (typeof volume !== "number" || !(volume >= 0.001 && volume <= 10)) throw invalid("volume of a prosody", "a factor from 0 to 10, a change such as \"-6dB\", or a name from \"silent\" to \"x-loud\"");
  const decibels = 20 * Math.log10(volume);
  return `${decibels < 0 ? "-" : "+"}${rounded(Math.abs(decibels))}dB`;
}

/** A language (BCP 47). */
export function languageValue(language: string): string {
  if (!/^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,8}$/iu.test(language)) throw invalid("language", "a tag of BCP 47 such as \"en-US\"");
  return language;
}

/** A text in an attribute: not empty, without control characters. */
export function textValue(text: string, what: string, longest = 1_000): string {
  if (typeof text !== "string" || text.trim() === "" || text.length > longest || /[\u0000-\u001f]/u.test(text)) throw invalid(what, `a text of 1 to ${longest} characters in one line`);
  return text;
}

/** Where a recording is. */
export function urlValue(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/u.test(parsed.protocol)) throw invalid("source of an audio", "an http or https URL");
  return url;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(2)));
}
