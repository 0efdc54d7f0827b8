import { TTSError, type AudioFormat } from "@parlando/engine";
import { createChunkEncoder } from "../audio/chunk-encoder.ts";
import type { LoadCodecs } from "../audio/codecs.ts";
import { createGatedSink } from "./gated-sink.ts";
import { createFormatGuard, type SinkFormatOptions } from "./sink-format.ts";
import { createSinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** What a byte stream gets. */
export interface ByteStreamSinkOptions extends SinkFormatOptions {
  /** `pcm-s16le` (default), `pcm-f32le`, `mulaw`, `alaw`, or `wav`: 16 bits after a header with open sizes. With `codecs` also `mp3`, `ogg-opus` and `webm-opus`. */
  readonly encoding?: AudioFormat["encoding"] | undefined;
  /** Bits a second, for the compressed ones. */
  readonly bitrate?: number | undefined;
  /** How to get what writes the compressed ones. */
  readonly codecs?: LoadCodecs | undefined;
}

/**
 * Makes a sink that writes bytes to a `WritableStream`: the body of a request, a file of the browser, a socket.
 *
 * A write resolves when the stream wants more. What the stream took counts as played, since nobody tells what becomes of it;
 * `playedFrames()` is undefined. `end` closes the stream; `close` before that aborts it.
 *
 * @throws TTSError `UNSUPPORTED` for encodings that need codecs where none were handed in; from `write` and `end`, `CONSUMER_FAILED` with the stream's
 * error as its cause.
 * @example
 * ```ts
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const spoken = tts.speak("Good morning.", { sink: createByteStreamSink(writable, { encoding: "wav" }) });
 * await fetch(address, { method: "POST", body: readable, duplex: "half" });
 * ```
 */
export function createByteStreamSink(writable: WritableStream<Uint8Array>, options: ByteStreamSinkOptions = {}): Sink {
  const gate = createSinkGate("the byte stream sink");
  const encoder = createChunkEncoder({ encoding: options.encoding ?? "pcm-s16le", bitrate: options.bitrate }, { codecs: options.codecs });
  const writer = lock(writable);
  const assertOneFormat = createFormatGuard();

  const send = async (blocks: readonly Uint8Array[]): Promise<void> => {
    for (const block of blocks) {
      await writer.ready.catch(failWriting);
      if (gate.isShut) return;
      // Its failure is the same that `ready` rejects with.
      writer.write(block).catch(() => undefined);
    }
  };

  return createGatedSink({
    gate,
    format: options,
    async append(chunk) {
      assertOneFormat(chunk);
      await send(await encoder.push(chunk));
      return !gate.isShut;
    },
    ready: () => writer.ready.catch(failWriting),
    async finish() {
      await send(await encoder.flush());
      encoder.close();
      await writer.close().catch(failWriting);
      writer.releaseLock();
    },
    drop: () => encoder.close(),
    abandon() {
      encoder.close();
      abandon(writer);
    },
  });
}

function lock(writable: WritableStream<Uint8Array>): WritableStreamDefaultWriter<Uint8Array> {
  if (writable.locked) throw new TTSError("INVALID_INPUT", "Making a byte stream sink: the stream is already being written to; expected one that is free.");
  const writer = writable.getWriter();
  writer.closed.catch(() => undefined);
  return writer;
}

/** Aborts without waiting: an abort waits for a write under way, which a stalled stream never ends. */
function abandon(writer: WritableStreamDefaultWriter<Uint8Array>): void {
  writer.abort(new TTSError("ABORTED", "Writing audio to a byte stream: the sink was closed before the audio ended.")).catch(() => undefined);
  writer.releaseLock();
}

function failWriting(error: unknown): never {
  throw new TTSError("CONSUMER_FAILED", "Writing audio to a byte stream: the stream failed; see the cause.", { cause: error });
}
