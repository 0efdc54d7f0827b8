import { feedAll, type SpeechStream } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { SpeechText } from "../tts.ts";

/** What became of feeding a text to a stream. */
export interface Feeding {
  /** Why the text ended early, when its source failed; undefined as long as it did not. */
  failure(): TTSError | undefined;
}

/**
 * Feeds all the text, but waits for its source no longer than the stream lives: a source that hangs holds nothing up. When the
 * source fails, the stream is closed.
 */
export function feedUntilEnded(stream: SpeechStream, text: SpeechText): Feeding {
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  void stream.waitUntilDone().then(stop, stop);
  let failure: TTSError | undefined;
  const source = isIterable(text)
    ? readUntil(ended.signal, text, (error) => {
        failure = sourceError(error);
      })
    : text;
  // The stream was ended with the same error, and tells it through `waitUntilDone()` and `onError`.
  void feedAll(stream, source, ended.signal).catch(() => stream.close());
  return { failure: () => failure };
}

/** `ReadableStream` iterates in Node, but not in every browser; there core reads it, and cannot be called back from a read that hangs. */
function isIterable(text: SpeechText): text is AsyncIterable<string> {
  return typeof text === "object" && text !== null && Symbol.asyncIterator in text;
}

async function* readUntil(ended: AbortSignal, text: AsyncIterable<string>, onFailure: (error: unknown) => void): AsyncGenerator<string, void, undefined> {
  const iterator = text[Symbol.asyncIterator]();
  let stop = (): void => {};
  const end = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    ended.addEventListener("abort", stop, { once: true });
  });
  try {
    while (!ended.aborted) {
      const result = await Promise.race([iterator.next(), end]);
      if (result === undefined || result.done === true) break;
      yield result.value;
    }
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    ended.removeEventListener("abort", stop);
    // Not awaited: a source that hangs in `next()` would hang here as well.
    if (ended.aborted) void iterator.return?.().catch(() => undefined);
  }
}

function sourceError(error: unknown): TTSError {
  if (TTSError.isInstance(error)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new TTSError("INVALID_INPUT", `The source of the text failed (${name}) while it was being spoken. See the error's cause.`, { cause: error });
}
