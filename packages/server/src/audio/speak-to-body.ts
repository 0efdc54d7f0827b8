import { borrowBytes, type AudioChunk, type StreamReport, type Warning } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { problemOf, type Problem } from "../problem/problem.ts";
import { answerHeaders } from "../route/answer-headers.ts";
import type { RouteCall } from "../route/route.ts";
import type { ServerServices } from "../services.ts";
import { blameOptions } from "../speech/engine-fields.ts";
import { openSpeech, type OpenSpeech, type SpeechOrder } from "../speech/open-speech.ts";
import { outcomeOf, rootOf } from "../speech/outcome-of.ts";
import { missingCodecs, type ServedFormat } from "./audio-formats.ts";
import { audioHeaders } from "./audio-headers.ts";
import type { BodyWriter } from "./body-writer.ts";
import { createBodyWriter } from "./create-body-writer.ts";
import { createHttpSink, held, type HttpSink } from "./http-sink.ts";
import { heartbeat, HEARTBEAT_MS } from "./server-sent-events.ts";

/** What is made of the audio of an answer, where it is not sent bare. */
export interface EventForm {
  /** The event for some bytes of the format. `durationMs` is that of bare samples; undefined for blocks of an encoder. */
  audio(bytes: Uint8Array, block: { readonly durationMs: number | undefined; readonly sampleRate: number }): Uint8Array;
  /** What is sent when all is spoken. */
  done(report: StreamReport): Uint8Array;
  /** What is sent when it cannot go on, and whether the body then ends as if it were complete. */
  failed(problem: Problem): { readonly bytes: Uint8Array; readonly endsCleanly: boolean };
  /** Time without an event after which a comment is sent. Default {@link HEARTBEAT_MS}. */
  readonly heartbeatMs?: number | undefined;
}

/** An utterance that is the body of an answer. */
export interface SpokenBody {
  readonly call: Pick<RouteCall<unknown>, "context" | "scope">;
  readonly order: Omit<SpeechOrder, "sink" | "onWarning">;
  readonly text: string;
  readonly format: ServedFormat;
  /** Undefined: the bytes of the format, and nothing else. */
  readonly events?: EventForm | undefined;
}

/** An answer while it is spoken. */
interface Speaking {
  readonly body: SpokenBody;
  readonly writer: BodyWriter;
  /** Undefined where an encoder stands between. */
  readonly sink: HttpSink | undefined;
  /** Rate of what was handed out; undefined before anything was. */
  sampleRate: number | undefined;
}

/**
 * Speaks a text as the body of an answer. Resolves with the answer when its first audio is there; until then failures are thrown, and have a status of their own.
 *
 * @throws Problem or TTSError, before anything was sent.
 */
export async function speakToBody(body: SpokenBody, services: ServerServices): Promise<Response> {
  const { context, scope } = body.call;
  const warnings: Warning[] = [];
  let leave = (): void => undefined;
  const writer = createBodyWriter(context, scope, {
    status: 200,
    headers: () => headersOf(speaking, warnings),
    stallMs: services.limits.stallMs,
    onGone: () => leave(),
  });
  const { bare } = body.format;
  const sink = bare === undefined ? undefined : createHttpSink({ writer, bytesOf: (chunk) => bytesOf(chunk, bare, speaking) });
  const speaking: Speaking = { body, writer, sink, sampleRate: undefined };
  const { model, voice, stream, engineFields, clientNames } = body.order;
  // A body of audio has no place for marks: none is looked for.
  const order: SpeechOrder = { model, voice, stream: { ...stream, marks: [] }, engineFields, clientNames, sink: sink ?? "pull", onWarning: (warning) => void warnings.push(warning) };
  const open = await openSpeech(order, scope, services);
  leave = () => void open.end("gone");
  void speak(speaking, open);
  return await writer.response;
}

/** Where nothing is made of the samples, their bytes are all there is: this is called for every chunk of every stream. */
function bytesOf(chunk: AudioChunk, encoding: NonNullable<ServedFormat["bare"]>, speaking: Speaking): Uint8Array {
  const { events } = speaking.body;
  const { sampleRate, durationMs } = chunk;
  speaking.sampleRate = sampleRate;
  const bytes = borrowBytes(chunk, encoding);
  return events === undefined ? bytes : events.audio(bytes, { durationMs, sampleRate });
}

function headersOf({ body, sampleRate }: Speaking, warnings: readonly Warning[]): Record<string, string> {
  const { context, scope } = body.call;
  const rate = body.format.sampleRate ?? sampleRate;
  const contentType = body.events === undefined ? body.format.contentType(rate ?? 0) : "text/event-stream";
  return audioHeaders({ contentType, streamId: scope.id, sampleRate: rate, warnings, base: answerHeaders(context) });
}

/** Speaks to the end, whatever the end is. Never rejects. */
async function speak(speaking: Speaking, open: OpenSpeech): Promise<void> {
  const { body, writer, sink } = speaking;
  const stopHeartbeat = body.events === undefined ? undefined : beatTheHeart(writer, body.events.heartbeatMs ?? HEARTBEAT_MS, open);
  try {
    sink?.measure(open.meter);
    // What feeding rejects with ends the stream, too.
    if (sink === undefined) {
      const reading = writeEncoded(speaking, open);
      feedAll(open, body.text);
      await reading;
    } else feedAll(open, body.text);
    const report = await open.stream.waitUntilDone();
    if (body.events !== undefined) await writer.write(body.events.done(report));
    await writer.end();
    await open.end("done");
  } catch (error) {
    await failed(speaking, open, error);
  } finally {
    stopHeartbeat?.();
  }
}

function feedAll({ stream }: OpenSpeech, text: string): void {
  void stream.feed(text);
  stream.done();
}

async function failed({ body, writer }: Speaking, open: OpenSpeech, error: unknown): Promise<void> {
  const { scope } = body.call;
  const root = blameOptions(rootOf(error), body.order.engineFields);
  const outcome = outcomeOf(error, scope);
  await open.end(outcome, error);
  const listens = outcome === "failed" || outcome === "shutdown";
  if (!listens || !writer.hasBegun || body.events === undefined) return writer.fail(root);
  const { bytes, endsCleanly } = body.events.failed(problemOf(root));
  if (!endsCleanly) return writer.fail(root, bytes);
  try {
    await writer.write(bytes);
    await writer.end();
  } catch (cause) {
    writer.fail(cause);
  }
}

/** Writes what an encoder makes of the audio. What it gives before any audio (the head of a file) waits for it, so that a failure can still have its status. */
async function writeEncoded(speaking: Speaking, open: OpenSpeech): Promise<void> {
  const { body, writer } = speaking;
  const { stream, meter } = open;
  /** Of what the encoder got, what was not counted yet: it is when blocks are written. */
  let encodedMs = 0;
  stream.on("chunk", ({ sampleRate, durationMs }) => {
    speaking.sampleRate = sampleRate;
    encodedMs += durationMs;
  });
  const count = (): void => {
    if (encodedMs > 0) meter.audio(encodedMs);
    encodedMs = 0;
  };
  const reader = readerOf(speaking, open);
  let waiting: Uint8Array[] = [];
  const send = async (): Promise<void> => {
    const bytes = waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : Buffer.concat(waiting);
    waiting = [];
    if (bytes.length === 0) return;
    const isFirst = !writer.hasBegun;
    const behind = writer.write(body.events === undefined ? bytes : body.events.audio(bytes, { durationMs: undefined, sampleRate: speaking.sampleRate ?? 0 }));
    if (isFirst) meter.firstAudio();
    count();
    if (behind !== undefined) await held(behind, meter);
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      waiting.push(value);
      if (speaking.sampleRate !== undefined) await send();
    }
    await send();
    count();
  } catch (error) {
    // Lets go of the encoder.
    void reader.cancel(error).catch(() => undefined);
    throw isMissingCodecs(error) && !writer.hasBegun ? missingCodecs(body.format, error) : error;
  }
}

function readerOf({ body }: Speaking, { stream }: OpenSpeech): ReadableStreamDefaultReader<Uint8Array> {
  try {
    return stream.encoded({ encoding: body.format.encoding }).getReader();
  } catch (error) {
    throw TTSError.isInstance(error) && error.code === "UNSUPPORTED" ? missingCodecs(body.format, error) : error;
  }
}

function isMissingCodecs(error: unknown): boolean {
  return TTSError.isInstance(error) && error.code === "UNSUPPORTED" && error.message.includes("@parlando/codecs");
}

/** Sends a comment whenever nothing was sent for a while, once the answer has begun. */
function beatTheHeart(writer: BodyWriter, everyMs: number, { stream }: OpenSpeech): () => void {
  let isQuiet = false;
  const beat = async (): Promise<void> => await writer.write(heartbeat);
  stream.on("chunk", () => void (isQuiet = false));
  const timer = setInterval(() => {
    if (isQuiet && writer.hasBegun && !writer.isBehind) beat().catch(() => undefined);
    isQuiet = true;
  }, everyMs);
  return () => clearInterval(timer);
}
