import { TTSError, type EngineEvent, type MarkKind, type SynthesisRequest } from "@parlando/engine";
import { chooseFormat, type AzureFormat } from "./azure-formats.ts";
import { checkRequestOptions, type AzureRequestOptions } from "./azure-options.ts";
import type { AzureSettings } from "./azure-settings.ts";
import { bookmarkName, plainSpokenText, readSpokenText, type SpokenText } from "./spoken-text.ts";

/** One request, ready to be spoken. */
export interface AzureCall {
  readonly format: AzureFormat;
  readonly ssml: string;
  readonly spoken: SpokenText;
  /** Whether there is anything to say: silence is a failure then. */
  readonly hasWords: boolean;
  readonly marks: ReadonlySet<MarkKind>;
  readonly warnings: readonly EngineEvent[];
}

/** What a turn of text in pieces is opened with. */
export interface AzureStreamCall {
  readonly format: AzureFormat;
  readonly voice: string;
  readonly language: string;
  readonly marks: ReadonlySet<MarkKind>;
  readonly input: { readonly rate?: string; readonly pitch?: string; readonly volume?: string; readonly style?: string; readonly temperature?: number; readonly lexicon?: string };
  readonly warnings: readonly EngineEvent[];
}

/** 65,536 bytes less the headers of the message, which the vendor's SDK writes. */
const MESSAGE_BYTES = 65_000;
/** https://learn.microsoft.com/azure/ai-services/speech-service/speech-synthesis-markup-voice: rate 0.5 to 2, pitch 0.5 to 1.5 of the original; semitones of that. */
const bounds = { rate: [0.5, 2], pitch: [-12, 7], volume: [0, 1] } as const;

/**
 * Puts a request into SSML.
 *
 * @throws TTSError `INVALID_INPUT`, `INVALID_CONFIG`, `TEXT_TOO_LONG`.
 */
export function buildCall(request: SynthesisRequest, settings: AzureSettings): AzureCall {
  const options = joinOptions(settings.defaults, checkRequestOptions(request.engineOptions));
  if (request.text === "") throw refusal("INVALID_INPUT", "the text is empty. Give at least one character.");
  const warnings: EngineEvent[] = [];
  if (options.temperature !== undefined) warnings.push(ignored("temperature", "whole segments"));
  const ssml = buildSsml(request, options, settings.voice, warnings);
  if (ssml.length > MESSAGE_BYTES / 3 && new TextEncoder().encode(ssml).length > MESSAGE_BYTES) {
    throw refusal("TEXT_TOO_LONG", `the request is larger than the ${MESSAGE_BYTES} bytes that fit into one message. Feed it to a stream, which cuts it, or give shorter pieces.`);
  }
  const spoken = request.ssml ? readSpokenText(request.text) : plainSpokenText(request.text);
  return { format: chooseFormat(request.format), ssml, spoken, hasWords: /[\p{L}\p{N}]/u.test(spoken.text), marks: new Set(request.marks), warnings };
}

/**
 * Puts a session's request into what its turns are opened with.
 *
 * @throws TTSError `INVALID_CONFIG`; `UNSUPPORTED` for SSML, which cannot come in pieces, and for voices of OpenAI.
 */
export function buildStreamCall(request: Omit<SynthesisRequest, "text">, settings: AzureSettings): AzureStreamCall {
  const options = joinOptions(settings.defaults, checkRequestOptions(request.engineOptions));
  const voice = request.voice ?? settings.voice;
  if (request.ssml) throw refusal("UNSUPPORTED", "text in pieces cannot be SSML. Give plain text, or speak whole segments.");
  if (isOpenAIVoice(voice)) throw refusal("UNSUPPORTED", "voices of OpenAI take no text in pieces. Speak whole segments.");
  const warnings: EngineEvent[] = [];
  for (const name of ["styleDegree", "role", "effect"] as const) if (options[name] !== undefined) warnings.push(ignored(name, "text in pieces"));
  const { rate, pitch, volume } = prosodyOf(request, warnings);
  const { style, temperature, lexicon } = options;
  const input = { ...given("rate", rate), ...given("pitch", pitch), ...given("volume", volume), ...given("style", style), ...given("lexicon", lexicon), ...(temperature === undefined ? {} : { temperature }) };
  return { format: chooseFormat(request.format), voice, language: request.language ?? localeOf(voice) ?? "en-US", marks: new Set(request.marks), input, warnings };
}

/** Voices of OpenAI that Azure has, by the names of its gallery; not verified. */
export function isOpenAIVoice(voice: string): boolean {
  return /(?:^|-)(?:alloy|echo|fable|onyx|nova|shimmer)(?:(?:turbo)?multilingualneural(?:hd)?)?$/i.test(voice);
}

function buildSsml(request: SynthesisRequest, options: AzureRequestOptions, usualVoice: string, warnings: EngineEvent[]): string {
  const { voice = usualVoice, language, text, ssml } = request;
  const own = ssml ? readDocument(text) : { inner: escapeText(text), language: undefined };
  const locale = localeOf(voice);
  const spokenLanguage = language ?? own.language;
  let body = wrapProsody(own.inner, prosodyOf(request, warnings));
  body = wrapStyle(body, options);
  // Only a multilingual voice speaks another language than its own, and only where it is told so; left alone it guesses by the text.
  if (spokenLanguage !== undefined && /multilingual/i.test(voice) && !isSameLanguage(spokenLanguage, locale)) body = `<lang xml:lang=${quote(spokenLanguage)}>${body}</lang>`;
  const lexicon = options.lexicon === undefined ? "" : `<lexicon uri=${quote(options.lexicon)}/>`;
  const effect = options.effect === undefined ? "" : ` effect=${quote(options.effect)}`;
  return (
    `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="https://www.w3.org/2001/mstts" xml:lang=${quote(spokenLanguage ?? locale ?? "en-US")}>` +
    `<voice name=${quote(voice)}${effect}>${lexicon}${body}</voice></speak>`
  );
}

/** What stands inside `speak`, with the vendor's own element for bookmarks. */
function readDocument(document: string): { inner: string; language: string | undefined } {
  const open = /^\s*(?:<\?xml[^<>]*\?>\s*)?<speak(?=[\s>/])([^<>]*)>/u.exec(document);
  const close = document.lastIndexOf("</speak");
  const inner = open === null ? document : document.slice(open[0].length, close < open[0].length ? undefined : close);
  const language = /\sxml:lang\s*=\s*(?:"([^"]*)"|'([^']*)')/u.exec(open?.[1] ?? "");
  const withBookmarks = inner.replaceAll(/<mark\s[^<>]*>|<\/mark\s*>/gu, (tag) => {
    if (tag.startsWith("</")) return "";
    const name = bookmarkName(tag);
    return name === undefined ? "" : `<bookmark mark=${quote(name)}/>`;
  });
  return { inner: withBookmarks, language: language?.[1] ?? language?.[2] };
}

interface Prosody {
  rate: string | undefined;
  pitch: string | undefined;
  volume: string | undefined;
}

/** Volume is linear from 0 to 100 by the service's documents; whether that is amplitude is not verified. */
function prosodyOf(request: Pick<SynthesisRequest, "rate" | "pitch" | "volume">, warnings: EngineEvent[]): Prosody {
  const rate = inBounds("rate", request.rate ?? 1, warnings);
  const pitch = inBounds("pitch", request.pitch ?? 0, warnings);
  const volume = inBounds("volume", request.volume ?? 1, warnings);
  return {
    rate: rate === 1 ? undefined : signed((rate - 1) * 100, "%"),
    pitch: pitch === 0 ? undefined : signed(pitch, "st"),
    volume: volume === 1 ? undefined : String(round(volume * 100)),
  };
}

function inBounds(name: keyof typeof bounds, value: number, warnings: EngineEvent[]): number {
  if (!Number.isFinite(value)) throw refusal("INVALID_INPUT", `\`${name}\` is not a finite number.`);
  const [least, most] = bounds[name];
  const used = Math.min(most, Math.max(least, value));
  if (used !== value) warnings.push({ type: "warning", code: "OPTION_CLAMPED", message: `Azure takes a ${name} of ${least} to ${most}; ${value} was asked for, ${used} is used.` });
  return used;
}

function wrapProsody(body: string, prosody: Prosody): string {
  const attributes = Object.entries({ ...prosody } satisfies Record<string, string | undefined>).flatMap(([name, value]) => (value === undefined ? [] : [` ${name}=${quote(value)}`]));
  return attributes.length === 0 ? body : `<prosody${attributes.join("")}>${body}</prosody>`;
}

function wrapStyle(body: string, { style, styleDegree, role }: AzureRequestOptions): string {
  if (style === undefined && role === undefined) return body;
  const attributes = [given("style", style), given("styledegree", styleDegree === undefined ? undefined : String(styleDegree)), given("role", role)];
  const written = attributes.flatMap((attribute) => Object.entries(attribute).map(([name, value]) => ` ${name}=${quote(value)}`));
  return `<mstts:express-as${written.join("")}>${body}</mstts:express-as>`;
}

/** The locale that a voice's name begins with. */
export function localeOf(voice: string): string | undefined {
  return /^[a-z]{2,3}-(?:[A-Za-z]{4}-)?[A-Z]{2}(?=-)/.exec(voice)?.[0];
}

function isSameLanguage(one: string, other: string | undefined): boolean {
  const [first = one, second = other] = [one.split("-")[0], other?.split("-")[0]];
  return one.includes("-") ? one.toLowerCase() === other?.toLowerCase() : first.toLowerCase() === second?.toLowerCase();
}

function joinOptions(defaults: AzureRequestOptions, own: AzureRequestOptions): AzureRequestOptions {
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...defaults, ...said };
}

/** What XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets). */
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as it stands between tags. */
export function escapeText(text: string): string {
  return text.replaceAll(forbidden, " ").replaceAll(/[&<>]/gu, (sign) => entities[sign] ?? sign);
}

function quote(value: string): string {
  return `"${value.replaceAll(forbidden, " ").replaceAll(/[&<>"]/gu, (sign) => entities[sign] ?? sign)}"`;
}

function signed(value: number, unit: string): string {
  return `${value < 0 ? "" : "+"}${round(value)}${unit}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function given<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function ignored(name: string, where: string): EngineEvent {
  return { type: "warning", code: "OPTION_IGNORED", message: `Azure takes no \`${name}\` with ${where}; it is left out.` };
}

function refusal(code: "INVALID_INPUT" | "TEXT_TOO_LONG" | "UNSUPPORTED", says: string): TTSError {
  return new TTSError(code, `Speaking with azure: ${says}`, { engine: "azure" });
}
