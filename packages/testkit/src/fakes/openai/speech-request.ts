import { openAIModels, openAIVoices, type FakeOpenAIOptions } from "./fake-openai-options.ts";
import { badRequest, noKey, wrongKey, type OpenAIRefusal } from "./openai-refusal.ts";

/** What a client asks to be spoken. Before it was looked at: fields may be missing or wrong. */
export interface SpeechBody {
  input?: unknown;
  model?: unknown;
  voice?: unknown;
  response_format?: unknown;
  stream_format?: unknown;
  speed?: unknown;
  [field: string]: unknown;
}

/** The most characters (code points) of one request. */
const maxCharacters = 4_096;
const formats: readonly unknown[] = ["mp3", "opus", "aac", "flac", "wav", "pcm"];

/** Reads the JSON of a request; undefined when it is none. */
export function readSpeechBody(bytes: Uint8Array): SpeechBody | undefined {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as SpeechBody) : undefined;
  } catch {
    return undefined;
  }
}

/** The voice of a request, by name or by the id of a voice of the customer's own. */
export function voiceOf({ voice }: SpeechBody): string | undefined {
  if (typeof voice === "string") return voice;
  const id: unknown = typeof voice === "object" && voice !== null && "id" in voice ? voice.id : undefined;
  return typeof id === "string" ? id : undefined;
}

/** The key of a request; undefined when there is none. */
export function keyOf(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/iu.exec(authorization ?? "")?.[1];
}

/** Why a key is refused; undefined when it is good. */
export function refusalOfKey(key: string | undefined, options: FakeOpenAIOptions): OpenAIRefusal | undefined {
  if (key === undefined) return options.keyOptional === true ? undefined : noKey();
  return options.key === undefined || options.key === key ? undefined : wrongKey(key);
}

/**
 * Why a request is refused; undefined when it is good. The statuses for a voice (400 by name, 404 by id) and for events from tts-1 (400) are
 * not verified against the service.
 */
export function refusalOfBody(body: SpeechBody | undefined, options: FakeOpenAIOptions): OpenAIRefusal | undefined {
  if (body === undefined) return badRequest("We could not parse the JSON body of your request.");
  for (const field of ["model", "input", "voice"]) {
    if (body[field] === undefined) return badRequest(`Missing required parameter: '${field}'.`, field, "missing_required_parameter");
  }
  return refusalOfInput(body) ?? refusalOfModel(body, options) ?? refusalOfVoice(body, options) ?? refusalOfFormat(body);
}

function refusalOfInput({ input, speed }: SpeechBody): OpenAIRefusal | undefined {
  if (typeof input !== "string") return badRequest("Invalid type for 'input': expected a string.", "input", "invalid_type");
  const { length } = [...input];
  if (length === 0) return badRequest("Invalid 'input': empty string. Expected a string with minimum length 1, but got an empty string instead.", "input", "empty_string");
  if (length > maxCharacters) {
    return badRequest(`Invalid 'input': string too long. Expected a string with maximum length ${maxCharacters}, but got a string with length ${length} instead.`, "input", "string_above_max_length");
  }
  if (speed !== undefined && !(typeof speed === "number" && speed >= 0.25 && speed <= 4)) return badRequest("Invalid 'speed': expected a value from 0.25 to 4.0.", "speed", "decimal_out_of_range");
  return undefined;
}

function refusalOfModel({ model, stream_format: streamFormat }: SpeechBody, { models = openAIModels }: FakeOpenAIOptions): OpenAIRefusal | undefined {
  if (models === "any") return undefined;
  if (typeof model !== "string" || !models.includes(model)) {
    return { status: 404, message: `The model \`${String(model)}\` does not exist or you do not have access to it.`, code: "model_not_found" };
  }
  return streamFormat === "sse" && model.startsWith("tts-1") ? badRequest("'stream_format' of 'sse' is not supported for this model.", "stream_format", "unsupported_value") : undefined;
}

function refusalOfVoice(body: SpeechBody, { voices = openAIVoices }: FakeOpenAIOptions): OpenAIRefusal | undefined {
  const voice = voiceOf(body);
  if (voice === undefined) return badRequest("Invalid type for 'voice'.", "voice", "invalid_type");
  if (voices === "any" || voices.includes(voice)) return undefined;
  if (typeof body.voice === "string") return badRequest(`Invalid value: '${voice}'. Supported values are: ${voices.map((name) => `'${name}'`).join(", ")}.`, "voice", "invalid_value");
  return { status: 404, message: `The voice '${voice}' does not exist.`, parameter: "voice", code: "voice_not_found" };
}

function refusalOfFormat({ response_format: format = "mp3", stream_format: streamFormat = "audio" }: SpeechBody): OpenAIRefusal | undefined {
  if (!formats.includes(format)) return badRequest(`Invalid value for 'response_format'. Supported values are: ${formats.map((name) => `'${String(name)}'`).join(", ")}.`, "response_format", "invalid_value");
  if (format !== "pcm" && format !== "wav") return badRequest(`This fake speaks only 'pcm' and 'wav', not '${String(format)}'. Ask for one of them in 'response_format'.`, "response_format", "not_faked");
  if (streamFormat !== "audio" && streamFormat !== "sse") return badRequest("Invalid value for 'stream_format'. Supported values are: 'audio' and 'sse'.", "stream_format", "invalid_value");
  return undefined;
}
