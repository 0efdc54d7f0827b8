import type { TTSError } from "@parlando/engine";
import type { StreamState, ToWorklet } from "./worklet-messages.ts";

/** Who is told of one stream. */
export interface StreamFollower {
  onState(state: StreamState): void;
  /** Nothing is played any more, ever. */
  onFailure(error: TTSError): void;
}

/** The way from sinks to what plays: a worklet in a page, its mixer alone in tests. Times are of the audio clock, in seconds. */
export interface PlayerLine {
  readonly sampleRate: number;
  now(): number;
  /** From the worklet to the ear. */
  latency(): number;
  /** Whether it plays, and answers. */
  isRunning(): boolean;
  /** Kept until there is a worklet. */
  post(message: ToWorklet): void;
  /** A number for a new stream. */
  nextStream(): number;
  /** Returns what ends it. A line that has failed says so before this returns. */
  follow(stream: number, follower: StreamFollower): () => void;
}
