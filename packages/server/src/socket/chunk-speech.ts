import { TTSError } from "@parlando/engine";
import { servedFormat, type ServedFormat } from "../audio/audio-formats.ts";
import { StalledError } from "../audio/stalled-error.ts";
import type { ServerServices } from "../services.ts";
import { openSpeech, type OpenSpeech } from "../speech/open-speech.ts";
import { outcomeOf } from "../speech/outcome-of.ts";
import type { Outbox } from "./outbox.ts";
import type { SpeakRequest } from "./tts-chunk-messages.ts";
import type { UtteranceScope } from "./utterance-scope.ts";

/** Bytes of audio in one message of this dialect. */
const CHUNK_BYTES = 4_096;
/** What is sent where a client names no format; the second where this server cannot write the first. */
const DEFAULT_FORMATS = ["mp3", "wav"] as const;

/** One text that is spoken in chunks. */
export interface ChunkSpeech {
  readonly request: SpeakRequest;
  readonly scope: UtteranceScope;
  readonly services: ServerServices;
  readonly outbox: Outbox;
  /** Sends a chunk. */
  readonly send: (bytes: Uint8Array, format: string) => void;
}

/** Speaks a text in chunks. Resolves when all were sent, or when it was called off by its scope; rejects with what went wrong. */
export async function speakInChunks(speech: ChunkSpeech): Promise<void> {
  const asked = speech.request.format;
  const formats = asked === undefined ? DEFAULT_FORMATS : [asked];
  for (const [index, name] of formats.entries()) {
    const isLast = index === formats.length - 1;
    if (await speakAs(servedFormat(name), speech, isLast)) return;
  }
}

/** Gives false where this format cannot be written here, and another is to be tried: nothing was sent then. */
async function speakAs(format: ServedFormat, speech: ChunkSpeech, isLast: boolean): Promise<boolean> {
  const { request, scope, services } = speech;
  const opened = await openSpeech({ model: request.model, voice: request.voice, stream: { output: format.sampleRate === undefined ? undefined : { sampleRate: format.sampleRate }, marks: [] }, sink: "pull" }, scope, services);
  const progress = { chunks: 0 };
  try {
    await sendEncoded(format, opened, speech, progress);
    await opened.stream.waitUntilDone();
    await opened.end("done");
    return true;
  } catch (error) {
    const isUnwritable = TTSError.isInstance(error) && error.code === "UNSUPPORTED" && progress.chunks === 0 && !isLast;
    const isCalledOff = scope.signal.aborted && scope.endedBy() === undefined;
    await opened.end(isCalledOff || isUnwritable ? "interrupted" : outcomeOf(error, scope), isCalledOff || isUnwritable ? undefined : error);
    if (isUnwritable) return false;
    if (isCalledOff) return true;
    throw error;
  }
}

async function sendEncoded(format: ServedFormat, { stream, meter }: OpenSpeech, speech: ChunkSpeech, progress: { chunks: number }): Promise<void> {
  /** Of what the encoder got, what was not counted yet: it is when messages are sent. */
  let encodedMs = 0;
  stream.on("chunk", ({ durationMs }) => void (encodedMs += durationMs));
  const count = (): void => {
    // A socket that is closing takes all, and sends none of it.
    if (encodedMs > 0 && speech.outbox.isOpen) meter.audio(encodedMs);
    encodedMs = 0;
  };
  const reader = stream.encoded({ encoding: format.encoding }, { frameBytes: CHUNK_BYTES }).getReader();
  void stream.feed(speech.request.text);
  stream.done();
  let rest: Uint8Array = new Uint8Array(0);
  const send = (bytes: Uint8Array): void => {
    const isFirst = progress.chunks === 0;
    progress.chunks += 1;
    speech.send(bytes, format.name);
    if (isFirst) meter.firstAudio();
    count();
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
      while (rest.length >= CHUNK_BYTES) {
        await roomIn(speech, meter);
        send(rest.subarray(0, CHUNK_BYTES));
        rest = rest.subarray(CHUNK_BYTES);
      }
    }
    if (rest.length > 0) send(rest);
    count();
  } catch (error) {
    // Lets go of the encoder.
    void reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

/** Waits until the socket takes more. This dialect has no credits: all that is known of the listener is what his connection takes. */
async function roomIn({ outbox, scope, services }: ChunkSpeech, meter: OpenSpeech["meter"]): Promise<void> {
  if (!outbox.isFull) return;
  const over = meter.held();
  const { clock, limits } = services;
  try {
    while (outbox.isFull) {
      const rested = new AbortController();
      const stop = (): void => rested.abort("over");
      scope.signal.addEventListener("abort", stop, { once: true });
      await Promise.race([outbox.taken(), clock.sleep(Math.max(1, limits.stallMs - (clock.now() - outbox.takenAtMs)), rested.signal).catch(() => undefined)]);
      stop();
      scope.signal.removeEventListener("abort", stop);
      scope.signal.throwIfAborted();
      if (outbox.isFull && clock.now() - outbox.takenAtMs >= limits.stallMs) throw new StalledError(limits.stallMs);
    }
  } finally {
    over();
  }
}
