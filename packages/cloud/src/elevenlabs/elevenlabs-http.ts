import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { openAudioBody } from "../transport/audio-body.ts";
import { calledOff, engineClosed, throwIfCalledOff } from "../transport/call-context.ts";
import { errorFromAnswer, errorFromResponse, readRequestId } from "../transport/error-from-response.ts";
import type { HttpBody, HttpResponse } from "../transport/http-types.ts";
import { readJsonLines } from "../transport/ndjson-reader.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { prosodyWarnings, requireKey, speechSettings, type ElevenLabsAccount } from "./elevenlabs-connection.ts";
import { errorContext } from "./elevenlabs-errors.ts";
import { bytesPerMs } from "./elevenlabs-audio-time.ts";
import { MarkReader } from "./elevenlabs-marks.ts";
import { modelOf } from "./elevenlabs-models.ts";
import { readMessage, speechBody, speechUrl, type SpeechMessage, type SpeechSettings } from "./elevenlabs-wire.ts";

const DOING = "Asking ElevenLabs for audio";

/** One request under way. */
interface Call {
  readonly account: ElevenLabsAccount;
  readonly request: SynthesisRequest;
  readonly settings: SpeechSettings;
  readonly context: ErrorContext;
  /** Throws when the request is not wanted any more: what has come already is not handed out then. */
  checkWanted(): void;
}

/** One whole segment over HTTP: raw bytes, or lines with timestamps where marks are wanted. */
export async function* synthesizeOverHttp(account: ElevenLabsAccount, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void> {
  const settings = speechSettings(account, request, DOING);
  const key = requireKey(account, DOING).reveal();
  checkLength(request, settings);
  const context = errorContext(DOING, [request.text, request.previousText, key]);
  throwIfCalledOff(context, signal);
  const hasMarks = account.capabilities.marks.some((kind) => request.marks.includes(kind));
  const checkWanted = (): void => {
    if (signal.aborted) throw calledOff(context, signal);
    if (account.closing.signal.aborted) throw engineClosed(context);
  };
  const call: Call = { account, request, settings, context, checkWanted };
  const previousText = settings.model === "eleven_v3" ? undefined : request.previousText;
  const response = await account.http.open({
    doing: DOING,
    url: speechUrl(settings, hasMarks),
    headers: { "xi-api-key": key, "content-type": "application/json", accept: hasMarks ? "application/json" : "audio/*" },
    body: speechBody(settings, request.text, previousText),
    signal,
  });
  yield* hasMarks ? readLines(call, response) : readBytes(call, response);
  yield* readUsage(response);
}

function checkLength({ text }: SynthesisRequest, { model }: SpeechSettings): void {
  const { characters } = modelOf(model);
  if (text.length <= characters) return;
  throw new TTSError("TEXT_TOO_LONG", `${DOING}: the text has ${text.length} characters, and the model ${model} takes ${characters} in one request. Cut it, or choose another model.`, { engine: "elevenlabs" });
}

function startOf({ settings }: Call, { headers }: HttpResponse): EngineEvent {
  return { type: "start", format: { ...settings.format }, requestId: readRequestId(headers) };
}

async function* readBytes(call: Call, response: HttpResponse): AsyncGenerator<EngineEvent, void> {
  const body = await openAudioBody(response, { ...call.context, encoding: call.settings.format.encoding }).catch((error: unknown) => {
    if (hasWords(call.request) || !TTSError.isInstance(error) || error.code !== "NO_AUDIO") throw error;
  });
  if (body === undefined) {
    yield startOf(call, response);
    return;
  }
  try {
    call.checkWanted();
    yield startOf(call, response);
    yield* prosodyWarnings(call.request);
    for await (const bytes of body) {
      call.checkWanted();
      yield { type: "audio", bytes };
    }
  } finally {
    body.cancel();
  }
}

async function* readLines(call: Call, response: HttpResponse): AsyncGenerator<EngineEvent, void> {
  const { account, request, settings, context, checkWanted } = call;
  if (response.status !== 200) throw await errorFromResponse(response, context);
  const marks = new MarkReader({ kinds: request.marks, time: account.options.alignmentTime ?? "absolute" });
  marks.feed(request.text);
  const rate = bytesPerMs(settings.format);
  let bytes = 0;
  try {
    for await (const line of readJsonLines(await expectLines(call, response), context)) {
      const message = readLine(line, response, context);
      marks.read(message, bytes / rate);
      checkWanted();
      if (message.audio !== undefined) {
        if (bytes === 0) {
          yield startOf(call, response);
          yield* prosodyWarnings(request);
          checkWanted();
        }
        bytes += message.audio.length;
        yield { type: "audio", bytes: message.audio };
      }
      for (const mark of bytes === 0 ? [] : marks.take(bytes / rate)) {
        checkWanted();
        yield { type: "mark", mark };
      }
    }
    if (bytes === 0 && hasWords(request)) throw noAudio(response);
    if (bytes === 0) yield startOf(call, response);
    for (const mark of marks.finish(bytes / rate)) {
      checkWanted();
      yield { type: "mark", mark };
    }
  } finally {
    response.body.cancel();
  }
}

/** Passes the body on if it begins as an object does; else tells what came in its place. */
async function expectLines({ context, settings }: Call, response: HttpResponse): Promise<AsyncIterable<Uint8Array>> {
  const iterator = response.body[Symbol.asyncIterator]();
  let first = await iterator.next();
  while (first.done !== true && first.value.length === 0) first = await iterator.next();
  const held = first;
  let isFirst = true;
  const next = (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (!isFirst) return iterator.next();
    isFirst = false;
    return Promise.resolve(held);
  };
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    response.body.cancel();
    return { done: true, value: undefined };
  };
  const body: HttpBody = { [Symbol.asyncIterator]: () => ({ next, return: leave }), cancel: response.body.cancel };
  if (held.done === true || /^\s*(?:\{|$)/.test(new TextDecoder().decode(held.value.subarray(0, 16)))) return body;
  await openAudioBody({ ...response, body }, { ...context, encoding: settings.format.encoding });
  throw new TTSError("PROTOCOL", `${DOING}: lines of JSON were expected, and something else came. Check the option \`baseURL\`.`, { engine: "elevenlabs" });
}

function readLine(line: unknown, { status, headers }: HttpResponse, context: ErrorContext): SpeechMessage {
  const message = readMessage(line);
  if (message !== undefined && message.error === undefined) return message;
  throw errorFromAnswer({ status, headers, json: line }, context, { code: "PROTOCOL", says: "the service answered with something else where audio was expected" });
}

/** A text without words may well have no audio. */
function hasWords({ text }: SynthesisRequest): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function noAudio({ headers }: HttpResponse): TTSError {
  return new TTSError("NO_AUDIO", `${DOING}: the answer has no audio in it. Check that the text has something to speak in the voice's language.`, { engine: "elevenlabs", requestId: readRequestId(headers) });
}

/** What the service says that it billed; the header is known from its own clients only. */
function* readUsage({ headers }: HttpResponse): Generator<EngineEvent, void> {
  const told = headers["character-cost"];
  if (told !== undefined && /^\d{1,9}$/.test(told)) yield { type: "usage", characters: Number(told) };
}
