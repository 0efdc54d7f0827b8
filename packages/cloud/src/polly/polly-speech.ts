import { TTSError, type EngineEvent } from "@parlando/engine";
import { openAudioBody } from "../transport/audio-body.ts";
import type { HttpBody } from "../transport/http-types.ts";
import { readPollyBody, type BodyTimes } from "./polly-body.ts";
import type { PollyCall } from "./polly-call.ts";
import { bytesPerSecond } from "./polly-capabilities.ts";
import type { PollyConnection, PollyLease } from "./polly-connection.ts";
import { pollyError } from "./polly-errors.ts";
import { askForMarks, type MarkFeed } from "./polly-marks.ts";
import type { SpeechCall } from "./polly-wire.ts";

/** What speaking one request needs. */
export interface Speaking {
  readonly speech: SpeechCall;
  readonly lease: PollyLease;
  readonly connection: PollyConnection;
  readonly call: PollyCall;
  readonly times: BodyTimes;
  readonly secrets: readonly string[];
}

/** Sends one request, and one for its marks beside it, and gives what comes of both by time. Leaving it ends them. */
export async function* speak(speaking: Speaking): AsyncGenerator<EngineEvent, void, undefined> {
  const { speech, lease, connection, call, times, secrets } = speaking;
  const { context, format } = speech;
  try {
    call.expect(times.firstByteMs, "the answer");
    const sending = lease.client.send(new lease.sdk.SynthesizeSpeechCommand(speech.input), { abortSignal: call.signal });
    const feed = askForMarks({ speech, connection, call, times, secrets });
    const { AudioStream, RequestCharacters = 0, $metadata } = await call.wait(sending);
    const { requestId } = $metadata;
    const headers = requestId === undefined ? {} : { "x-amzn-requestid": requestId };
    const body = await openAudioBody({ status: 200, headers, body: readPollyBody(AudioStream, call, context, times) }, { ...context, encoding: format.format.encoding });
    call.check();
    yield { type: "start", format: { ...format.format }, requestId };
    for (const warning of speech.warnings) {
      call.check();
      yield warning;
    }
    yield* merge(body, feed, speaking);
    call.check();
    const markCharacters = feed?.characters ?? 0;
    yield { type: "usage", characters: RequestCharacters + markCharacters, details: { audio: RequestCharacters, marks: markCharacters } };
  } catch (error) {
    if (call.failure?.code === "TIMEOUT") lease.retire();
    throw call.failure ?? pollyError(error, context);
  } finally {
    call.end();
    lease.release();
  }
}

/** Marks go before the audio that they are in, as far as they have come: audio never waits for them. */
async function* merge(body: HttpBody, feed: MarkFeed | undefined, { call, speech }: Speaking): AsyncGenerator<EngineEvent, void, undefined> {
  const rate = bytesPerSecond(speech.format.format);
  let bytes = 0;
  for await (const piece of body) {
    call.check();
    bytes += piece.length;
    for (const mark of feed?.until(rate === undefined ? Number.POSITIVE_INFINITY : (1000 * bytes) / rate) ?? []) {
      yield { type: "mark", mark };
      call.check();
    }
    yield { type: "audio", bytes: piece };
    call.check();
  }
  // Raw PCM has no end of its own; half a sample at least is none.
  if (speech.format.name === "pcm" && bytes % 2 === 1) {
    throw new TTSError("TRUNCATED", `${speech.context.doing}: the audio ended inside a sample. What was delivered is real; try again.`, { engine: "polly" });
  }
  if (feed === undefined) return;
  const { marks, warnings } = await feed.rest(rate === undefined ? undefined : (1000 * bytes) / rate);
  for (const event of [...marks.map((mark) => ({ type: "mark", mark }) as const), ...warnings]) {
    call.check();
    yield event;
  }
}
