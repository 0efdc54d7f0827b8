import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import type { CallContext } from "../transport/call-context.ts";
import { checkRequestOptions } from "./edge-options.ts";
import { readProsody, type EdgeProsody } from "./edge-prosody.ts";
import type { EdgeSettings } from "./edge-settings.ts";
import { languageOfVoice } from "./edge-voices.ts";
import { splitText, type TextPiece } from "./split-text.ts";

/** A request, checked and cut into what the service takes at once. */
export interface EdgeCall {
  readonly pieces: readonly TextPiece[];
  readonly voice: string;
  /** The language of the voice. */
  readonly language: string;
  readonly bitrate: 48 | 96;
  /** UTF-16 units of the whole text. */
  readonly characters: number;
  /** Whether the marks of words are wanted. */
  readonly wantsWords: boolean;
  readonly prosody: EdgeProsody;
  readonly warnings: readonly EngineEvent[];
}

/** Bytes of UTF-8 of escaped text that the service takes in one request, as its public clients have it. */
export const LONGEST_TEXT_BYTES = 4096;
/** The voice that the public clients begin with. */
export const DEFAULT_VOICE = "en-US-EmmaMultilingualNeural";

/** Who is doing what, in errors. */
export const speaking: CallContext = { engine: "edge", doing: "Asking Edge's voice service for speech" };

/**
 * Prepares a request.
 *
 * @param findVoice Finds a voice for a language, where the request has no voice of its own.
 * @throws TTSError `INVALID_INPUT`, `INVALID_CONFIG`, `UNSUPPORTED` for SSML, `NO_AUDIO` for nothing but white space, `VOICE_NOT_FOUND` for a language without voices.
 */
export async function prepareCall(request: SynthesisRequest, settings: EdgeSettings, findVoice: (language: string) => Promise<string>): Promise<EdgeCall> {
  const { bitrate = settings.bitrate } = checkRequestOptions(request.engineOptions);
  const { text, ssml, marks } = request;
  if (ssml) throw refusal("UNSUPPORTED", "this service takes plain text only, and SSML was given. Feed it to a stream, which takes the text out, or choose an engine that lists SSML elements.");
  if (text === "") throw refusal("INVALID_INPUT", "the text is empty. Give at least one character.");
  const prosody = readProsody(request);
  const pieces = splitText(text, LONGEST_TEXT_BYTES);
  if (pieces.length === 0) throw refusal("NO_AUDIO", "the text has nothing but white space in it, which gives no audio.");
  const voice = request.voice ?? settings.voice ?? (await defaultVoice(request.language, findVoice));
  return { pieces, voice, language: languageOfVoice(voice), bitrate, characters: text.length, wantsWords: marks.includes("word"), prosody, warnings: prosody.warnings };
}

async function defaultVoice(language: string | undefined, findVoice: (language: string) => Promise<string>): Promise<string> {
  return language === undefined || /^en(-US)?$/i.test(language) ? DEFAULT_VOICE : findVoice(language);
}

function refusal(code: "INVALID_INPUT" | "UNSUPPORTED" | "NO_AUDIO", says: string): TTSError {
  return new TTSError(code, `Speaking with edge: ${says}`, { engine: "edge" });
}
