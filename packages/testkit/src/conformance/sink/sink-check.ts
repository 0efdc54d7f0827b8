import type { AudioChunk, Sink } from "@parlando/core";

/** What a suite is told about a sink. */
export interface SinkCheckOptions {
  /** How long an answer may take that waits for audio to be played. Default 5,000. */
  timeoutMs?: number | undefined;
  /** How long `pause`, `clear` and `close` may take, and how long after them a playhead may still move. Default 500. */
  stopMs?: number | undefined;
}

/** What a check works with. The sink is new for every check. */
export interface SinkCheckContext {
  sink: Sink;
  sampleRate: number;
  channels: number;
  timeoutMs: number;
  stopMs: number;
  /** A tone in chunks of 20 ms that follow each other, in the format that the sink wants. */
  tone(options: { ms: number; startFrame?: number | undefined }): AudioChunk[];
  /** Writes without waiting; what becomes of each is kept and never unhandled. */
  writeAll(chunks: readonly AudioChunk[]): WatchedPromise[];
}

/** A promise that can be asked how it stands. */
export interface WatchedPromise {
  readonly state: "open" | "resolved" | "rejected";
  readonly error: unknown;
  readonly settled: Promise<void>;
}

/** One thing that every sink must do. */
export interface SinkCheck {
  /** A sentence about the sink; stable. */
  name: string;
  /** Rejects when the sink does not hold. */
  run(context: SinkCheckContext): Promise<void>;
}

/** Watches a promise; it never becomes an unhandled rejection. */
export function watch(promise: Promise<unknown>): WatchedPromise {
  const watched = { state: "open" as WatchedPromise["state"], error: undefined as unknown, settled: Promise.resolve() };
  watched.settled = promise.then(
    () => void (watched.state = "resolved"),
    (error: unknown) => {
      watched.state = "rejected";
      watched.error = error;
    },
  );
  return watched;
}
