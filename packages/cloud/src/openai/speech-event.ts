import { TTSError } from "@parlando/engine";
import { errorFromAnswer } from "../transport/error-from-response.ts";
import type { ResponseHeaders } from "../transport/http-types.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import type { ServerSentEvent } from "../transport/sse-reader.ts";

/** What one event of a stream of speech says. */
export type SpeechEvent =
  | { kind: "audio"; bytes: Uint8Array }
  | { kind: "done"; usage: Readonly<Record<string, number>> | undefined }
  /** One that need not be understood. */
  | { kind: "other" };

/**
 * Reads one event. OpenAI does not document what an error among events looks like; of compatible servers `{ type: "error", error }` was seen.
 *
 * @throws TTSError `PROTOCOL` for an event that cannot be read; what the event says, for an error.
 */
export function readSpeechEvent({ data, event }: ServerSentEvent, headers: ResponseHeaders, context: ErrorContext): SpeechEvent {
  if (data === "" || data.trim() === "[DONE]") return { kind: "other" };
  const message = parse(data);
  if (message === undefined) throw unreadable(context, "an event is not JSON");
  const { type, error } = message;
  if (type === "error" || event === "error" || (error !== undefined && error !== null)) {
    throw errorFromAnswer({ headers, json: message }, context, { code: "SERVICE", says: "the service failed while it was speaking" });
  }
  if (type === "speech.audio.delta") return { kind: "audio", bytes: readAudio(message["audio"], context) };
  // One compatible server is known to write `token_usage`.
  if (type === "speech.audio.done") return { kind: "done", usage: readUsage(message["usage"] ?? message["token_usage"]) };
  return { kind: "other" };
}

function parse(data: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(data) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function readAudio(audio: unknown, context: ErrorContext): Uint8Array {
  if (typeof audio !== "string") throw unreadable(context, "an event of audio has none");
  const bytes = decodeBase64(audio);
  // Node passes over what is not base64, and so would lose audio.
  if (bytes === undefined || bytes.length !== decodedLength(audio)) throw unreadable(context, "the audio of an event is not base64");
  return bytes;
}

function decodeBase64(text: string): Uint8Array | undefined {
  if (typeof Buffer === "function") return Buffer.from(text, "base64");
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function decodedLength(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

function readUsage(usage: unknown): Readonly<Record<string, number>> | undefined {
  if (typeof usage !== "object" || usage === null) return undefined;
  const numbers = Object.entries(usage).filter((entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]));
  return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
}

function unreadable({ engine, doing }: ErrorContext, says: string): TTSError {
  return new TTSError("PROTOCOL", `${doing}: ${says}. Try again; if it stays, set \`streamFormat\` to "audio".`, { engine });
}
