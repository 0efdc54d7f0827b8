import type { EventForm } from "../audio/speak-to-body.ts";
import { eventBytes } from "../audio/server-sent-events.ts";
import { problemBody } from "../problem/problem.ts";

/**
 * The events of OpenAI's streams. `usage` is required by its clients in all three numbers; engines of ours count no tokens, so `input_tokens` is the number of characters
 * (UTF-16 units) and `output_tokens` is 0. A failure is `speech.audio.error`, and then the body breaks: clients that skip an event they do not know must not take
 * what they have for all there is.
 */
export function openAIEvents(text: string, heartbeatMs?: number): EventForm {
  return {
    audio: (bytes) => audioEvent(bytes),
    done: () => eventBytes(undefined, { type: "speech.audio.done", usage: { input_tokens: text.length, output_tokens: 0, total_tokens: text.length } }),
    failed: (problem) => ({ bytes: eventBytes(undefined, { type: "speech.audio.error", ...problemBody(problem) }), endsCleanly: false }),
    heartbeatMs,
  };
}

/** Base64 needs no escapes, so the event is put together as it is. */
function audioEvent(bytes: Uint8Array): Uint8Array {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return Buffer.from(`data: {"type":"speech.audio.delta","audio":"${base64}"}\n\n`, "latin1");
}
