import type { Writable } from "node:stream";
import type { AudioFormat } from "@parlando/engine";
import { createChunkEncoder } from "../audio/chunk-encoder.ts";
import { createWritableConnection } from "./writable-connection.ts";
import { assertSameFormat, chunkFrames, sinkFormat, type HeaderFormat, type SinkFormatOptions } from "./sink-format.ts";
import { createSinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** What a Node stream gets. */
export interface NodeWritableSinkOptions extends SinkFormatOptions {
  /** `pcm-s16le` (default), `pcm-f32le`, `mulaw`, `alaw`, or `wav`: 16 bits after a header with open sizes. */
  readonly encoding?: AudioFormat["encoding"] | undefined;
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
 * @throws TTSError `UNSUPPORTED` for encodings that need `@parlando/codecs`; from `write` and `end`, `CONSUMER_FAILED` with the stream's
 * error (a broken pipe) as its cause.
 * @example
 * ```ts
 * await tts.speak("Good morning.", { sink: createNodeWritableSink(process.stdout, { encoding: "wav", end: false }) });
 * ```
 */
export function createNodeWritableSink(writable: Writable, options: NodeWritableSinkOptions = {}): Sink {
  const gate = createSinkGate("the sink of a Node stream");
  const encoder = createChunkEncoder({ encoding: options.encoding ?? "pcm-s16le" });
  const connection = createWritableConnection(writable);
  const endsStream = options.end ?? true;
  let format: HeaderFormat | undefined;
  let frames = 0;
  let isOver = false;

  return {
    ...sinkFormat(options),
    async write(chunk) {
      gate.assertOpen();
      await gate.enqueue(async () => {
        format ??= { sampleRate: chunk.sampleRate, channels: chunk.channels };
        assertSameFormat(format, chunk);
        const blocks = encoder.push(chunk);
        connection.assertOpen();
        frames += chunkFrames(chunk);
        for (const block of blocks) connection.write(block);
        await connection.ready();
      });
    },
    playedFrames: () => undefined,
    async pause() {
      gate.pause();
    },
    async resume() {
      gate.resume();
    },
    async clear() {
      gate.shut();
      connection.release();
      return frames;
    },
    async end() {
      gate.end();
      await gate.enqueue(async () => {
        if (isOver) return;
        connection.assertOpen();
        for (const block of encoder.flush()) connection.write(block);
        await (endsStream ? connection.finish() : connection.flushed());
        isOver = true;
        connection.release();
      });
    },
    async close() {
      gate.shut();
      if (!isOver && endsStream) connection.destroy();
      isOver = true;
      connection.release();
    },
  };
}
