import { TTSError } from "@parlando/engine";
import { failStream } from "./fail-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";

/** Text in any of the forms in which it comes. */
export type TextSource = string | AsyncIterable<string> | ReadableStream<string>;

/**
 * Feeds a whole source to a stream, as fast as the stream takes it, and calls `done()`. A source that fails ends the stream with
 * `INVALID_INPUT` and the source's error as its cause; the promise rejects with the same. When `signal` is aborted, or the stream
 * ends, the source is let go of, even one that stands still.
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
  const pieces = openSource(stream, source);
  let stopped = false;
  // One waiter that is replaced, not a race with a promise that lives as long as the stream and would remember every piece.
  let leave: (() => void) | undefined;
  const stop = (): void => {
    stopped = true;
    leave?.();
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  stream.waitUntilDone().then(stop, stop);
  try {
    while (!stopped) {
      const result = await new Promise<IteratorResult<string, undefined> | undefined>((resolve, reject) => {
        leave = () => resolve(undefined);
        nextPiece(pieces).then(resolve, reject);
      });
      if (result === undefined || result.done === true) break;
      await stream.feed(result.value);
    }
    signal?.throwIfAborted();
  } catch (error) {
    if (TTSError.isInstance(error)) failStream(stream, error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    // Not awaited: a source that stands still would hold its reader for ever.
    void pieces.return?.().then(undefined, () => undefined);
  }
  stream.done();
}

async function nextPiece(pieces: AsyncIterator<string>): Promise<IteratorResult<string, undefined>> {
  try {
    return await pieces.next();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : typeof cause;
    if (TTSError.isInstance(cause)) throw cause;
    throw new TTSError("INVALID_INPUT", `The source of the text failed (${name}) while it was being spoken. See the error's cause.`, { cause });
  }
}

/** A long text goes in by parts, so that it waits outside the stream and not inside. */
async function feedInParts(stream: SpeechStream, text: string): Promise<void> {
  const PART_UNITS = 16_384;
  for (let start = 0; start < text.length; start += PART_UNITS) await stream.feed(text.slice(start, start + PART_UNITS));
}

function openSource(stream: SpeechStream, source: AsyncIterable<string> | ReadableStream<string>): AsyncIterator<string> {
  try {
    return iterate(source)[Symbol.asyncIterator]();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : typeof cause;
    const error = TTSError.isInstance(cause) ? cause : new TTSError("INVALID_INPUT", `The source of the text cannot be read (${name}); it may be locked by another reader. See the error's cause.`, { cause });
    failStream(stream, error);
    throw error;
  }
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
