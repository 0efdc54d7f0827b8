import type { SynthesizeSpeechCommandInput } from "@aws-sdk/client-polly";
import { TTSError, type EngineEvent, type Mark, type MarkKind, type SynthesisRequest } from "@parlando/engine";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { chooseFormat, MOST_CHARACTERS, MOST_WITH_TAGS, type PollyFormat } from "./polly-capabilities.ts";
import { pollyErrors } from "./polly-errors.ts";
import type { PollyEngineName } from "./polly-options.ts";
import { sentText, type SentProsody, type SentText } from "./polly-text.ts";

/** What is settled about a request before it is written: who speaks it, and how. */
export interface SpeechChoice {
  readonly voice: string;
  readonly engine: PollyEngineName;
  /** In AWS's words; only for voices of two languages. */
  readonly languageCode: string | undefined;
  readonly lexicons: readonly string[] | undefined;
  readonly formats: readonly PollyFormat[];
}

/** One request for speech, ready to be sent, and the one for its marks. */
export interface SpeechCall {
  readonly input: SynthesizeSpeechCommandInput;
  /** Undefined: no marks are wanted that Polly has. */
  readonly marksInput: SynthesizeSpeechCommandInput | undefined;
  readonly marks: MarkReading;
  readonly format: PollyFormat;
  readonly context: ErrorContext;
  /** What cannot be honoured. */
  readonly warnings: readonly EngineEvent[];
}

/** What the lines of marks are read with. */
export interface MarkReading {
  /** The request's own text. */
  readonly text: string;
  readonly sent: SentText;
  readonly wanted: readonly MarkKind[];
  readonly source: Mark["source"];
}

const markTypes = { sentence: "sentence", word: "word", viseme: "viseme", bookmark: "ssml" } as const;
const kinds: Readonly<Record<string, MarkKind>> = { sentence: "sentence", word: "word", viseme: "viseme", ssml: "bookmark" };
const rates = { least: 0.2, most: 2 };

/**
 * Puts a request into Polly's words.
 *
 * @throws TTSError `INVALID_INPUT`, `TEXT_TOO_LONG`, `INVALID_CONFIG`.
 */
export function buildSpeechCall(request: SynthesisRequest, choice: SpeechChoice, secrets: readonly string[] = []): SpeechCall {
  const { text, ssml, marks: wanted } = request;
  const format = chooseFormat(choice.formats, request.format);
  if (format === undefined) throw refusal("INVALID_CONFIG", "`formats` is empty. Name at least one.");
  const warnings: EngineEvent[] = [];
  const sent = sentText(text, { ssml, prosody: readProsody(request, choice.engine, warnings) });
  checkLength(text, sent);
  const input: SynthesizeSpeechCommandInput = {
    Text: sent.text,
    TextType: sent.isSsml ? "ssml" : "text",
    ...voiceFields(choice),
    OutputFormat: format.name,
    SampleRate: String(format.format.sampleRate),
  };
  const types = typesOf(wanted, sent.isSsml && ssml);
  // Generative voices speak the same text otherwise each time, and marks come from another rendering than the audio.
  const source = choice.engine === "generative" ? "estimated" : "native";
  const { SampleRate: _, ...rest } = input;
  return {
    input,
    marksInput: types.length === 0 ? undefined : { ...rest, OutputFormat: "json", SpeechMarkTypes: [...types] },
    marks: { text, sent, wanted, source },
    format,
    context: contextOf("speech", [text, sent.text, ...secrets]),
    warnings,
  };
}

/** The fields that every request for speech has in common. */
export function voiceFields({ voice, engine, languageCode, lexicons }: SpeechChoice): Pick<SynthesizeSpeechCommandInput, "VoiceId" | "Engine" | "LanguageCode" | "LexiconNames"> {
  return {
    // AWS's types name the voices of one day; the service takes those of today.
    VoiceId: voice as NonNullable<SynthesizeSpeechCommandInput["VoiceId"]>,
    Engine: engine,
    ...(languageCode === undefined ? {} : { LanguageCode: languageCode as NonNullable<SynthesizeSpeechCommandInput["LanguageCode"]> }),
    ...(lexicons === undefined || lexicons.length === 0 ? {} : { LexiconNames: [...lexicons] }),
  };
}

/** What errors of a call are told with. */
export function contextOf(what: string, sent: readonly string[] = []): ErrorContext {
  return { engine: "polly", doing: `Asking Amazon Polly for ${what}`, errors: pollyErrors, sent };
}

/** What Polly can do of the prosody that is wanted; the rest is told in warnings. */
export function readProsody({ rate = 1, pitch = 0, volume = 1 }: Pick<SynthesisRequest, "rate" | "pitch" | "volume">, engine: PollyEngineName, warnings: EngineEvent[]): SentProsody {
  const wrong = Object.entries({ rate, pitch, volume }).find(([, value]) => !Number.isFinite(value));
  if (wrong !== undefined) throw refusal("INVALID_INPUT", `\`${wrong[0]}\` is not a finite number. Give a finite one, or leave it out.`);
  const used = Math.min(rates.most, Math.max(rates.least, rate));
  if (used !== rate) warnings.push(warning("OPTION_CLAMPED", `Polly speaks with a rate of ${rates.least} to ${rates.most}; ${rate} was asked for, ${used} is used.`));
  if (pitch === 0 || engine === "standard") return { rate: used, pitch, volume };
  warnings.push(warning("OPTION_IGNORED", `Only Polly's standard engine changes the pitch; with ${engine} it stays as it is.`));
  return { rate: used, volume };
}

/** Polly's kinds of marks for ours. Visemes come without a place in the text: the words tell it. */
function typesOf(wanted: readonly MarkKind[], isSsml: boolean): readonly ("sentence" | "word" | "viseme" | "ssml")[] {
  const types = new Set<"sentence" | "word" | "viseme" | "ssml">();
  for (const kind of wanted) {
    if (kind === "bookmark" && !isSsml) continue;
    if (kind in markTypes) types.add(markTypes[kind as keyof typeof markTypes]);
    if (kind === "viseme") types.add("word");
  }
  return [...types];
}

function checkLength(text: string, { text: sent, isSsml }: SentText): void {
  if (text === "") throw refusal("INVALID_INPUT", "the text is empty. Give at least one character.");
  const spoken = countCharacters(isSsml ? sent.replaceAll(/<[^<>]*>/gu, "") : sent);
  const all = isSsml ? countCharacters(sent) : spoken;
  if (spoken <= MOST_CHARACTERS && all <= MOST_WITH_TAGS) return;
  throw refusal("TEXT_TOO_LONG", `the text has ${spoken} characters (${all} with tags); at most ${MOST_CHARACTERS} (${MOST_WITH_TAGS}) fit into one request. Feed it to a stream, which cuts it, or give shorter pieces.`);
}

/** Polly counts characters, not UTF-16 units. */
function countCharacters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1;
  return count;
}

/** Makes a reader of marks: for each line of the answer the mark in the request's own text; undefined for what is none, or not wanted. */
export function createMarkReader({ text, sent, wanted, source }: MarkReading): (line: unknown) => Mark | undefined {
  let word = { textStart: 0, textEnd: 0 };
  return (line) => {
    if (typeof line !== "object" || line === null) return undefined;
    const { time, type, start, end, value } = line as Readonly<Record<string, unknown>>;
    const kind = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind === undefined || typeof time !== "number" || !(time >= 0) || typeof value !== "string") return undefined;
    const place = typeof start === "number" && typeof end === "number" ? { textStart: sent.offsetOf(start), textEnd: Math.max(sent.offsetOf(start), sent.offsetOf(end)) } : word;
    if (kind === "word") word = place;
    if (!wanted.includes(kind)) return undefined;
    // Words are told as they are written: with entities, where the document has them.
    const isWritten = kind === "word" || (kind === "sentence" && !sent.isSsml);
    return { kind, timeMs: time, ...place, value: isWritten ? text.slice(place.textStart, place.textEnd) : value, source };
  };
}

/** Something that was asked for and is not honoured. */
export function warning(code: string, message: string): EngineEvent {
  return { type: "warning", code, message };
}

/** An error of the request itself, found before anything is sent. */
export function refusal(code: "INVALID_INPUT" | "INVALID_CONFIG" | "UNSUPPORTED" | "TEXT_TOO_LONG" | "VOICE_NOT_FOUND", says: string): TTSError {
  return new TTSError(code, `Speaking with polly: ${says}`, { engine: "polly" });
}
