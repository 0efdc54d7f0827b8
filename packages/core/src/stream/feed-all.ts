import { TTSError } from "@parlando/engine";
import type { SpeechStream } from "./speech-stream.ts";

/** Text in any of the forms in which it comes. */
export type TextSource = string | AsyncIterable<string> | ReadableStream<string>;

/**
 * Feeds a whole source to a stream, as fast as the stream takes it, and calls `done()`. When the source fails, or `signal` is
 * aborted, the stream is closed and the source let go of; the promise rejects with that error.
 *
 * @example
 * ```ts
 * await feedAll(stream, fs.createReadStream("page.txt", "utf8"));
 * ```
 */
export async function feedAll(stream: SpeechStream, source: TextSource, signal?: AbortSignal): Promise<void> {
  if (typeof source === "string") {
    await feedInParts(stream, source);
    return stream.done();
  }
  const pieces = iterate(source);
  try {
    for await (const text of pieces) {
      signal?.throwIfAborted();
      await stream.feed(text);
    }
  } catch (error) {
    await stream.close();
    throw error;
  }
  stream.done();
}

/** A long text goes in by parts, so that it waits outside the stream and not inside. */
async function feedInParts(stream: SpeechStream, text: string): Promise<void> {
  const PART_UNITS = 16_384;
  for (let start = 0; start < text.length; start += PART_UNITS) await stream.feed(text.slice(start, start + PART_UNITS));
}

function iterate(source: AsyncIterable<string> | ReadableStream<string>): AsyncIterable<string> {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) return source;
    if ("getReader" in source) return readAll(source as ReadableStream<string>);
  }
  throw new TTSError("INVALID_INPUT", `The text was given as a ${source === null ? "null" : typeof source}; expected a string, an async iterable of strings or a ReadableStream of strings.`);
}

/** Not every browser can iterate over a ReadableStream. */
async function* readAll(source: ReadableStream<string>): AsyncGenerator<string> {
  const reader = source.getReader();
  let ended = false;
  try {
    for (;;) {
      const result = await reader.read();
      ended = result.done;
      if (result.done) return;
      yield result.value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
