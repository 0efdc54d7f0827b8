import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "./audio-chunk.ts";
import { createChunkEncoder, type EncodeOptions } from "./chunk-encoder.ts";
import type { ChunkEncoder } from "./encoded-blocks.ts";

/**
 * Encodes chunks as a stream of bytes: PCM, µ-law, A-law or WAV (its header first, with open sizes); and with `options.codecs`, MP3
 * and Opus in Ogg or WebM, by one encoder for the whole stream.
 *
 * It asks for a chunk only when bytes are asked for. Rate and channels that differ from the chunks' are converted here.
 * Cancelling it cancels the source.
 *
 * @param format What is left out stays as the chunks have it; the encoding is `pcm-s16le` by default. A WAV header can go before the
 * first audio only where rate and channels are given.
 * @throws TTSError at once: `UNSUPPORTED` for encodings that need codecs where none were handed in, `INVALID_INPUT` for a format or
 * block size that cannot be. Later errors, those of the source and of loading codecs among them, are errors of the stream.
 * @example
 * ```ts
 * const body = encodeChunks(stream, { encoding: "wav" });
 * return new Response(body, { headers: { "content-type": "audio/wav" } });
 * ```
 */
export function encodeChunks(
  chunks: AsyncIterable<AudioChunk> | ReadableStream<AudioChunk>,
  format: Partial<AudioFormat>,
  options: EncodeOptions = {},
): ReadableStream<Uint8Array> {
  const encoder = createChunkEncoder(format, options);
  let source: ChunkSource | undefined;
  const ready: Uint8Array[] = [];

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const hasBegun = source !== undefined;
        source ??= openSource(chunks);
        try {
          if (!hasBegun) ready.push(...(await encoder.begin()));
          const isDone = await fill(ready, source, encoder);
          const block = ready.shift();
          if (block !== undefined) controller.enqueue(block);
          if (isDone && ready.length === 0) finish(controller, encoder);
        } catch (error) {
          encoder.close();
          await source.cancel(error);
          throw error;
        }
      },
      async cancel(reason) {
        ready.length = 0;
        encoder.close();
        source ??= openSource(chunks);
        await source.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function finish(controller: ReadableStreamDefaultController<Uint8Array>, encoder: ChunkEncoder): void {
  encoder.close();
  controller.close();
}

interface ChunkSource {
  isDone: boolean;
  next(): Promise<AudioChunk | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/** Reads on until there is a block to hand out or the end has come; tells whether it has. */
async function fill(ready: Uint8Array[], source: ChunkSource, encoder: ChunkEncoder): Promise<boolean> {
  while (ready.length === 0 && !source.isDone) {
    const chunk = await source.next();
    ready.push(...(await (chunk === undefined ? encoder.flush() : encoder.push(chunk))));
  }
  return source.isDone;
}

/** One way to read from both. Not every browser lets a `ReadableStream` be iterated over. */
function openSource(chunks: AsyncIterable<AudioChunk> | ReadableStream<AudioChunk>): ChunkSource {
  const { read, stop } = "getReader" in chunks ? readerOf(chunks) : iteratorOf(chunks);
  const source: ChunkSource = {
    isDone: false,
    async next() {
      const result = await read();
      if (result.done === true) source.isDone = true;
      return result.done === true ? undefined : result.value;
    },
    async cancel(reason) {
      if (source.isDone) return;
      source.isDone = true;
      await stop(reason);
    },
  };
  return source;
}

interface Reading {
  readonly read: () => Promise<{ done?: boolean | undefined; value?: AudioChunk | undefined }>;
  readonly stop: (reason: unknown) => Promise<unknown>;
}

function readerOf(stream: ReadableStream<AudioChunk>): Reading {
  if (stream.locked) throw new TTSError("INVALID_INPUT", "Encoding audio: the stream of chunks is already being read; expected one that is free.");
  const reader = stream.getReader();
  return { read: () => reader.read(), stop: (reason) => reader.cancel(reason) };
}

function iteratorOf(chunks: AsyncIterable<AudioChunk>): Reading {
  const iterator = chunks[Symbol.asyncIterator]();
  return { read: () => iterator.next(), stop: async () => iterator.return?.() };
}
