import * as v from "valibot";
import { servedFormatNames } from "../audio/audio-formats.ts";

/** What a request for speech says. */
export interface SpeechRequest {
  readonly model?: string | undefined;
  readonly input: string;
  readonly voice?: string | { readonly id: string } | undefined;
  readonly response_format: string;
  readonly speed?: number | undefined;
  readonly instructions?: string | undefined;
  readonly stream_format?: "audio" | "sse" | undefined;
  readonly stream?: boolean | undefined;
  readonly language?: string | undefined;
  readonly ssml?: boolean | undefined;
}

/**
 * Body of `POST /v1/audio/speech`: OpenAI's fields, and `stream`, `language` and `ssml`. `response_format` may be any name here, so that what cannot be made is
 * refused with what can.
 */
export const speechSchema: v.GenericSchema<unknown, SpeechRequest> = v.strictObject({
  model: v.optional(v.pipe(v.string(), v.description("One of GET /v1/models. OpenAI's own names, and none at all, are the first of them."))),
  input: v.pipe(v.string(), v.minLength(1), v.description("The text to speak.")),
  voice: v.optional(v.pipe(v.union([v.string(), v.strictObject({ id: v.string() })]), v.description("One of GET /v1/audio/voices. OpenAI's own names are the engine's default voice where they are no alias."))),
  response_format: v.optional(v.pipe(v.string(), v.description(`One of ${servedFormatNames.join(", ")}. \`pcm\` has 24,000 Hz, \`mulaw\` and \`alaw\` 8,000; the others have the engine's rate.`)), "mp3"),
  speed: v.optional(v.pipe(v.number(), v.minValue(0.25), v.maxValue(4), v.description("1 is normal."))),
  instructions: v.optional(v.pipe(v.string(), v.description("How to speak, for engines that take it; the others are not told, with a warning."))),
  stream_format: v.optional(v.pipe(v.picklist(["audio", "sse"]), v.description("Bare audio, or events with audio in base64."))),
  stream: v.optional(v.pipe(v.boolean(), v.description("Taken for the sake of other servers' clients; every answer is streamed."))),
  language: v.optional(v.pipe(v.string(), v.description("BCP-47, of the text."))),
  ssml: v.optional(v.pipe(v.boolean(), v.description("The text is SSML, where the server allows it."))),
});
