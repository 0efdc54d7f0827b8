import type { Writable } from "node:stream";
import type { AudioFormat } from "@parlando/engine";
import { createChunkEncoder } from "../audio/chunk-encoder.ts";
import type { LoadCodecs } from "../audio/codecs.ts";
import { createWritableConnection } from "./writable-connection.ts";
import { createGatedSink } from "./gated-sink.ts";
import { createFormatGuard, type SinkFormatOptions } from "./sink-format.ts";
import { createSinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** What a Node stream gets. */
export interface NodeWritableSinkOptions extends SinkFormatOptions {
  /** `pcm-s16le` (default), `pcm-f32le`, `mulaw`, `alaw`, or `wav`: 16 bits after a header with open sizes. With `codecs` also `mp3`, `ogg-opus` and `webm-opus`. */
  readonly encoding?: AudioFormat["encoding"] | undefined;
  /** Bits a second, for the compressed ones. */
  readonly bitrate?: number | undefined;
  /** How to get what writes the compressed ones. */
  readonly codecs?: LoadCodecs | undefined;
  /** Whether `end` ends the stream, and `close` before that destroys it. Default true; false for standard output. */
  readonly end?: boolean | undefined;
}

/**
 * Makes a sink that writes bytes to a Node `Writable`: standard output, a socket, a child process, a response.
 *
 * A write resolves when the stream wants more; a stream that fails or closes rejects it. What the stream took counts as played,
 * since nobody tells what becomes of it; `playedFrames()` is undefined. `end` resolves when the stream has passed everything on.
 * No listener stays on the stream after the sink's end.
 *
 * @throws TTSError `UNSUPPORTED` for encodings that need codecs where none were handed in; from `write` and `end`, `CONSUMER_FAILED` with the stream's
 * error (a broken pipe) as its cause.
 * @example
 * ```ts
 * await tts.speak("Good morning.", { sink: createNodeWritableSink(process.stdout, { encoding: "wav", end: false }) });
 * ```
 */
export function createNodeWritableSink(writable: Writable, options: NodeWritableSinkOptions = {}): Sink {
  const encoder = createChunkEncoder({ encoding: options.encoding ?? "pcm-s16le", bitrate: options.bitrate }, { codecs: options.codecs });
  const connection = createWritableConnection(writable);
  const endsStream = options.end ?? true;
  const assertOneFormat = createFormatGuard();
  const send = (blocks: readonly Uint8Array[]): void => {
    connection.assertOpen();
    for (const block of blocks) connection.write(block);
  };

  return createGatedSink({
    gate: createSinkGate("the sink of a Node stream"),
    format: options,
    async append(chunk) {
      assertOneFormat(chunk);
      send(await encoder.push(chunk));
      return true;
    },
    ready: () => connection.ready(),
    async finish() {
      send(await encoder.flush());
      encoder.close();
      await (endsStream ? connection.finish() : connection.flushed());
      connection.release();
    },
    drop() {
      encoder.close();
      connection.release();
    },
    abandon() {
      encoder.close();
      if (endsStream) connection.destroy();
      connection.release();
    },
  });
}
