import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { openAIErrors } from "./openai-errors.ts";
import { checkRequestOptions, type OpenAIRequestOptions, type OpenAIVoiceReference } from "./openai-options.ts";
import { addressOf, type OpenAIFormat, type OpenAISettings } from "./openai-settings.ts";

/** One request for speech, ready to be sent. */
export interface SpeechCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What is asked for; what comes may be another. */
  readonly asked: OpenAIFormat;
  readonly text: string;
  readonly context: ErrorContext;
  /** What cannot be honoured. */
  readonly warnings: readonly EngineEvent[];
}

/** What OpenAI and its copies take. */
const speeds = { least: 0.25, most: 4 };
const withoutInstructions: ReadonlySet<string> = new Set(["tts-1", "tts-1-hd"]);

/**
 * Puts a request into the words of the interface.
 *
 * @throws TTSError `AUTHENTICATION` without a key where one is needed, `INVALID_INPUT`, `INVALID_CONFIG`, `TEXT_TOO_LONG`, `UNSUPPORTED` for SSML.
 */
export function buildSpeechCall(request: SynthesisRequest, settings: OpenAISettings): SpeechCall {
  const options = joinOptions(settings.defaults, checkRequestOptions(request.engineOptions));
  const { model = "gpt-4o-mini-tts", streamFormat = "audio" } = options;
  checkRequest(request, settings);
  const isOld = settings.isOpenAI && withoutInstructions.has(model);
  if (isOld && streamFormat === "sse") throw refusal("INVALID_CONFIG", `the model ${model} of OpenAI sends no events. Set \`streamFormat\` to "audio", or choose another model.`);
  const asked = chooseFormat(request, settings);
  const warnings = unhonoured(request);
  const speed = speedOf(request.rate, warnings);
  if (isOld && options.instructions !== undefined) warnings.push(warning("OPTION_IGNORED", `The model ${model} of OpenAI takes no \`instructions\`; they are left out.`));
  const body = {
    ...options.body,
    model,
    voice: voiceOf(request.voice, options, settings),
    input: request.text,
    response_format: asked.name,
    ...(isOld || options.instructions === undefined ? {} : { instructions: options.instructions }),
    ...(speed === undefined ? {} : { speed }),
    ...(streamFormat === "sse" ? { stream_format: "sse" } : {}),
  };
  return { url: addressOf(settings, "/audio/speech"), headers: settings.headers(), body: JSON.stringify(body), asked, text: request.text, context: contextOf(settings, "speech", [request.text, options.instructions]), warnings };
}

/** What errors of a call are told with. */
export function contextOf(settings: OpenAISettings, what: string, sent: readonly (string | undefined)[] = []): ErrorContext {
  const service = settings.isOpenAI ? "OpenAI" : "the OpenAI-compatible server";
  return { engine: "openai", doing: `Asking ${service} for ${what}`, errors: openAIErrors, sent: [...sent, ...settings.secrets()] };
}

function joinOptions(defaults: OpenAIRequestOptions, own: OpenAIRequestOptions): OpenAIRequestOptions & { ownVoice: OpenAIVoiceReference | undefined } {
  return {
    model: own.model ?? defaults.model,
    voice: defaults.voice,
    ownVoice: own.voice,
    instructions: own.instructions ?? defaults.instructions,
    streamFormat: own.streamFormat ?? defaults.streamFormat,
    body: { ...defaults.body, ...own.body },
  };
}

function checkRequest({ text, ssml }: SynthesisRequest, settings: OpenAISettings): void {
  if (text === "") throw refusal("INVALID_INPUT", "the text is empty. Give at least one character.");
  if (ssml) throw refusal("UNSUPPORTED", "this interface takes plain text only, and SSML was given. Give plain text, or choose an engine that lists SSML elements.");
  if (text.length > settings.maxCharacters) {
    throw refusal("TEXT_TOO_LONG", `the text has ${text.length} characters, at most ${settings.maxCharacters} fit into one request. Feed it to a stream, which cuts it, or give shorter pieces.`);
  }
  if (settings.isOpenAI && settings.apiKey === undefined && settings.headers()["authorization"] === undefined) {
    throw refusal("AUTHENTICATION", "there is no key. Set the option `apiKey` or the variable OPENAI_API_KEY.");
  }
}

/** Custom voices of OpenAI have ids of their own kind, and go as `{ id }`; of other servers it is not known, so names stay names. */
function voiceOf(asked: string | undefined, { voice, ownVoice }: ReturnType<typeof joinOptions>, { isOpenAI }: OpenAISettings): OpenAIVoiceReference {
  if (ownVoice !== undefined) return ownVoice;
  if (asked === undefined) return voice ?? "alloy";
  return isOpenAI && /^voice_\w/.test(asked) ? { id: asked } : asked;
}

function chooseFormat({ format }: SynthesisRequest, { formats }: OpenAISettings): OpenAIFormat {
  const chosen = formats.find((offered) => offered.format.encoding === format.encoding) ?? formats[0];
  if (chosen !== undefined) return chosen;
  throw refusal("INVALID_CONFIG", "`formats` is empty. Name at least one.");
}

function speedOf(rate: number | undefined, warnings: EngineEvent[]): number | undefined {
  if (rate === undefined || rate === 1) return undefined;
  if (!Number.isFinite(rate)) throw refusal("INVALID_INPUT", "`rate` is not a finite number. Give a number from 0.25 to 4.");
  const speed = Math.min(speeds.most, Math.max(speeds.least, rate));
  if (speed !== rate) warnings.push(warning("OPTION_CLAMPED", `OpenAI speaks with a rate of ${speeds.least} to ${speeds.most}; ${rate} was asked for, ${speed} is used.`));
  return speed;
}

function unhonoured({ pitch = 0, volume = 1 }: SynthesisRequest): EngineEvent[] {
  const names = [pitch === 0 ? undefined : "pitch", volume === 1 ? undefined : "volume"].filter((name) => name !== undefined);
  return names.map((name) => warning("OPTION_IGNORED", `OpenAI changes no ${name}; it stays as it is.`));
}

function warning(code: string, message: string): EngineEvent {
  return { type: "warning", code, message };
}

function refusal(code: "INVALID_INPUT" | "INVALID_CONFIG" | "UNSUPPORTED" | "TEXT_TOO_LONG" | "AUTHENTICATION", says: string): TTSError {
  return new TTSError(code, `Speaking with openai: ${says}`, { engine: "openai" });
}
