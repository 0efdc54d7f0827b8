import type { CrossOriginPolicy } from "../shared/cross-origin.ts";
import type { FakeOptions } from "../shared/fake-fault.ts";

/** The faults of `{ kind: "vendor" }` that the fake of OpenAI plays, and what each does. Servers that are compatible with OpenAI showed most of them. */
export const openAIVendorFaults = {
  "rate-limit-seconds": "429 rate_limit_exceeded, Retry-After in seconds.",
  "rate-limit-date": "429 rate_limit_exceeded, Retry-After as a date.",
  "rate-limit-ms": "429 rate_limit_exceeded, retry-after-ms.",
  "insufficient-quota": "429 insufficient_quota: trying again is of no use.",
  "echoes-request": "422 in the form of FastAPI, with the text and the key in it.",
  "wav-size-ffffffff": "WAV whose sizes are 0xFFFFFFFF.",
  "wav-size-7fffffff": "WAV whose sizes are 0x7FFFFFFF.",
  "wav-size-7ffff000": "WAV whose sizes are 0x7FFFF024 and 0x7FFFF000.",
  "wav-size-2000000000": "WAV whose sizes are 2,000,000,036 and 2,000,000,000.",
  "wav-size-zero": "WAV whose sizes are 0.",
  "wav-header-per-chunk": "Each block of audio is a WAV of its own.",
  "wav-list-after-data": "A LIST chunk follows the data.",
  "wav-c2pa-after-data": "A C2PA chunk of odd length follows the data.",
  "wav-junk-before-data": "JUNK of odd length and LIST stand before the data.",
  "no-content-type": "Audio without a content-type.",
  "wrong-content-type": "Audio as text/plain.",
  "json-as-audio": "A JSON error in a 200 whose content-type is that of the audio.",
  "ignores-response-format": "WAV where PCM was asked for, PCM where WAV was; content-type as asked.",
  "mp3-instead": "MP3 (frames of silence, content-type audio/mpeg), whatever was asked for.",
  "ignores-stream-format": "Bytes where events were asked for.",
  "no-done-event": "All events of audio, then an orderly end without speech.audio.done.",
  "error-event": "An event of type error after `afterBytes` of audio (default: half), then an orderly end.",
  "done-token-usage": "speech.audio.done with token_usage in place of usage.",
  "other-sample-rate": "Audio at two thirds of the sample rate; only a WAV tells.",
  "audio-twice": "The text is spoken twice.",
} as const;

/** A name of {@link openAIVendorFaults}. */
export type OpenAIVendorFault = keyof typeof openAIVendorFaults;

/** How server-sent events are written. All of these are allowed; a client must read each. */
export interface FakeSseOptions {
  /** What ends a line; "mixed" takes turns from event to event. Default "\n". */
  lineEnd?: "\n" | "\r\n" | "\r" | "mixed" | undefined;
  /** Comments between events and inside them, with letters of two to four bytes. */
  comments?: boolean | undefined;
  /** JSON over several `data` lines. */
  multiLineData?: boolean | undefined;
  /** A byte order mark before the first event. */
  byteOrderMark?: boolean | undefined;
  /** A line `event` and a line `id` with each event. */
  eventNames?: boolean | undefined;
  /** Events of a type that nobody knows, with letters of two to four bytes. */
  unknownEvents?: boolean | undefined;
  /** `data: [DONE]` at the end. */
  doneMarker?: boolean | undefined;
}

/** What the fake of OpenAI takes besides what every fake does. */
export interface FakeOpenAIOptions extends FakeOptions {
  /** Default: the four of OpenAI. "any": none is refused, as by many compatible servers. */
  models?: readonly string[] | "any" | undefined;
  /** Default: the thirteen of OpenAI. "any": none is refused. */
  voices?: readonly string[] | "any" | undefined;
  /** In Hz. Default 24,000. */
  sampleRate?: number | undefined;
  /** Answers without any key too, as many compatible servers do. A wrong one is still refused. */
  keyOptional?: boolean | undefined;
  /** `GET /v1/models` answers with this status and an error. Default: with the list. */
  modelsStatus?: number | undefined;
  /** `GET /v1/audio/voices`, which compatible servers have: a list of names, or of objects with `id` and `name`. Default: 404, as OpenAI. */
  voiceList?: "names" | "objects" | undefined;
  /** How the end of a body of bytes is told. "until-close" cannot tell an end from a loss. Default "chunked". */
  transfer?: "chunked" | "content-length" | "until-close" | undefined;
  sse?: FakeSseOptions | undefined;
  /**
   * Pages of other origins may ask and read, as OpenAI lets them: with the headers of its own SDK and no others. Default true; false: nothing is said
   * of origins, as by many compatible servers, so that a browser keeps the answer from the page.
   */
  crossOrigin?: boolean | undefined;
}

/** Seen from outside: its SDK works in pages, and a header of an app's own (`originator`) was refused. That `retry-after` may not be read is not verified. */
export const openAICrossOrigin: CrossOriginPolicy = {
  methods: ["GET", "POST", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "openai-organization", "openai-project", "openai-beta", "user-agent", "x-stainless-arch", "x-stainless-lang", "x-stainless-os", "x-stainless-package-version", "x-stainless-retry-count", "x-stainless-runtime", "x-stainless-runtime-version", "x-stainless-timeout"],
  answerHeaders: ["x-request-id"],
};

/** The models for speech of OpenAI. */
export const openAIModels: readonly string[] = ["tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15"];

/** The voices of OpenAI. */
export const openAIVoices: readonly string[] = ["alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"];
