import type { AudioChunk, Sink } from "@parlando/core";

/** What is told of a sink's life. */
export interface SinkTap {
  /** Before the sink gets the chunk, and with it its samples. */
  onChunk(chunk: AudioChunk): void;
  /** No more comes. */
  onEnd(): void;
}

/** The same sink, watched. */
export function tapSink(sink: Sink, { onChunk, onEnd }: SinkTap): Sink {
  return {
    ...(sink.format === undefined ? {} : { format: sink.format }),
    write(chunk) {
      onChunk(chunk);
      return sink.write(chunk);
    },
    playedFrames: () => sink.playedFrames(),
    pause: () => sink.pause(),
    resume: () => sink.resume(),
    clear: () => sink.clear(),
    end() {
      onEnd();
      return sink.end();
    },
    close: () => sink.close(),
  };
}
