import { TTSError } from "@parlando/engine";
import { openAudioBody } from "../transport/audio-body.ts";
import { errorFromResponse, readRequestId } from "../transport/error-from-response.ts";
import type { HttpBody, HttpResponse } from "../transport/http-types.ts";
import { readServerSentEvents } from "../transport/sse-reader.ts";
import { unrefTimer } from "../transport/unref-timer.ts";
import { lookIntoBody } from "./body-kind.ts";
import type { SpeechCall } from "./openai-wire.ts";
import { readSpeechEvent } from "./speech-event.ts";

/** The audio of an answer, out of whatever it came in. */
export interface SpeechBody {
  readonly audio: AsyncIterable<Uint8Array>;
  /** What was used, where the answer told; known at the end. */
  usage(): Readonly<Record<string, number>> | undefined;
}

/** How long the body may go on behind the event that ends it, in milliseconds: the connection is kept for the next request only when it ends. */
const LINGER_MS = 50;

/**
 * The audio of an answer, bytes or events, once it is sure that it is one of them.
 *
 * @throws TTSError what the status or a body in place of audio says, `NO_AUDIO` for an empty body; while it is read, what the transport and
 * the events say, and `TRUNCATED` for events that end without `speech.audio.done`.
 */
export async function openSpeechBody(response: HttpResponse, call: SpeechCall, sseEnd: "done" | "eof"): Promise<SpeechBody> {
  const { context, asked } = call;
  if (response.status < 200 || response.status >= 300) throw await errorFromResponse(response, context);
  const { isEvents, body } = await lookIntoBody(response.body);
  if (isEvents) return readEvents(body, { response, call, sseEnd });
  return { audio: await openAudioBody({ ...response, body }, { ...context, encoding: asked.format.encoding }), usage: () => undefined };
}

interface EventContext {
  response: HttpResponse;
  call: SpeechCall;
  sseEnd: "done" | "eof";
}

function readEvents(body: HttpBody, { response, call: { context }, sseEnd }: EventContext): SpeechBody {
  const { headers } = response;
  let usage: Readonly<Record<string, number>> | undefined;
  let isDone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function finish(): void {
    isDone = true;
    timer = setTimeout(body.cancel, LINGER_MS);
    unrefTimer(timer);
  }

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    let hasAudio = false;
    try {
      for await (const sent of readServerSentEvents(body, context)) {
        if (isDone) continue;
        const event = readSpeechEvent(sent, headers, context);
        if (event.kind === "done") {
          usage = event.usage;
          finish();
        } else if (event.kind === "audio" && event.bytes.length > 0) {
          hasAudio = true;
          yield event.bytes;
        }
      }
    } catch (error) {
      // All has come; only being called off still counts.
      if (!isDone || (TTSError.isInstance(error) && error.code === "ABORTED")) throw error;
    } finally {
      clearTimeout(timer);
    }
    if (!isDone && (sseEnd === "done" || !hasAudio)) throw endless(hasAudio);
  }

  function endless(hasAudio: boolean): TTSError {
    const advice = hasAudio ? "What was delivered is real; try again. If the server never sends the event, set `sseEnd` to \"eof\"" : "Try again";
    return new TTSError("TRUNCATED", `${context.doing}: the events ended without speech.audio.done. ${advice}.`, { engine: context.engine, requestId: readRequestId(headers) });
  }
  return { audio: { [Symbol.asyncIterator]: read }, usage: () => usage };
}
