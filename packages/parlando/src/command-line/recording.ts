import type { AudioChunk, Sink, SpeechStream } from "@parlando/core";

/** A stream that is taken down while something else plays it. */
export interface Recording {
  /** Resolves when all was written; rejects with what went wrong. */
  finish(): Promise<void>;
}

/** How many chunks may wait for the disk before the stream is held. */
const mostWaiting = 500;

/**
 * Writes what a stream hands out to a second sink, in the stream's own format. The taker sets the pace; a sink that cannot
 * follow holds the stream, one that fails interrupts it.
 */
export function recordStream(stream: SpeechStream, sink: Sink): Recording {
  let waiting = 0;
  let failure: { error: unknown } | undefined;
  let written = Promise.resolve();

  const write = async (chunk: AudioChunk): Promise<void> => {
    if (failure === undefined) await sink.write(chunk);
    waiting--;
    if (waiting === mostWaiting - 1) await stream.resume();
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
    void stream.interrupt().catch(() => undefined);
  };

  stream.on("chunk", (chunk) => {
    waiting++;
    if (waiting === mostWaiting) void stream.pause().catch(() => undefined);
    written = written.then(() => write(chunk)).catch(fail);
  });
  return {
    finish: async () => {
      await written;
      if (failure !== undefined) throw failure.error;
      await sink.end();
    },
  };
}
